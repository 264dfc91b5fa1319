# SPDX-License-Identifier: Apache-2.0
"""SIGKILL before and after every step a statement takes in the store.

A lake is made, the program is killed at the n-th operation of the statement, for n = 1, 2, ... until
it gets through. After each kill the lake must be as before the statement or as after it, all files
its log names must be readable, and the statement must work when it is run again.
"""

import shutil
import signal
import subprocess
import os

import pytest

START = """
CREATE TABLE bronze.t (a INTEGER, p VARCHAR) PARTITIONED BY (p);
INSERT INTO bronze.t VALUES (1, 'x'), (2, 'y');
CREATE TABLE bronze.c (a INTEGER) WITH ('delta.checkpointInterval' = '1');
INSERT INTO bronze.c VALUES (1);
INSERT INTO bronze.c VALUES (2);
"""
# Tables to change rows of: with deletion vectors, and without in partitions, both with a change feed. So many rows
# change that their vectors stand in files.
ROWS = """
CREATE TABLE bronze.v (k INTEGER, v VARCHAR) WITH ('delta.enableDeletionVectors' = 'true', 'delta.enableChangeDataFeed' = 'true');
CREATE TABLE bronze.w (k INTEGER, v VARCHAR) PARTITIONED BY (v)
WITH ('delta.enableDeletionVectors' = 'false', 'delta.enableChangeDataFeed' = 'true');
INSERT INTO bronze.v SELECT i, 'v' || i % 2 FROM range(600) r(i);
INSERT INTO bronze.v SELECT i, 'v' || i % 2 FROM range(600, 610) r(i);
INSERT INTO bronze.w FROM bronze.v;
CREATE TABLE bronze.r (k INTEGER, v VARCHAR)
WITH ('delta.enableRowTracking' = 'true', 'delta.enableDeletionVectors' = 'true', 'delta.enableChangeDataFeed' = 'true');
CREATE TABLE bronze.i (k INTEGER, v VARCHAR)
WITH ('delta.enableRowTracking' = 'true', 'delta.enableDeletionVectors' = 'false', 'delta.enableChangeDataFeed' = 'true');
INSERT INTO bronze.r FROM bronze.v;
INSERT INTO bronze.i FROM bronze.v WHERE k < 50;
"""
ALL_ROWS = "SELECT k, v, 'is' AS what FROM {0} UNION ALL SELECT k, v, _change_type FROM table_changes('{0}', 0)"
MERGE_HEAD = "MERGE INTO {0} AS t USING (SELECT i AS k, 'new' AS v FROM range(0, 800, 2) r(i)) AS s ON t.k = s.k"
MERGE = f"{MERGE_HEAD} WHEN MATCHED AND t.k < 300 THEN UPDATE SET * WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT *"
# Older than a log keeps its commits.
LOG_AGE_S = 40 * 86_400

# Name -> (statement, look at the lake).
STATEMENTS = {
    "insert": ("INSERT INTO bronze.t VALUES (3, 'x'), (4, 'z')", "SELECT a, p FROM bronze.t"),
    "insert_overwrite": ("INSERT OVERWRITE bronze.t VALUES (9, 'q')", "SELECT a, p FROM bronze.t"),
    "create_table_as": (
        "CREATE OR REPLACE TABLE bronze.copy AS SELECT * FROM bronze.t",
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'bronze'",
    ),
    "replace_table": ("CREATE OR REPLACE TABLE bronze.t AS SELECT 'new' AS word", "SELECT * FROM bronze.t"),
    "transaction": (
        "BEGIN; INSERT INTO bronze.t VALUES (5, 'x'); INSERT INTO bronze.t VALUES (6, 'y'); COMMIT",
        "SELECT a, p FROM bronze.t",
    ),
    # Ends with a checkpoint and the removal of what the one before makes needless.
    "insert_with_checkpoint": ("INSERT INTO bronze.c VALUES (3)", "SELECT a FROM bronze.c"),
    "create_view": (
        "CREATE OR REPLACE VIEW bronze.v AS SELECT count(*) AS n FROM bronze.t",
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'bronze'",
    ),
    "drop_table": (
        "DROP TABLE IF EXISTS bronze.t",
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'bronze'",
    ),
    "insert_by_name": ("INSERT INTO bronze.t BY NAME SELECT 'x' AS p, 3 AS a", "SELECT a, p FROM bronze.t"),
    "insert_with_new_columns": ("INSERT WITH SCHEMA EVOLUTION INTO bronze.t BY NAME SELECT 3 AS a, 'n' AS new", "FROM bronze.t"),
    "insert_once": ("SET txnAppId = 'job'; SET txnVersion = 1; INSERT INTO bronze.t VALUES (3, 'x')", "SELECT a, p FROM bronze.t"),
    "insert_of_many_partitions": ("INSERT INTO bronze.t SELECT i, 'p' || i % 7 FROM range(70) r(i)", "SELECT a, p FROM bronze.t"),
    "overwrite_partitions": (
        "SET lake_partition_overwrite_mode = 'dynamic'; INSERT OVERWRITE bronze.t VALUES (9, 'x'), (8, 'q')",
        "SELECT a, p FROM bronze.t",
    ),
    "overwrite_a_partition": ("INSERT OVERWRITE bronze.t PARTITION (p = 'x') SELECT 9", "SELECT a, p FROM bronze.t"),
    "overwrite_by_itself": ("INSERT OVERWRITE bronze.t SELECT a + 1, p FROM bronze.t WHERE a = 1", "SELECT a, p FROM bronze.t"),
    "replace_where": ("INSERT INTO bronze.t REPLACE WHERE p = 'x' VALUES (7, 'x')", "SELECT a, p FROM bronze.t"),
    "replace_where_rows": ("INSERT INTO bronze.t REPLACE WHERE a < 2 VALUES (0, 'x')", "SELECT a, p FROM bronze.t"),
    "copy_appends": ("COPY (SELECT 'z' AS p, 3 AS a) TO 'bronze.t' (FORMAT delta, MODE append)", "SELECT a, p FROM bronze.t"),
    "copy_overwrites": ("COPY (SELECT 'z' AS p, 3 AS a) TO 'bronze.t' (FORMAT delta, MODE overwrite)", "SELECT a, p FROM bronze.t"),
    # Fills its partition with so many files that they are put together behind the commit.
    "insert_with_auto_compaction": ("INSERT INTO bronze.s VALUES (99)", "SELECT a FROM bronze.s"),
}
# What the statements above need beside START.
MORE = {
    "insert_with_auto_compaction": "CREATE TABLE bronze.s (a INTEGER) WITH ('delta.autoOptimize.autoCompact' = 'true');"
    + "".join(f"INSERT INTO bronze.s VALUES ({i});" for i in range(49))
}
# Name -> (statement, table).
ROW_CHANGES = {
    "delete": ("DELETE FROM {0} WHERE k % 3 = 0", "bronze.v"),
    "delete_rewrites": ("DELETE FROM {0} WHERE k % 3 = 0", "bronze.w"),
    "update": ("UPDATE {0} SET v = 'new' WHERE k % 3 = 0", "bronze.v"),
    "update_rewrites": ("UPDATE {0} SET v = 'new' WHERE k % 3 = 0", "bronze.w"),
    "merge": (MERGE, "bronze.v"),
    "merge_rewrites": (MERGE, "bronze.w"),
    "delete_a_partition": ("DELETE FROM {0} WHERE v = 'v1'", "bronze.w"),
    "truncate": ("TRUNCATE {0}", "bronze.v"),
    "update_the_partition": ("UPDATE {0} SET v = 'v' || k % 3 WHERE k % 2 = 0", "bronze.w"),
    "merge_inserts_only": (f"{MERGE_HEAD} WHEN NOT MATCHED THEN INSERT *", "bronze.v"),
    "merge_deletes_only": (f"{MERGE_HEAD} WHEN MATCHED THEN DELETE", "bronze.v"),
    "merge_updates_only": (f"{MERGE_HEAD} WHEN MATCHED THEN UPDATE SET v = s.v", "bronze.w"),
    "merge_by_source": (
        f"{MERGE_HEAD} WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED BY SOURCE AND t.k < 300 THEN DELETE "
        "WHEN NOT MATCHED BY SOURCE THEN UPDATE SET v = 'gone'",
        "bronze.v",
    ),
    "merge_with_new_columns": (
        "MERGE WITH SCHEMA EVOLUTION INTO {0} AS t USING (SELECT 5 AS k, 'new' AS v, 1 AS more) AS s ON t.k = s.k "
        "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
        "bronze.v",
    ),
    "row_ids": ("UPDATE {0} SET v = 'new' WHERE k % 3 = 0", "bronze.r"),
    "row_ids_rewrites": ("MERGE INTO {0} AS t USING (SELECT 5 AS k) AS s ON t.k = s.k WHEN MATCHED THEN UPDATE SET v = 'new'", "bronze.i"),
    "change_twice": ("BEGIN; UPDATE {0} SET v = 'new' WHERE k % 3 = 0; DELETE FROM {0} WHERE k % 2 = 0; COMMIT", "bronze.v"),
}
IN_EVERY_RUN = [
    *["insert", "insert_overwrite", "create_table_as", "replace_table", "transaction", "insert_with_checkpoint", "create_view", "drop_table"],
    "replace_where_rows",
    *["update", "merge_rewrites", "change_twice"],
]
POINTS_MAX = 1000
RUN_LIMIT_S = 60


def run_killed_at(lake, statement, when, nth):
    """Runs the statement with a kill at its n-th store operation; whether it was killed."""
    done = subprocess.run(
        [str(lake.program), "--lake", str(lake.folder), "sql", "-c", statement],
        capture_output=True,
        text=True,
        timeout=RUN_LIMIT_S,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "LAGUNA_FAULT": f"*::{when}:kill:{nth}"},
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def state(lake, look):
    """What a reader sees; fails when a file the log names is missing."""
    return lake.texts(look)


def age_logs(lake):
    """As if all commits so far had been made long ago, a second apart."""
    for log in lake.folder.glob("lake/*/*/_delta_log"):
        for name in sorted(log.glob("0*")):
            moment = log.stat().st_mtime - LOG_AGE_S + int(name.name[:20])
            os.utime(name, (moment, moment))


def restore(lake, copy):
    shutil.rmtree(lake.folder)
    shutil.copytree(copy, lake.folder)


def params(names):
    return [pytest.param(name, marks=[] if name in IN_EVERY_RUN else pytest.mark.long) for name in names]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", params(STATEMENTS))
def test_a_kill_leaves_before_or_after(lake, tmp_path, name, when):
    lake.run("sql", "-c", START + MORE.get(name, ""))
    age_logs(lake)
    kill_everywhere(lake, tmp_path, when, *STATEMENTS[name])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", params(ROW_CHANGES))
def test_a_kill_leaves_rows_before_or_after(lake, tmp_path, name, when):
    statement, table = ROW_CHANGES[name]
    lake.run("sql", "-c", ROWS)
    kill_everywhere(lake, tmp_path, when, statement.format(table), ALL_ROWS.format(table))


def kill_everywhere(lake, tmp_path, when, statement, look):
    copy = tmp_path / "copy"
    shutil.copytree(lake.folder, copy)
    before = state(lake, look)
    lake.run("sql", "-c", statement)
    after = state(lake, look)
    assert before != after

    kills = 0
    for nth in range(1, POINTS_MAX):
        restore(lake, copy)
        if not run_killed_at(lake, statement, when, nth):
            break
        kills += 1
        seen = state(lake, look)
        assert seen in (before, after), f"killed {when} operation {nth}"
        if seen == before:
            lake.run("sql", "-c", statement)
            assert state(lake, look) == after, f"run again after a kill {when} operation {nth}"
    else:
        pytest.fail(f"still killed after {POINTS_MAX} operations")
    assert kills > 0, "the statement touched nothing that could be killed"
