# SPDX-License-Identifier: Apache-2.0
"""A transaction over two tables that is killed between their commits is told by the next program, once."""

import shutil
import subprocess

import pytest

from test_every_fault_point import POINTS_MAX, RUN_LIMIT_S, restore, run_killed_at

START = """
CREATE TABLE bronze.a (k INTEGER);
CREATE TABLE bronze.b (k INTEGER);
INSERT INTO bronze.a VALUES (1);
INSERT INTO bronze.b VALUES (1);
"""
BOTH = "BEGIN; INSERT INTO bronze.a VALUES (2); DELETE FROM bronze.b; COMMIT"
LOOK = "SELECT (SELECT count(*) FROM bronze.a), (SELECT count(*) FROM bronze.b)"
TOLD = "bronze.a (version 2) went in, bronze.b did not"


def look_at(lake):
    return subprocess.run(
        [str(lake.program), "--lake", str(lake.folder), "sql", "-c", LOOK, "--format", "csv"],
        capture_output=True,
        text=True,
        timeout=RUN_LIMIT_S,
        check=True,
    )


@pytest.mark.parametrize("when", ["before", "after"])
def test_it_is_told_which_table_has_its_commit(lake, tmp_path, when):
    lake.run("sql", "-c", START)
    copy = tmp_path / "copy"
    shutil.copytree(lake.folder, copy)
    cut_off = 0
    for nth in range(1, POINTS_MAX):
        restore(lake, copy)
        killed = run_killed_at(lake, BOTH, when, nth)
        look = look_at(lake)
        rows = look.stdout.splitlines()[-1]
        assert rows in ("1,1", "2,1", "2,0")
        assert (TOLD in look.stderr) == (rows == "2,1"), (nth, rows, look.stderr)
        assert "cut off" not in look_at(lake).stderr
        assert not list(lake.folder.glob("lake/_laguna/commits/*.json")), nth
        cut_off += rows == "2,1"
        if not killed:
            break
    assert rows == "2,0"
    assert cut_off > 0
