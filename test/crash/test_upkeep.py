# SPDX-License-Identifier: Apache-2.0
"""Checkpoints are written behind the commits by a thread of the program: what was due is there when
it ends, whatever ends it, and a table that goes takes its unfinished checkpoint along."""

import json

import pytest

from story.lake import CommandFailed

# Versions 0 to 10: a checkpoint is due behind the last.
TEN_INSERTS = "CREATE TABLE bronze.t (a INTEGER);" + "".join(f"INSERT INTO bronze.t VALUES ({i});" for i in range(10))
# Long enough for the statements behind the commit to come before the checkpoint.
SLOW = "finish:.checkpoint.parquet:before:delay=400ms:1"


def checkpoints(lake):
    log = lake.table_path("bronze.t") / "_delta_log"
    return sorted(name.name for name in log.glob("*.checkpoint.parquet"))


def warnings(lake):
    lines = (lake.folder / ".laguna/log/laguna.log").read_text().splitlines()
    return [line for line in map(json.loads, lines) if line["level"] == "warning"]


@pytest.mark.parametrize(
    "ending",
    ["", "SELECT 1", "SELECT nothing FROM nowhere", "ATTACH ':memory:' AS m; USE m; DETACH lake"],
)
def test_the_program_finishes_what_is_due_before_it_ends(lake, ending):
    try:
        lake.run("sql", "-c", TEN_INSERTS + ending, LAGUNA_FAULT=SLOW)
        assert "nowhere" not in ending
    except CommandFailed as failed:
        assert "nowhere" in failed.stderr
    assert checkpoints(lake) == [f"{10:020d}.checkpoint.parquet"]
    assert json.loads((lake.table_path("bronze.t") / "_delta_log/_last_checkpoint").read_text())["version"] == 10
    assert warnings(lake) == []


@pytest.mark.parametrize("drop", ["DROP TABLE bronze.t", "DROP SCHEMA bronze CASCADE"])
@pytest.mark.parametrize("fault", [SLOW, "head::before:delay=0ms:1"])
def test_a_table_that_goes_takes_its_checkpoint_along(lake, drop, fault):
    lake.run("sql", "-c", f"{TEN_INSERTS} {drop}; CREATE TABLE bronze.t (b VARCHAR)", LAGUNA_FAULT=fault)
    assert checkpoints(lake) == []
    assert lake.texts("SELECT * FROM bronze.t") == []
    lake.run("sql", "-c", "INSERT INTO bronze.t VALUES ('new')")
    assert lake.texts("SELECT b FROM bronze.t") == [("new",)]
    assert warnings(lake) == []


def test_a_table_that_is_replaced_meanwhile_is_read_the_same(lake):
    replace = "CREATE OR REPLACE TABLE bronze.t AS SELECT 'new' AS b"
    lake.run("sql", "-c", f"{TEN_INSERTS} {replace}", LAGUNA_FAULT=SLOW)
    assert checkpoints(lake) == [f"{10:020d}.checkpoint.parquet"]
    assert lake.texts("SELECT b FROM bronze.t") == [("new",)]
    assert len(lake.sql("SELECT a FROM bronze.t VERSION AS OF 10")) == 10


def test_what_goes_wrong_is_a_warning_in_the_log(lake):
    lake.run("sql", "-c", TEN_INSERTS, LAGUNA_FAULT="finish:.checkpoint.parquet:before:error=Exhausted:1")
    assert checkpoints(lake) == []
    (warning,) = warnings(lake)
    assert warning["table"] == "bronze.t"
    assert "checkpoint" in warning["warning"]
    assert len(lake.sql("SELECT a FROM bronze.t")) == 10
