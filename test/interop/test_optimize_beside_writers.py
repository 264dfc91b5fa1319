# SPDX-License-Identifier: Apache-2.0
"""OPTIMIZE, ZORDER and REORG while other programs append to the table and change its rows: nobody fails, and no row is
lost or told twice."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest

ROUNDS = 6
UPKEEP = ["OPTIMIZE bronze.t", "OPTIMIZE bronze.t ZORDER BY (v, k)", "REORG TABLE bronze.t APPLY (PURGE)"]


@pytest.mark.parametrize("vectors", ["true", "false"])
def test_rows_are_the_same_whoever_writes_beside(lake, other, vectors):
    lake.sql(
        f"""CREATE TABLE bronze.t (k BIGINT, v BIGINT) WITH
            ('delta.enableDeletionVectors' = '{vectors}', 'delta.enableChangeDataFeed' = 'true')"""
    )
    for part in range(4):
        lake.sql(f"INSERT INTO bronze.t SELECT {part} * 10 + n, 0 FROM range(10) AS r(n)")

    def append(i):
        lake.sql(f"INSERT INTO bronze.t VALUES ({1000 + i}, 0)")

    def update(i):
        lake.sql(f"UPDATE bronze.t SET v = v + 1 WHERE k IN ({i}, {i + 10})")

    def delete(i):
        lake.sql(f"DELETE FROM bronze.t WHERE k = {30 + i}")

    def keep_up(i):
        lake.sql(UPKEEP[i % len(UPKEEP)])

    run_beside(append, update, delete, keep_up)
    [row] = lake.sql("SELECT count(*) AS n, sum(v)::BIGINT AS v, count(DISTINCT k) AS keys FROM bronze.t")
    assert row == {"n": 40, "v": 2 * ROUNDS, "keys": 40}
    changes = lake.sql("SELECT _change_type AS what, count(*) AS n FROM table_changes('bronze.t', 0) GROUP BY what ORDER BY what")
    assert {row["what"]: row["n"] for row in changes} == {
        "delete": ROUNDS,
        "insert": 40 + ROUNDS,
        "update_postimage": 2 * ROUNDS,
        "update_preimage": 2 * ROUNDS,
    }
    if vectors == "false":
        assert other.read(lake.table_path("bronze.t")).num_rows == 40


def test_another_program_appends_beside(lake, other):
    lake.sql("CREATE TABLE bronze.t (k BIGINT) WITH ('delta.enableDeletionVectors' = 'false')")
    path = lake.table_path("bronze.t")

    def append(i):
        other.append(path, pa.table({"k": pa.array([i], pa.int64())}))

    def keep_up(_):
        lake.sql("OPTIMIZE bronze.t")

    run_beside(append, keep_up)
    keep_up(0)
    assert lake.sql("SELECT count(*) AS n, count(DISTINCT _file) AS files FROM bronze.t") == [{"n": ROUNDS, "files": 1}]
    assert sorted(other.read(path)["k"].to_pylist()) == list(range(ROUNDS))


@pytest.mark.parametrize("rounds", [4, pytest.param(40, marks=pytest.mark.long)])
@pytest.mark.parametrize("kept", ["", ", 'delta.enableRowTracking' = 'true'"], ids=["plain", "row_ids"])
def test_transactions_find_their_rows_in_new_files(lake, rounds, kept):
    """A transaction cannot be run again by us. Beside OPTIMIZE it need not be: it changes rows, time passes, files are written
    anew, it commits."""
    lake.sql(f"CREATE TABLE bronze.t (k BIGINT, v BIGINT, why VARCHAR) WITH ('delta.enableChangeDataFeed' = 'true'{kept})")
    writers = 3
    for part in range(4):
        lake.sql(f"INSERT INTO bronze.t SELECT n, 0, 'row ' || n FROM range({part}, {writers * rounds * 8}, 4) AS r(n)")
    lost = []

    def change(writer):
        for i in range(rounds):
            mine = f"k % {writers} = {writer} AND (k // {writers}) % {rounds} = {i}"
            statement = f"UPDATE bronze.t SET v = v + 1 WHERE {mine}" if i % 4 else f"DELETE FROM bronze.t WHERE {mine}"
            pause = "SELECT count(*) FROM range(40000000) AS r(n) WHERE n % 7 = 3"
            command = [str(lake.program), "--lake", str(lake.folder), "sql", "-c", f"BEGIN; {statement}; {pause}; COMMIT"]
            while (ended := subprocess.run(command, capture_output=True, text=True)).returncode != 0:
                assert "commit.conflict" in ended.stderr, ended.stderr
                lost.append(ended.stderr)

    def keep_up():
        i = 0
        while not done:
            lake.sql(UPKEEP[i % len(UPKEEP)])
            lake.sql(f"INSERT INTO bronze.t VALUES ({-1 - i}, 0, 'beside')")
            i += 1

    done = []
    with ThreadPoolExecutor(writers + 1) as pool:
        upkeep = pool.submit(keep_up)
        changes = [pool.submit(change, writer) for writer in range(writers)]
        try:
            for running in changes:
                running.result()
        finally:
            done.append(True)
        upkeep.result()
    rows = writers * rounds * 8
    deleted = writers * 8 * len(range(0, rounds, 4))
    [row] = lake.sql("SELECT count(*) AS n, count(DISTINCT k) AS keys, sum(v)::BIGINT AS v FROM bronze.t WHERE k >= 0")
    assert row == {"n": rows - deleted, "keys": rows - deleted, "v": rows - deleted}
    if kept:
        [row] = lake.sql("SELECT count(*) - count(DISTINCT _row_id) AS twice FROM bronze.t")
        assert row == {"twice": 0}
    changes = lake.sql("SELECT _change_type AS what, count(*) AS n FROM table_changes('bronze.t', 5) WHERE k >= 0 GROUP BY what ORDER BY what")
    assert {row["what"]: row["n"] for row in changes} == {
        "delete": deleted,
        "update_postimage": rows - deleted,
        "update_preimage": rows - deleted,
    }
    [row] = lake.sql("SELECT count(*) AS n FROM laguna_history('bronze.t') WHERE operation IN ('OPTIMIZE', 'REORG')")
    assert row["n"] >= rounds, "nothing was written anew beside"
    assert len(lost) <= writers * rounds // 10, f"{len(lost)} transactions lost; the first:\n{lost[0]}"


class Held:
    """A transaction that stays open while others commit."""

    def __init__(self, lake, *statements):
        command = [str(lake.program), "--lake", str(lake.folder), "sql", "--format", "csv"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.say("BEGIN", *statements, "SELECT 'are ' || 'through' AS statements")
        told = ""
        while "are through" not in told:
            line = self.process.stdout.readline()
            assert line, told
            told += line

    def say(self, *statements):
        self.process.stdin.write("".join(f"{statement};\n" for statement in statements))
        self.process.stdin.flush()

    def commit(self):
        told = self.process.communicate("COMMIT;\n", timeout=120)[0]
        assert self.process.returncode == 0, told


@pytest.mark.spark
@pytest.mark.parametrize("kept", ["", ", 'delta.enableRowTracking' = 'true'"], ids=["plain", "row_ids"])
@pytest.mark.parametrize("rewrite", ["OPTIMIZE {}", "OPTIMIZE {} ZORDER BY (v)"], ids=["plain", "zorder"])
def test_rows_are_found_in_files_that_spark_wrote_anew(lake, spark, kept, rewrite):
    lake.sql(f"CREATE TABLE bronze.t (k BIGINT, v VARCHAR, s STRUCT(a DOUBLE, b VARCHAR[])) WITH ('delta.enableDeletionVectors' = 'true'{kept})")
    for part in range(3):
        lake.sql(f"INSERT INTO bronze.t SELECT n, 'v' || n % 7, {{'a': n / 3, 'b': [n::VARCHAR]}} FROM range({part}, 90, 3) AS r(n)")
    lake.sql("DELETE FROM bronze.t WHERE k = 1")
    held = Held(lake, "UPDATE bronze.t SET v = 'mine' WHERE k IN (4, 5, 6)", "DELETE FROM bronze.t WHERE k >= 85")
    spark.sql(rewrite.format(f"delta.`{lake.table_path('bronze.t')}`"))
    held.commit()
    expected = {"n": 84, "keys": 84, "mine": 3, "most": 84}
    assert lake.sql("SELECT count(*) AS n, count(DISTINCT k) AS keys, count(*) FILTER (v = 'mine') AS mine, max(k) AS most FROM bronze.t") == [expected]
    read = spark.read.format("delta").load(str(lake.table_path("bronze.t"))).toArrow().to_pylist()
    keys = [row["k"] for row in read]
    mine = sum(row["v"] == "mine" for row in read)
    assert {"n": len(keys), "keys": len(set(keys)), "mine": mine, "most": max(keys)} == expected
    if kept:
        assert lake.sql("SELECT count(*) - count(DISTINCT _row_id) AS twice FROM bronze.t") == [{"twice": 0}]


def test_files_that_go_take_along_what_another_program_made_of_them(lake):
    from deltalake import DeltaTable

    lake.sql("CREATE TABLE bronze.t (p BIGINT, k BIGINT) PARTITIONED BY (p) WITH ('delta.enableDeletionVectors' = 'false')")
    for part in range(4):
        lake.sql(f"INSERT INTO bronze.t VALUES (1, {part}), (2, {part})")
    held = Held(lake, "DELETE FROM bronze.t WHERE p = 1")
    DeltaTable(str(lake.table_path("bronze.t"))).optimize.compact()
    held.commit()
    assert lake.sql("SELECT p, count(*) AS n, count(DISTINCT _file) AS files FROM bronze.t GROUP BY p") == [{"p": 2, "n": 4, "files": 1}]


def run_beside(*writers):
    """Each writer's rounds one after the other, the writers at the same time."""
    with ThreadPoolExecutor(len(writers)) as pool:
        for done in [pool.submit(lambda writer=writer: [writer(i) for i in range(ROUNDS)]) for writer in writers]:
            done.result()
