# SPDX-License-Identifier: Apache-2.0
"""Delta's conflict matrix with real processes: one is held up between what it read and its commit, another one commits,
the first goes on.

What becomes of the first is worked out from what both statements do to rows and to the definition, by Delta's rules and
Laguna's refinement of them (rows instead of files): it commits as it is, it runs again on the version that won, or it
fails and names that version. Whatever happens, the rows are those of the two statements one after the other. The rules
themselves are proven cell by cell in src/delta/conflict_test.cc.
"""

import itertools
import json
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass

import pytest

from story.lake import CommandFailed, Lake

# Two files, both with a deletion vector; a feature that nothing uses; a constraint.
START = """
CREATE TABLE bronze.{t} (k INTEGER, v VARCHAR, CONSTRAINT small CHECK (k < 1000)) WITH ('delta.enableDeletionVectors' = 'true',
'delta.isolationLevel' = '{level}', 'delta.feature.allowColumnDefaults' = 'supported', 'owner' = 'us');
INSERT INTO bronze.{t} SELECT i, 'old' FROM range(10) r(i);
INSERT INTO bronze.{t} SELECT i, 'old' FROM range(10, 20) r(i);
DELETE FROM bronze.{t} WHERE k IN (9, 19);
"""
READ_VERSION = 3
KEYS = frozenset(range(20)) - {9, 19}
EVERY_KEY = frozenset(range(1000))
# Held up where its commit is all that is left to do.
HELD = "put_if_absent:bronze/t/_delta_log:before:stop:1"
HISTORY = "SELECT version, operation, readVersion AS read FROM laguna_history('bronze.t') ORDER BY version"
ROWS = "SELECT row_::VARCHAR AS row FROM {} AS row_ ORDER BY row"
RUN_LIMIT_S = 120


@dataclass(frozen=True)
class Change:
    """A statement, and what it does. Keys stand for rows.

    `reads`: rows it would have looked at, had they been there. `row_by_row`: it decided each by itself, so that only
    those it takes out must not have changed. `ends`: what it does when it lost ("again", "lost"), or "any" where it
    settles that by itself.
    """

    text: str
    reads: frozenset = frozenset()
    row_by_row: bool = False
    adds: frozenset = frozenset()
    removes: frozenset = frozenset()
    replaces: bool = False
    metadata: bool = False
    protocol: bool = False
    # Allowed beside everyone who does not change the definition.
    harmless: bool = False
    app_id: bool = False
    ends: str = "again"

    @property
    def defines(self):
        return self.metadata or self.protocol

    @property
    def blind(self):
        return not (self.reads or self.removes or self.replaces)


def keys(*numbers):
    return frozenset(numbers)


UPSERT = """MERGE INTO {{t}} AS t USING (VALUES (3), (100)) AS s(k) ON t.k = s.k
{} WHEN NOT MATCHED THEN INSERT (k, v) VALUES (s.k, '{{who}}')"""
# One row that all changes below take out or add again, and rows that some of them read. A MERGE reads what its source may
# meet.
CHANGES = {
    "append": Change("INSERT INTO {t} VALUES (3, '{who}')", adds=keys(3)),
    "append_elsewhere": Change("INSERT INTO {t} VALUES (500, '{who}')", adds=keys(500)),
    "append_what_it_read": Change("INSERT INTO {t} SELECT k + 200, '{who}' FROM {t} WHERE k < 5", reads=frozenset(range(5)), adds=frozenset(range(200, 205))),
    "copy": Change("COPY (SELECT 3 AS k, '{who}' AS v) TO '{t}' (FORMAT delta, MODE append)", adds=keys(3)),
    "append_once": Change("SET txnAppId = 'app'; SET txnVersion = 1; INSERT INTO {t} VALUES (3, '{who}'); RESET txnAppId; RESET txnVersion", adds=keys(3), app_id=True),
    "delete": Change("DELETE FROM {t} WHERE k = 3", reads=keys(3), row_by_row=True, removes=keys(3)),
    "delete_elsewhere": Change("DELETE FROM {t} WHERE k = 4", reads=keys(4), row_by_row=True, removes=keys(4)),
    "delete_by_sub_query": Change(
        "DELETE FROM {t} WHERE k = 4 AND EXISTS (FROM {t} WHERE k = 3)", reads=keys(3), removes=keys(4)
    ),
    "update": Change("UPDATE {t} SET v = '{who}' WHERE k = 3", reads=keys(3), row_by_row=True, adds=keys(3), removes=keys(3)),
    "merge": Change(UPSERT.format("WHEN MATCHED THEN UPDATE SET v = '{who}'"), reads=keys(3, 100), row_by_row=True, adds=keys(3, 100), removes=keys(3)),
    "merge_by_source": Change(
        "MERGE INTO {t} AS t USING (VALUES (3)) AS s(k) ON t.k = s.k WHEN NOT MATCHED BY SOURCE AND t.k < 5 THEN DELETE",
        reads=EVERY_KEY, row_by_row=True, removes=keys(0, 1, 2, 4),
    ),
    "overwrite": Change("INSERT OVERWRITE {t} VALUES (300, '{who}')", adds=keys(300), removes=KEYS, replaces=True),
    "overwrite_by_itself": Change(
        "INSERT OVERWRITE {t} SELECT k + 300, '{who}' FROM {t}", reads=EVERY_KEY, adds=frozenset(k + 300 for k in KEYS), removes=KEYS, replaces=True
    ),
    "replace_where": Change(
        "INSERT INTO {t} REPLACE WHERE k < 5 VALUES (4, '{who}')", reads=frozenset(range(5)), row_by_row=True, adds=keys(4), removes=frozenset(range(5))
    ),
    "truncate": Change("TRUNCATE {t}", reads=EVERY_KEY, row_by_row=True, removes=KEYS),
    "set_property": Change("ALTER TABLE {t} SET TBLPROPERTIES ('note' = '{who}')", metadata=True, ends="lost"),
    "unset_property": Change("ALTER TABLE {t} UNSET TBLPROPERTIES ('owner')", metadata=True, ends="lost"),
    "set_harmless_property": Change("ALTER TABLE {t} SET TBLPROPERTIES ('delta.checkpointPolicy' = 'classic')", metadata=True, harmless=True, ends="lost"),
    "add_column": Change("ALTER TABLE {t} ADD COLUMN {who} INTEGER", metadata=True, ends="lost"),
    "rename_column": Change("ALTER TABLE {t} RENAME COLUMN v TO {who}", metadata=True, ends="lost"),
    "comment": Change("COMMENT ON TABLE {t} IS '{who}'", metadata=True, ends="lost"),
    "add_constraint": Change("ALTER TABLE {t} ADD CONSTRAINT {who} CHECK (k < 400)", reads=frozenset(range(400, 1000)), metadata=True, ends="lost"),
    "drop_constraint": Change("ALTER TABLE {t} DROP CONSTRAINT small", metadata=True, ends="lost"),
    "add_feature": Change("ALTER TABLE {t} SET TBLPROPERTIES ('delta.feature.vacuumProtocolCheck' = 'supported')", metadata=True, protocol=True, harmless=True, ends="lost"),
    "drop_feature": Change("ALTER TABLE {t} DROP FEATURE allowColumnDefaults", reads=EVERY_KEY, metadata=True, protocol=True, ends="lost"),
    "replace_table": Change(
        "CREATE OR REPLACE TABLE {t} AS SELECT 7 AS k, '{who}' AS v, 1 AS more", adds=keys(7), removes=KEYS, replaces=True, metadata=True, ends="lost"
    ),
    "optimize": Change("OPTIMIZE {t}", ends="any"),
    "zorder": Change("OPTIMIZE {t} ZORDER BY (v, k)", ends="any"),
    "purge": Change("REORG TABLE {t} APPLY (PURGE)", ends="any"),
    "restore": Change("RESTORE TABLE {t} TO VERSION AS OF 1", adds=keys(9), removes=KEYS, ends="any"),
}
LEVELS = ["WriteSerializable", "Serializable"]
IN_EVERY_RUN = [
    ("append", "update", "Serializable"),
    ("append", "set_property", "WriteSerializable"),
    ("append_what_it_read", "append", "WriteSerializable"),
    ("append_what_it_read", "append", "Serializable"),
    ("update", "delete_elsewhere", "WriteSerializable"),
    ("merge", "append", "Serializable"),
    ("delete", "optimize", "WriteSerializable"),
    ("overwrite", "delete", "WriteSerializable"),
    ("add_column", "set_property", "WriteSerializable"),
    ("add_constraint", "append_elsewhere", "WriteSerializable"),
    ("optimize", "update", "WriteSerializable"),
    ("drop_feature", "append", "WriteSerializable"),
]


def becomes(held, winner, level):
    """What the matrix says: "stays", or what the held one does when it lost."""
    return held.ends if conflict(held, winner, level) else "stays" if held.ends != "any" else "any"


def conflict(held, winner, level):
    if winner.defines and (held.defines or not winner.harmless):
        return True
    if held.app_id and winner.app_id:
        return True
    if held.replaces:
        return bool((winner.adds and (held.reads or not winner.blind)) or winner.removes)
    counts = not winner.blind or level == "Serializable" or held.defines
    if counts and held.reads & winner.adds:
        return True
    changed = held.removes if held.row_by_row else held.reads | held.removes
    return bool(changed & winner.removes)


def params():
    for held, winner, level in itertools.product(CHANGES, CHANGES, LEVELS):
        yield pytest.param(held, winner, level, marks=[] if (held, winner, level) in IN_EVERY_RUN else pytest.mark.long)


@pytest.fixture(scope="session")
def begun(program, tmp_path_factory):
    """Isolation level -> a lake with the table t and its twins."""
    lakes = {}
    for level in LEVELS:
        lake = Lake(program, tmp_path_factory.mktemp(level))
        (lake.folder / "laguna.yaml").write_text("name: story\n")
        lake.run("sql", "-c", "".join(START.format(t=table, level=level) for table in ["t", "first", "second"]))
        lakes[level] = lake
    return lakes


@pytest.fixture(scope="session")
def serial():
    """What is known of statements one after the other."""
    return {}


@pytest.mark.parametrize("held, winner, level", list(params()))
def test_a_held_statement_ends_as_the_matrix_says(lake, begun, serial, held, winner, level):
    shutil.copytree(begun[level].folder, lake.folder, dirs_exist_ok=True)
    late, first = text_of(held, "late"), text_of(winner, "first")
    if (late, first) not in serial:
        serial[late, first] = [rows_after(lake, "first", [first, late]), rows_after(lake, "second", [late, first])]
    late_second, late_first = serial[late, first]
    expected = becomes(CHANGES[held], CHANGES[winner], level)

    process = Held(lake, late.replace("{t}", "bronze.t"))
    lake.run("sql", "-c", first.replace("{t}", "bronze.t"))
    failure = process.go_on()

    versions, rows = run_in_one(lake, [HISTORY, ROWS.format("bronze.t")])
    assert [row["version"] for row in versions] == list(range(len(versions)))
    if expected == "lost":
        winning = versions[READ_VERSION + 1]
        assert f"(version {winning['version']}, {winning['operation']})" in failure
    elif failure:
        # It ran again, and what the winner left does not allow it.
        assert late_second is None and expected == "again" and "meanwhile" not in failure, failure
    if failure:
        assert len(versions) == READ_VERSION + 2
        return
    assert rows in (late_second, late_first)
    if expected != "any":
        assert outcome(versions) == expected


def text_of(name, who):
    return CHANGES[name].text.replace("{who}", who)


def outcome(versions):
    """What the held one's commit says it read. One that ran again may find nothing to do."""
    if len(versions) == READ_VERSION + 2:
        return "again"
    return "stays" if versions[-1]["read"] == READ_VERSION else "again"


def rows_after(lake, table, statements):
    """The table's rows after the statements; nothing when they cannot come in this order."""
    try:
        *_, rows = run_in_one(lake, [statement.replace("{t}", f"bronze.{table}") for statement in statements] + [ROWS.format(f"bronze.{table}")])
    except CommandFailed:
        return None
    return rows


def run_in_one(lake, statements):
    """The results of statements that one process runs."""
    return json.loads(lake.run("sql", "-c", ";".join(["SELECT 1", *statements]), "--format", "json"))[1:]


class Held:
    """A statement in a process of its own that stands still right before its commit."""

    def __init__(self, lake, text):
        self.process = subprocess.Popen(
            [str(lake.program), "--lake", str(lake.folder), "sql", "-c", text],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "LAGUNA_FAULT": HELD},
        )
        _, status = os.waitpid(self.process.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            self.process.returncode = os.waitstatus_to_exitcode(status)
            pytest.fail(f"it ended before its commit: {self.process.stderr.read()}")

    def go_on(self):
        """What it says when it fails; nothing when it goes in."""
        os.kill(self.process.pid, signal.SIGCONT)
        _, told = self.process.communicate(timeout=RUN_LIMIT_S)
        return told if self.process.returncode != 0 else ""
