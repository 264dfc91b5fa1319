# SPDX-License-Identifier: Apache-2.0
"""SIGKILL before and after every step that OPTIMIZE, REORG, VACUUM, RESTORE, SHALLOW CLONE and CHECKPOINT take in the
store.

After each kill every version the table keeps has its rows, and the statement, run again, ends with what it ends with when
nobody kills it.
"""

import itertools
import os
import shutil

import pytest
from test_every_fault_point import POINTS_MAX, age_logs, restore, run_killed_at, state

# Small files in partitions, some with deleted rows, and two versions to go back to.
START = """
CREATE TABLE bronze.t (k INTEGER, v VARCHAR, p INTEGER) PARTITIONED BY (p)
WITH ('delta.enableDeletionVectors' = 'true', 'delta.enableChangeDataFeed' = 'true', 'delta.checkpointInterval' = '3');
INSERT INTO bronze.t SELECT i, 'v' || i, i % 2 FROM range(40) r(i);
INSERT INTO bronze.t SELECT i, 'v' || i, i % 2 FROM range(40, 60) r(i);
DELETE FROM bronze.t WHERE k % 3 = 0;
INSERT INTO bronze.t SELECT i, 'v' || i, i % 2 FROM range(60, 64) r(i);
"""
VERSIONS = 5
EVERY_VERSION = " UNION ALL ".join(f"SELECT {n} AS version, k, v, p FROM bronze.t AT (VERSION => {n})" for n in range(VERSIONS))
ROWS = "SELECT k, v, p FROM bronze.t"
FILES = "SELECT numFiles, sizeInBytes IS NOT NULL, \"statistics\"['numDeletionVectors'] FROM laguna_detail('bronze.t')"
OLD_S = 10 * 86_400

# Name -> (statement, what must never change, what it leads to).
STATEMENTS = {
    "optimize": ("OPTIMIZE bronze.t", EVERY_VERSION, FILES),
    "optimize_a_partition": ("OPTIMIZE bronze.t WHERE p = 1", EVERY_VERSION, FILES),
    "zorder": ("OPTIMIZE bronze.t ZORDER BY (v, k)", EVERY_VERSION, FILES),
    "optimize_in_several_commits": ("SET lake_optimize_commit_size = '1B'; OPTIMIZE bronze.t", EVERY_VERSION, FILES),
    "purge": ("REORG TABLE bronze.t APPLY (PURGE)", EVERY_VERSION, FILES),
    "purge_dropped_columns": ("REORG TABLE bronze.t APPLY (PURGE)", EVERY_VERSION, FILES),
    "partition_anew": (
        "ALTER TABLE bronze.t RESET PARTITIONED BY",
        EVERY_VERSION,
        "SELECT partitionColumns, numFiles FROM laguna_detail('bronze.t')",
    ),
    "restore": ("RESTORE TABLE bronze.t TO VERSION AS OF 2", EVERY_VERSION, ROWS),
    "clone": ("CREATE TABLE IF NOT EXISTS bronze.c SHALLOW CLONE bronze.t", EVERY_VERSION, "SELECT k, v, p FROM bronze.c"),
    "checkpoint": (
        "CHECKPOINT TABLE bronze.t",
        EVERY_VERSION,
        "SELECT max(file) FROM glob('{lake}/lake/bronze/t/_delta_log/*4.checkpoint.parquet') g(file)",
    ),
}
# What is done before, beside START.
BEFORE = {"purge_dropped_columns": "ALTER TABLE bronze.t DROP COLUMN v;"}
IN_EVERY_RUN = {("restore", "before")}


def params():
    for name, when in itertools.product(STATEMENTS, ["before", "after"]):
        yield pytest.param(name, when, marks=[] if (name, when) in IN_EVERY_RUN else pytest.mark.long)


@pytest.mark.parametrize("name, when", list(params()))
def test_a_kill_changes_no_version(lake, tmp_path, name, when):
    statement, kept, led_to = STATEMENTS[name]
    lake.run("sql", "-c", START + BEFORE.get(name, ""))
    kill_everywhere(lake, tmp_path, when, statement, kept, led_to.replace("{lake}", str(lake.folder)))


def kill_everywhere(lake, tmp_path, when, statement, kept, led_to):
    copy = tmp_path / "copy"
    shutil.copytree(lake.folder, copy, copy_function=shutil.copy2)
    before = state(lake, kept)
    lake.run("sql", "-c", statement)
    after = state(lake, led_to)

    for nth in range(1, POINTS_MAX):
        restore(lake, copy)
        if not run_killed_at(lake, statement, when, nth):
            break
        assert state(lake, kept) == before, f"killed {when} operation {nth}"
        lake.run("sql", "-c", statement)
        assert state(lake, led_to) == after, f"run again after a kill {when} operation {nth}"
        assert state(lake, kept) == before, f"run again after a kill {when} operation {nth}"
    else:
        pytest.fail(f"still killed after {POINTS_MAX} operations")
    assert nth > 1, "the statement touched nothing that could be killed"


def make_old(lake):
    """As if all that happened so far had happened before the table's retention of deleted files."""
    table = lake.table_path("bronze.t")
    for file in [*table.rglob("*.parquet"), *table.rglob("*.bin")]:
        if "_delta_log" not in file.parts:
            moment = file.stat().st_mtime - OLD_S
            os.utime(file, (moment, moment))


def data_files(lake):
    table = lake.table_path("bronze.t")
    return sorted(str(file.relative_to(table)) for file in table.rglob("*.parquet") if "_delta_log" not in file.parts)


@pytest.mark.long
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("how", ["FULL", "LITE"])
def test_a_killed_vacuum_is_finished_by_the_next(lake, tmp_path, when, how):
    """Files of versions before the last are deleted, some or all; those of the last never."""
    lake.run("sql", "-c", START + "OPTIMIZE bronze.t;")
    make_old(lake)
    age_logs(lake)
    statement = f"SET lake_vacuum_retention_check = false; VACUUM bronze.t {how} RETAIN 0 HOURS"
    copy = tmp_path / "copy"
    shutil.copytree(lake.folder, copy, copy_function=shutil.copy2)
    rows, files = state(lake, ROWS), data_files(lake)
    lake.run("sql", "-c", statement)
    left = data_files(lake)
    assert set(left) < set(files)

    for nth in range(1, POINTS_MAX):
        restore(lake, copy)
        if not run_killed_at(lake, statement, when, nth):
            break
        assert state(lake, ROWS) == rows, f"killed {when} operation {nth}"
        assert set(left) <= set(data_files(lake))
        lake.run("sql", "-c", statement)
        assert data_files(lake) == left, f"run again after a kill {when} operation {nth}"
    assert nth > 1
