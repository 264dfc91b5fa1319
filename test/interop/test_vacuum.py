# SPDX-License-Identifier: Apache-2.0
"""VACUUM, RESTORE and clones beside other processes and other programs: nobody loses a row."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from story.lake import CommandFailed

NO_CHECK = "SET lake_vacuum_retention_check = false; "


def data_files(path):
    return {file.name for file in path.glob("**/*.parquet") if "_delta_log" not in file.parts}


def in_order(rows, key="k"):
    return sorted(rows, key=lambda row: row[key])


def rows_read_by(other, path):
    return in_order(other.read(path).to_pylist())


def wait_for_new_file(path, before):
    for _ in range(400):
        if new := data_files(path) - before:
            return new
        time.sleep(0.05)
    raise AssertionError("the slow writer wrote no file")


# A statement has written its files and waits: before they are made durable, and right before it commits.
WAITS = ["sync::before:delay=4000ms:1", "put_if_absent:_delta_log:before:delay=4000ms:1"]


@pytest.mark.parametrize("wait", WAITS, ids=["written", "durable"])
@pytest.mark.parametrize(
    "statement, rows",
    [
        ("INSERT INTO bronze.t VALUES (3, 'slow')", [{"k": 1, "v": "a"}, {"k": 2, "v": "b"}, {"k": 3, "v": "slow"}]),
        ("UPDATE bronze.t SET v = 'slow' WHERE k = 2", [{"k": 1, "v": "a"}, {"k": 2, "v": "slow"}]),
    ],
)
def test_a_writer_that_is_slower_than_the_vacuum_keeps_files_runs_again(lake, statement, rows, wait):
    lake.sql("CREATE TABLE bronze.t AS FROM (VALUES (1, 'a'), (2, 'b')) AS t(k, v)")
    path = lake.table_path("bronze.t")
    before = data_files(path)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(lake.run, "sql", "-c", statement, LAGUNA_FAULT=wait)
        orphans = wait_for_new_file(path, before)
        time.sleep(0.05)
        lake.sql(NO_CHECK + "VACUUM bronze.t RETAIN 0 HOURS")
        assert not orphans & data_files(path)
        slow.result()
    assert in_order(lake.sql("SELECT k, v FROM bronze.t")) == rows
    operations = [row["operation"] for row in lake.sql("SELECT operation FROM laguna_history('bronze.t') ORDER BY version")]
    assert operations[1:3] == ["VACUUM START", "VACUUM END"]


@pytest.mark.parametrize("wait", WAITS, ids=["written", "durable"])
def test_an_optimize_that_is_slower_writes_its_files_again(lake, wait):
    lake.sql("CREATE TABLE bronze.t AS SELECT 1 AS k; INSERT INTO bronze.t VALUES (2)")
    path = lake.table_path("bronze.t")
    before = data_files(path)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(lake.run, "sql", "-c", "OPTIMIZE bronze.t", LAGUNA_FAULT=wait)
        orphans = wait_for_new_file(path, before)
        time.sleep(0.05)
        lake.sql(NO_CHECK + "VACUUM bronze.t RETAIN 0 HOURS")
        assert not orphans & data_files(path)
        slow.result()
    assert [row["k"] for row in in_order(lake.sql("FROM bronze.t"))] == [1, 2]
    assert lake.sql("SELECT numFiles FROM laguna_detail('bronze.t')") == [{"numFiles": 1}]


def test_a_writer_within_the_retention_is_left_alone(lake):
    lake.sql("CREATE TABLE bronze.t AS SELECT 1 AS k")
    path = lake.table_path("bronze.t")
    before = data_files(path)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(
            lake.run,
            "sql", "-c", "INSERT INTO bronze.t VALUES (2)",
            LAGUNA_FAULT="put_if_absent:_delta_log:before:delay=3000ms:1",
        )
        written = wait_for_new_file(path, before)
        lake.sql("VACUUM bronze.t")
        slow.result()
    assert written <= data_files(path)
    assert [row["k"] for row in in_order(lake.sql("FROM bronze.t"))] == [1, 2]


def test_a_transaction_that_cannot_run_again_fails_and_names_nothing_that_is_gone(lake):
    lake.sql("CREATE TABLE bronze.t AS SELECT 1 AS k")
    path = lake.table_path("bronze.t")
    before = data_files(path)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(
            lake.run,
            "sql", "-c", "BEGIN; INSERT INTO bronze.t VALUES (2); COMMIT",
            LAGUNA_FAULT="put_if_absent:_delta_log:before:delay=4000ms:1",
        )
        wait_for_new_file(path, before)
        time.sleep(0.05)
        lake.sql(NO_CHECK + "VACUUM bronze.t RETAIN 0 HOURS")
        with pytest.raises(CommandFailed, match="VACUUM began meanwhile"):
            slow.result()
    assert lake.sql("FROM bronze.t") == [{"k": 1}]


@pytest.mark.parametrize(
    "fault",
    [
        "delete_many::before:kill:1",
        "delete_many::after:kill:1",
        "put_if_absent:_delta_log:after:kill:1",
        "put_if_absent:_delta_log:before:kill:2",
    ],
)
def test_a_vacuum_that_is_killed_has_deleted_nothing_that_is_named(lake, fault):
    lake.sql("CREATE TABLE bronze.t WITH ('delta.enableDeletionVectors' = 'false') AS SELECT range AS k FROM range(10)")
    lake.sql("DELETE FROM bronze.t WHERE k < 5")
    with pytest.raises(CommandFailed):
        lake.run("sql", "-c", NO_CHECK + "VACUUM bronze.t RETAIN 0 HOURS", LAGUNA_FAULT=fault)
    assert [row["k"] for row in in_order(lake.sql("FROM bronze.t"))] == [5, 6, 7, 8, 9]
    lake.sql(NO_CHECK + "VACUUM bronze.t RETAIN 0 HOURS")
    assert len(data_files(lake.table_path("bronze.t"))) == 1
    assert [row["k"] for row in in_order(lake.sql("FROM bronze.t"))] == [5, 6, 7, 8, 9]


def test_writers_go_on_beside_vacuums(lake):
    lake.sql("CREATE TABLE bronze.t WITH ('delta.enableDeletionVectors' = 'false') AS SELECT 0 AS k")
    rounds = 6

    def write(i):
        lake.sql(f"INSERT INTO bronze.t VALUES ({i}); DELETE FROM bronze.t WHERE k = {i - 100}")

    def vacuum(_):
        lake.sql(NO_CHECK + "VACUUM bronze.t RETAIN 0 HOURS")

    with ThreadPoolExecutor(3) as pool:
        work = [pool.submit(do, i) for i in range(100, 100 + rounds) for do in (write, vacuum)]
        for done in work:
            done.result()
    assert [row["k"] for row in in_order(lake.sql("FROM bronze.t"))] == list(range(100, 100 + rounds))


def test_others_read_and_write_what_was_vacuumed_and_restored(lake, other):
    """RESTORE and VACUUM in turns with the other program's appends; both see the same rows."""
    import pyarrow as pa

    lake.sql("CREATE TABLE bronze.t WITH ('delta.enableDeletionVectors' = 'false') AS SELECT range AS k, 'v' || range AS v FROM range(4)")
    path = lake.table_path("bronze.t")
    other.append(path, pa.table({"k": pa.array([10], pa.int64()), "v": ["other"]}))
    lake.sql("DELETE FROM bronze.t WHERE k = 0; UPDATE bronze.t SET v = 'x'")
    lake.sql("RESTORE TABLE bronze.t TO VERSION AS OF 1")
    expected = in_order(lake.sql("FROM bronze.t"))
    assert [row["k"] for row in expected] == [0, 1, 2, 3, 10]
    assert rows_read_by(other, path) == expected
    lake.sql("DELETE FROM bronze.t WHERE k = 1")
    lake.sql(NO_CHECK + "VACUUM bronze.t RETAIN 0 HOURS")
    other.append(path, pa.table({"k": pa.array([11], pa.int64()), "v": ["after"]}))
    expected = in_order(lake.sql("FROM bronze.t"))
    assert [row["k"] for row in expected] == [0, 2, 3, 10, 11]
    assert rows_read_by(other, path) == expected


@pytest.mark.spark
def test_spark_reads_clones_and_writes_to_them(lake, spark):
    lake.sql(
        "CREATE TABLE bronze.t (k BIGINT, p VARCHAR) PARTITIONED BY (p) WITH ('delta.enableDeletionVectors' = 'true')"
    )
    lake.sql("INSERT INTO bronze.t SELECT range, 'a b/' || (range % 2) FROM range(10); DELETE FROM bronze.t WHERE k = 3")
    lake.sql("CREATE TABLE silver.c SHALLOW CLONE bronze.t")
    table = f"delta.`{lake.table_path('silver.c')}`"

    def keys():
        return sorted(row.k for row in spark.sql(f"SELECT k FROM {table}").collect())

    assert keys() == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    spark.sql(f"DELETE FROM {table} WHERE k = 4")
    spark.sql(f"INSERT INTO {table} VALUES (100, 'x')")
    assert sorted(row["k"] for row in lake.sql("SELECT k FROM silver.c")) == keys() == [0, 1, 2, 5, 6, 7, 8, 9, 100]
    assert len(lake.sql("FROM bronze.t")) == 9


@pytest.mark.spark
def test_laguna_reads_and_vacuums_beside_clones_of_spark(lake, spark):
    lake.sql("CREATE TABLE bronze.t AS SELECT range AS k FROM range(10)")
    source, clone = lake.table_path("bronze.t"), lake.table_path("silver.c")
    spark.sql(f"CREATE TABLE delta.`{clone}` SHALLOW CLONE delta.`{source}`")
    assert len(lake.sql("FROM silver.c")) == 10
    lake.sql("DELETE FROM silver.c WHERE k < 5")
    lake.sql(NO_CHECK + "VACUUM silver.c RETAIN 0 HOURS")
    assert len(lake.sql("FROM bronze.t")) == 10
    assert len(lake.sql("FROM silver.c")) == 5


@pytest.mark.spark
def test_spark_understands_our_vacuum_and_we_understand_its_own(lake, spark):
    lake.sql("CREATE TABLE bronze.t WITH ('delta.enableDeletionVectors' = 'false') AS SELECT range AS k FROM range(10)")
    path = lake.table_path("bronze.t")
    lake.sql("DELETE FROM bronze.t WHERE k = 0; " + NO_CHECK + "VACUUM bronze.t RETAIN 0 HOURS; DELETE FROM bronze.t WHERE k = 1")
    spark.conf.set("spark.databricks.delta.retentionDurationCheck.enabled", "false")
    try:
        # What it finds in our _last_vacuum_info is enough for LITE.
        spark.sql(f"VACUUM delta.`{path}` LITE RETAIN 0 HOURS")
    finally:
        spark.conf.unset("spark.databricks.delta.retentionDurationCheck.enabled")
    assert len(data_files(path)) == 1
    assert len(lake.sql("FROM bronze.t")) == 8
    lake.sql("DELETE FROM bronze.t WHERE k = 2; " + NO_CHECK + "VACUUM bronze.t LITE RETAIN 0 HOURS")
    assert len(data_files(path)) == 1
    assert [row.k for row in spark.sql(f"SELECT k FROM delta.`{path}` ORDER BY k").collect()] == [3, 4, 5, 6, 7, 8, 9]
