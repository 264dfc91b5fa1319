# SPDX-License-Identifier: Apache-2.0
"""OPTIMIZE, ZORDER and REORG while other programs append to the table and change its rows: nobody fails, and no row is
lost or told twice."""

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


def run_beside(*writers):
    """Each writer's rounds one after the other, the writers at the same time."""
    with ThreadPoolExecutor(len(writers)) as pool:
        for done in [pool.submit(lambda writer=writer: [writer(i) for i in range(ROUNDS)]) for writer in writers]:
            done.result()
