# SPDX-License-Identifier: Apache-2.0
"""A transaction of several changes that is killed between two of them is told by the next program, once."""

import shutil
import subprocess
from dataclasses import dataclass

import pytest

from test_every_fault_point import POINTS_MAX, RUN_LIMIT_S, restore, run_killed_at

START = """
CREATE SCHEMA spare;
CREATE TABLE spare.s (k INTEGER);
CREATE TABLE bronze.a (k INTEGER);
CREATE TABLE bronze.b (k INTEGER);
INSERT INTO bronze.a VALUES (1);
INSERT INTO bronze.b VALUES (1);
CREATE VIEW bronze.v AS SELECT 1 AS k;
CREATE VIEW bronze.same AS SELECT 1 AS k;
"""
NAMES = """SELECT string_agg(table_schema || '.' || table_name, ' ' ORDER BY table_schema, table_name)
FROM information_schema.tables WHERE table_catalog = 'lake' AND table_name <> 'same'"""


@dataclass
class Story:
    """`looks`: what a reader sees before, between and after the changes; `told`: of a state between, in their order."""

    transaction: str
    look: str
    looks: list
    told: list


STORIES = {
    "two_tables": Story(
        "INSERT INTO bronze.a VALUES (2); DELETE FROM bronze.b",
        "SELECT (SELECT count(*) FROM bronze.a) || ' ' || (SELECT count(*) FROM bronze.b)",
        ["1 1", "2 1", "2 0"],
        ["bronze.a (version 2) went in, bronze.b did not"],
    ),
    "drop_table": Story(
        "DROP TABLE bronze.a; INSERT INTO bronze.b VALUES (2)",
        f"SELECT ({NAMES}) || ' ' || (SELECT count(*) FROM bronze.b)",
        ["bronze.a bronze.b bronze.v spare.s 1", "bronze.b bronze.v spare.s 1", "bronze.b bronze.v spare.s 2"],
        ["the drop of bronze.a went in, bronze.b did not"],
    ),
    "drop_tables": Story(
        "INSERT INTO bronze.a VALUES (2); DROP TABLE bronze.b; DROP TABLE spare.s",
        f"SELECT (SELECT count(*) FROM bronze.a) || ' ' || ({NAMES})",
        ["1 bronze.a bronze.b bronze.v spare.s", "2 bronze.a bronze.b bronze.v spare.s", "2 bronze.a bronze.v spare.s", "2 bronze.a bronze.v"],
        [
            "bronze.a (version 2) went in, the drop of bronze.b, the drop of spare.s did not",
            "bronze.a (version 2), the drop of bronze.b went in, the drop of spare.s did not",
        ],
    ),
    # The view that stays as it is counts for nothing.
    "create_view": Story(
        "CREATE OR REPLACE VIEW bronze.same AS SELECT 1 AS k; CREATE OR REPLACE VIEW bronze.v AS SELECT 2 AS k; INSERT INTO bronze.a VALUES (2)",
        "SELECT (SELECT k FROM bronze.v) || ' ' || (SELECT count(*) FROM bronze.a)",
        ["1 1", "2 1", "2 2"],
        ["view bronze.v went in, bronze.a did not"],
    ),
    "drop_view": Story(
        "DROP VIEW bronze.v; CREATE VIEW bronze.w AS SELECT 1 AS k",
        NAMES,
        ["bronze.a bronze.b bronze.v spare.s", "bronze.a bronze.b spare.s", "bronze.a bronze.b bronze.w spare.s"],
        ["the drop of view bronze.v went in, view bronze.w did not"],
    ),
    "drop_schema": Story(
        "DROP SCHEMA spare CASCADE; CREATE TABLE bronze.c AS SELECT 1 AS k",
        NAMES,
        ["bronze.a bronze.b bronze.v spare.s", "bronze.a bronze.b bronze.v", "bronze.a bronze.b bronze.c bronze.v"],
        ["the drop of spare went in, bronze.c did not"],
    ),
    "create_schema": Story(
        "CREATE SCHEMA fresh; INSERT INTO bronze.a VALUES (2)",
        "SELECT count(*) || ' ' || (SELECT count(*) FROM bronze.a) FROM information_schema.schemata WHERE schema_name = 'fresh'",
        ["0 1", "1 1", "1 2"],
        ["schema fresh went in, bronze.a did not"],
    ),
}
# The others differ in the first or the last step only.
IN_EVERY_RUN = ["two_tables", "drop_table", "drop_view"]


def look_at(lake, query):
    return subprocess.run(
        [str(lake.program), "--lake", str(lake.folder), "sql", "-c", query, "--format", "csv"],
        capture_output=True,
        text=True,
        timeout=RUN_LIMIT_S,
        check=True,
    )


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if name in IN_EVERY_RUN else pytest.mark.long) for name in STORIES])
def test_it_is_told_which_changes_went_in(lake, tmp_path, name, when):
    story = STORIES[name]
    lake.run("sql", "-c", START)
    copy = tmp_path / "copy"
    shutil.copytree(lake.folder, copy)
    seen = set()
    for nth in range(1, POINTS_MAX):
        restore(lake, copy)
        killed = run_killed_at(lake, f"BEGIN; {story.transaction}; COMMIT", when, nth)
        look = look_at(lake, story.look)
        state = story.looks.index(look.stdout.splitlines()[-1].strip('"'))
        between = 0 < state < len(story.looks) - 1
        assert ("cut off" in look.stderr) == between, (nth, state, look.stderr)
        assert not between or story.told[state - 1] in look.stderr, (nth, state, look.stderr)
        assert "cut off" not in look_at(lake, story.look).stderr
        assert not list(lake.folder.glob("lake/_laguna/commits/*.json")), nth
        seen.add(state)
        if not killed:
            break
    assert seen == set(range(len(story.looks)))
