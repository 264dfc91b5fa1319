# SPDX-License-Identifier: Apache-2.0
"""Processes of Laguna, processes of delta-rs and Spark write one local table at the same time: every row is there once, as its
writer left it, and the log has no gap.

Each writer appends rows of its own and, where it can, changes and deletes some of them again. The other programs leave it to
their caller to come again after a lost race; Laguna's statements go through by themselves.
"""

import json
import subprocess
import sys
import threading
import time

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from lost_races import in_any_case

ROWS_A_ROUND = 3
ATTEMPTS = 200
RUN_LIMIT_S = 600

# A process of delta-rs: path, writer, rounds.
DELTA_RS = f"""
import sys, time
import pyarrow as pa
from deltalake import write_deltalake

path, writer, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
for i in range(rounds):
    rows = pa.table({{
        "who": [writer] * {ROWS_A_ROUND},
        "round": pa.array([i] * {ROWS_A_ROUND}, pa.int32()),
        "k": pa.array(range({ROWS_A_ROUND}), pa.int32()),
        "n": pa.array([0] * {ROWS_A_ROUND}, pa.int32()),
    }})
    for attempt in range({ATTEMPTS}):
        try:
            write_deltalake(path, rows, mode="append")
            break
        except Exception:
            if attempt + 1 == {ATTEMPTS}:
                raise
            time.sleep(0.02)
"""


def append(writer, i):
    return f"INSERT INTO bronze.t SELECT '{writer}', {i}, k, 0 FROM range({ROWS_A_ROUND}) r(k)"


def change(writer, i):
    """Row 0 of the round is counted up, row 1 goes."""
    mine = f"who = '{writer}' AND \"round\" = {i}"
    return f"UPDATE bronze.t SET n = n + 1 WHERE {mine} AND k = 0; DELETE FROM bronze.t WHERE {mine} AND k = 1"


def laguna(lake, writer, rounds):
    """All its statements in one process."""
    statements = []
    for i in range(rounds):
        statements.append(f"{append(writer, i)}; {change(writer, i)}")
    script = lake.folder / f"{writer}.sql"
    script.write_text(";\n".join(statements) + ";\n")
    return [str(lake.program), "--lake", str(lake.folder), "sql", str(script)]


def delta_rs(lake, writer, rounds):
    return [sys.executable, "-c", DELTA_RS, str(lake.table_path("bronze.t")), writer, str(rounds)]


def run_together(commands, beside=()):
    """Every command in a process of its own and every function in a thread, all at once; fails when one of them does."""
    failures = []
    threads = [threading.Thread(target=noting, args=(failures, work)) for work in beside]
    processes = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for command in commands]
    for thread in threads:
        thread.start()
    for process in processes:
        _, told = process.communicate(timeout=RUN_LIMIT_S)
        if process.returncode != 0:
            failures.append(told)
    for thread in threads:
        thread.join(RUN_LIMIT_S)
        assert not thread.is_alive(), "a writer does not come to an end"
    assert not failures, f"{len(failures)} writers failed; the first:\n{failures[0]}"


def noting(failures, work):
    try:
        work()
    except Exception as failure:
        failures.append(repr(failure))


def expected(appends, changes, rounds):
    """The rows of writers that only append, and of those that change their rows too."""
    rows = [{"who": writer, "round": i, "k": k, "n": 0} for writer in appends for i in range(rounds) for k in range(ROWS_A_ROUND)]
    for writer in changes:
        for i in range(rounds):
            rows += [{"who": writer, "round": i, "k": 0, "n": 1}]
            rows += [{"who": writer, "round": i, "k": k, "n": 0} for k in range(2, ROWS_A_ROUND)]
    return in_order(rows)


def in_order(rows):
    return sorted(rows, key=lambda row: (row["who"], row["round"], row["k"]))


def check_log(lake, commits_min):
    """Every version is there, and no row's file is named twice or missing."""
    log = lake.table_path("bronze.t") / "_delta_log"
    versions = sorted(int(file.stem) for file in log.glob("*.json"))
    assert versions == list(range(len(versions)))
    assert len(versions) >= commits_min
    live = set()
    for version in versions:
        for line in (log / f"{version:020}.json").read_text().splitlines():
            action = json.loads(line)
            if "remove" in action:
                assert action["remove"]["path"] in live, f"version {version} removes a file that is not there"
                live.remove(action["remove"]["path"])
            if "add" in action:
                assert action["add"]["path"] not in live, f"version {version} adds a file twice"
                live.add(action["add"]["path"])


def create(lake):
    # delta-rs writes to no table with deletion vectors.
    lake.sql(
        """CREATE TABLE bronze.t (who VARCHAR, "round" INTEGER, k INTEGER, n INTEGER)
           WITH ('delta.enableDeletionVectors' = 'false')"""
    )


@pytest.mark.parametrize("rounds", [4, pytest.param(40, marks=pytest.mark.long)], ids=["few", "many"])
def test_laguna_and_delta_rs(lake, rounds):
    create(lake)
    ours, theirs = ["laguna-1", "laguna-2"], ["delta-rs-1", "delta-rs-2"]
    run_together([laguna(lake, name, rounds) for name in ours] + [delta_rs(lake, name, rounds) for name in theirs])
    rows = expected(theirs, ours, rounds)
    assert in_order(lake.sql("FROM bronze.t")) == rows
    assert in_order(DeltaTable(str(lake.table_path("bronze.t"))).to_pyarrow_table().to_pylist()) == rows
    check_log(lake, commits_min=5 * rounds)


@pytest.mark.long
@pytest.mark.spark
def test_laguna_delta_rs_and_spark(lake, spark):
    create(lake)
    rounds = 6
    table = f"delta.`{lake.table_path('bronze.t')}`"

    def spark_writes():
        schema = pa.schema([("who", pa.string()), ("round", pa.int32()), ("k", pa.int32()), ("n", pa.int32())])
        for i in range(rounds):
            rows = pa.Table.from_pylist([{"who": "spark", "round": i, "k": k, "n": 0} for k in range(ROWS_A_ROUND)], schema)
            new = spark.createDataFrame(rows).coalesce(1)
            in_any_case(lambda new=new: new.write.format("delta").mode("append").save(str(lake.table_path("bronze.t"))), ATTEMPTS)
            for statement in change("spark", i).replace("bronze.t", table).replace('"round"', "`round`").split("; "):
                in_any_case(lambda statement=statement: spark.sql(statement).collect(), ATTEMPTS)

    ours, theirs = ["laguna-1", "laguna-2"], ["delta-rs-1", "delta-rs-2"]
    run_together([laguna(lake, name, rounds) for name in ours] + [delta_rs(lake, name, rounds) for name in theirs], [spark_writes])
    rows = expected(theirs, [*ours, "spark"], rounds)
    assert in_order(lake.sql("FROM bronze.t")) == rows
    assert in_order(DeltaTable(str(lake.table_path("bronze.t"))).to_pyarrow_table().to_pylist()) == rows
    assert in_order(row.asDict() for row in spark.sql(f"SELECT * FROM {table}").collect()) == rows
    check_log(lake, commits_min=8 * rounds)
