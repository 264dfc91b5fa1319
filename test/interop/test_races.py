# SPDX-License-Identifier: Apache-2.0
"""Many programs write one table at the same time: nothing fails that need not, nothing is lost."""

import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from lost_races import in_any_case

VECTORS = "WITH ('delta.enableDeletionVectors' = 'true')"
RUN_LIMIT_S = 600
ATTEMPTS = 50


def run_together(lake, scripts):
    """Runs every script in a process of its own, all at once; fails when one of them does.

    Gives the duration of every statement in milliseconds.
    """
    processes = []
    for i, script in enumerate(scripts):
        path = lake.folder / f"script{i}.sql"
        path.write_text(script)
        command = [str(lake.program), "--lake", str(lake.folder), "sql", str(path), "--timer"]
        processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
    told = [process.communicate(timeout=RUN_LIMIT_S)[1] for process in processes]
    failed = [text for process, text in zip(processes, told) if process.returncode != 0]
    assert not failed, f"{len(failed)} of {len(scripts)} failed; the first:\n{failed[0]}"
    return [durations_ms(text) for text in told]


def durations_ms(text):
    units = {"ms": 1, "s": 1000}
    return [float(number.replace(",", "")) * units[unit] for number, unit in re.findall(r"Took ([\d.,]+) (ms|s)\.", text)]


@pytest.mark.parametrize("writers, rounds", [pytest.param(8, 6), pytest.param(8, 60, marks=pytest.mark.long)], ids=["few", "many"])
def test_identities_of_many_writers(lake, writers, rounds):
    lake.sql("CREATE TABLE bronze.t (id BIGINT GENERATED ALWAYS AS IDENTITY, who INTEGER)")
    run_together(lake, [";\n".join([f"INSERT INTO bronze.t (who) SELECT {writer} FROM range(3)"] * rounds) for writer in range(writers)])
    rows = writers * rounds * 3
    assert lake.sql("SELECT count(*) AS rows, count(DISTINCT id) AS ids, min(id) AS least FROM bronze.t") == [
        {"rows": rows, "ids": rows, "least": 1}
    ]


@pytest.mark.parametrize(
    "writers, rounds", [pytest.param(4, 8), pytest.param(8, 50, marks=pytest.mark.long)], ids=["few", "many"]
)
@pytest.mark.parametrize("feed", ["", ", 'delta.enableChangeDataFeed' = 'true'"], ids=["plain", "change_feed"])
def test_updates_of_other_rows_in_the_same_files(lake, writers, rounds, feed):
    lake.sql(f"CREATE TABLE bronze.t (k INTEGER, who INTEGER, n INTEGER) {VECTORS[:-1]}{feed})")
    lake.sql(f"INSERT INTO bronze.t SELECT i, i % {writers}, 0 FROM range({writers * rounds * 5}) r(i)")
    # Row k is updated by writer k % writers, in its round (k // writers) % rounds.
    run_together(
        lake,
        [
            ";\n".join(
                f"UPDATE bronze.t SET n = n + 1 WHERE k % {writers} = {writer} AND (k // {writers}) % {rounds} = {i}" for i in range(rounds)
            )
            for writer in range(writers)
        ],
    )
    assert lake.sql("SELECT count(*) AS rows, count(DISTINCT k) AS keys, min(n) AS least, max(n) AS most FROM bronze.t") == [
        {"rows": writers * rounds * 5, "keys": writers * rounds * 5, "least": 1, "most": 1}
    ]
    assert lake.sql("SELECT max(version) AS version FROM laguna_history('bronze.t')") == [{"version": writers * rounds + 1}]
    if feed:
        assert lake.sql("SELECT _change_type AS type, count(*) AS n FROM table_changes('bronze.t', 2) GROUP BY ALL ORDER BY type") == [
            {"type": "update_postimage", "n": writers * rounds * 5},
            {"type": "update_preimage", "n": writers * rounds * 5},
        ]


@pytest.mark.parametrize("properties", [VECTORS, "WITH ('delta.enableDeletionVectors' = 'false')"], ids=["vectors", "rewrite"])
def test_no_update_of_one_row_is_lost(lake, properties):
    """All writers count the same row up. What a writer gives up after its attempts is an error, never lost silently."""
    lake.sql(f"CREATE TABLE bronze.t (k INTEGER, n INTEGER) {properties}")
    lake.sql("INSERT INTO bronze.t SELECT i, 0 FROM range(1000) r(i)")
    writers, rounds = 3, 5

    def count_up(writer):
        done = 0
        for _ in range(rounds):
            command = [str(lake.program), "--lake", str(lake.folder), "sql", "-c", "UPDATE bronze.t SET n = n + 1 WHERE k = 7"]
            ended = subprocess.run(command, capture_output=True, text=True, timeout=RUN_LIMIT_S)
            assert ended.returncode == 0 or "commit.conflict" in ended.stderr or "onflict" in ended.stderr, ended.stderr
            done += ended.returncode == 0
        return done

    with ThreadPoolExecutor(writers) as pool:
        done = sum(pool.map(count_up, range(writers)))
    assert done > 0
    assert lake.sql("SELECT sum(n)::INTEGER AS n, count(*) AS rows FROM bronze.t") == [{"n": done, "rows": 1000}]


@pytest.mark.parametrize("writers, rounds", [pytest.param(5, 10), pytest.param(10, 200, marks=pytest.mark.long)], ids=["few", "many"])
def test_appends(lake, writers, rounds):
    lake.sql("CREATE TABLE bronze.t (writer INTEGER, i INTEGER)")
    began = time.monotonic()
    scripts = ["".join(f"INSERT INTO bronze.t VALUES ({writer}, {i});\n" for i in range(rounds)) for writer in range(writers)]
    durations = [duration for statements in run_together(lake, scripts) for duration in statements]
    assert len(durations) == writers * rounds
    print(f"{writers * rounds} commits in {time.monotonic() - began:.1f} s, the slowest {max(durations):.0f} ms")
    assert lake.sql("SELECT count(*) AS rows, count(DISTINCT writer * 1000 + i) AS different FROM bronze.t") == [
        {"rows": writers * rounds, "different": writers * rounds}
    ]


@pytest.mark.parametrize("writers, rounds", [pytest.param(3, 8), pytest.param(6, 50, marks=pytest.mark.long)], ids=["few", "many"])
def test_no_identity_is_given_twice(lake, writers, rounds):
    """INSERT and MERGE number their rows from one mark; a statement that lost too often fails, with nothing kept."""
    lake.sql(f"CREATE TABLE bronze.t (id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 7 INCREMENT BY 3), who INTEGER, i INTEGER) {VECTORS}")
    insert = "INSERT INTO bronze.t (who, i) SELECT {0}, {1} FROM range(10)"
    merge = "MERGE INTO bronze.t AS t USING (SELECT {0} AS who, {1} AS i FROM range(10)) AS s ON t.who = s.who AND t.i = s.i WHEN NOT MATCHED THEN INSERT *"
    done = []

    def write(writer):
        for i in range(rounds):
            statement = (merge if i % 2 else insert).format(writer, i)
            command = [str(lake.program), "--lake", str(lake.folder), "sql", "-c", statement]
            ended = subprocess.run(command, capture_output=True, text=True, timeout=RUN_LIMIT_S)
            assert ended.returncode == 0 or "commit.conflict" in ended.stderr or "onflict" in ended.stderr, ended.stderr
            if ended.returncode == 0:
                done.append((writer, i))

    with ThreadPoolExecutor(writers) as pool:
        for future in [pool.submit(write, writer) for writer in range(writers)]:
            future.result()
    rows = len(done) * 10
    assert len(done) > writers
    assert lake.sql("SELECT count(*) AS rows, count(DISTINCT id) AS ids, min(id) AS least, max((id - 7) % 3) AS off FROM bronze.t") == [
        {"rows": rows, "ids": rows, "least": 7, "off": 0}
    ]
    assert lake.sql("SELECT count(*) AS n FROM (SELECT DISTINCT who, i FROM bronze.t)") == [{"n": len(done)}]


def test_deletes_merges_and_appends_at_once(lake):
    """Each writer has its keys, all in the same files: the end is as if they had come one by one."""
    lake.sql(f"CREATE TABLE bronze.t (k INTEGER, v VARCHAR) {VECTORS}")
    lake.sql("INSERT INTO bronze.t SELECT i, 'old' FROM range(1000) r(i)")
    deletes = "".join(f"DELETE FROM bronze.t WHERE k BETWEEN {i * 10} AND {i * 10 + 4};\n" for i in range(20))
    updates = "".join(f"UPDATE bronze.t SET v = 'updated' WHERE k BETWEEN {500 + i * 10} AND {504 + i * 10};\n" for i in range(20))
    merge = "MERGE INTO bronze.t AS t USING (SELECT i AS k, 'merged' AS v FROM range({0}, {1}) r(i)) AS s ON t.k = s.k "
    merge += "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;\n"
    merges = "".join(merge.format(800 + i * 40, 840 + i * 40) for i in range(10))
    appends = "".join(f"INSERT INTO bronze.t VALUES ({10_000 + i}, 'new');\n" for i in range(20))
    run_together(lake, [deletes, updates, merges, appends])
    assert lake.sql("SELECT v, count(*) AS n, count(DISTINCT k) AS keys FROM bronze.t GROUP BY v ORDER BY v") == [
        {"v": "merged", "n": 400, "keys": 400},
        {"v": "new", "n": 20, "keys": 20},
        {"v": "old", "n": 600, "keys": 600},
        {"v": "updated", "n": 100, "keys": 100},
    ]


@pytest.mark.parametrize(
    "name", ["delta-rs", pytest.param("spark", marks=[pytest.mark.spark, pytest.mark.long])]
)
def test_laguna_changes_rows_while_another_appends_and_deletes(lake, request, name):
    """delta-rs writes no deletion vectors, so the table has none; Spark's has."""
    spark = request.getfixturevalue("spark") if name == "spark" else None
    lake.sql(f"CREATE TABLE bronze.t (k BIGINT, v VARCHAR) {VECTORS if spark else VECTORS.replace('true', 'false')}")
    lake.sql("INSERT INTO bronze.t SELECT i, 'old' FROM range(100) r(i)")
    path = lake.table_path("bronze.t")
    rounds = 6

    def append(i):
        rows = pa.table({"k": pa.array([1000 + i], pa.int64()), "v": ["theirs"]})
        if spark:
            spark.createDataFrame(rows).coalesce(1).write.format("delta").mode("append").save(str(path))
            return
        from deltalake import write_deltalake

        write_deltalake(str(path), rows, mode="append")

    def delete(i):
        if spark:
            spark.sql(f"DELETE FROM delta.`{path}` WHERE k = {50 + i}")
            return
        from deltalake import DeltaTable

        DeltaTable(str(path)).delete(f"k = {50 + i}")

    def laguna(text):
        lake.run("sql", "-c", text)

    with ThreadPoolExecutor(4) as pool:
        done = []
        for i in range(rounds):
            done.append(pool.submit(in_any_case, lambda i=i: append(i), ATTEMPTS))
            done.append(pool.submit(in_any_case, lambda i=i: delete(i), ATTEMPTS))
            done.append(pool.submit(in_any_case, lambda i=i: laguna(f"UPDATE bronze.t SET v = 'ours' WHERE k = {i}"), ATTEMPTS))
            done.append(pool.submit(laguna, f"INSERT INTO bronze.t VALUES ({2000 + i}, 'new')"))
        for future in done:
            future.result()
    assert lake.sql("SELECT v, count(*) AS n, count(DISTINCT k) AS keys FROM bronze.t GROUP BY v ORDER BY v") == [
        {"v": "new", "n": rounds, "keys": rounds},
        {"v": "old", "n": 100 - 2 * rounds, "keys": 100 - 2 * rounds},
        {"v": "ours", "n": rounds, "keys": rounds},
        {"v": "theirs", "n": rounds, "keys": rounds},
    ]
