# SPDX-License-Identifier: Apache-2.0
"""Random statements that change rows, run on tables of a lake and on plain tables of DuckDB.

After every statement both have the same rows, and each statement says the same number of changed rows. At
the end every version can be read again, the change feed of each version leads from the rows before to the
rows after, rows keep their ids where the table tracks them, and delta-rs reads the same rows. LAGUNA_DML_SEED repeats a run, LAGUNA_DML_STATEMENTS is its
length.
"""

import json
import os
import random
import shutil
import subprocess
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable, QueryBuilder

from story.random_dml import BIRTH, StatementMaker, quoted, random_world

STATEMENTS_A_WORLD = 30
STATEMENTS_A_BATCH = 10
STATEMENTS = 500
STATEMENTS_LONG = 20_000
STATEMENTS_SPARK = 150
RUN_LIMIT_S = 300


@pytest.fixture
def seed():
    return int(os.environ.get("LAGUNA_DML_SEED", random.SystemRandom().randrange(10**9)))


def test_random_statements(lake, seed):
    run_worlds(lake, seed, int(os.environ.get("LAGUNA_DML_STATEMENTS", STATEMENTS)))


@pytest.mark.long
def test_many_random_statements(lake, seed):
    run_worlds(lake, seed, int(os.environ.get("LAGUNA_DML_STATEMENTS", STATEMENTS_LONG)))


@pytest.mark.long
@pytest.mark.spark
def test_spark_reads_what_random_statements_left(lake, seed, spark):
    run_worlds(lake, seed, STATEMENTS_SPARK, spark)


def run_worlds(lake, seed, statements, spark=None):
    print(f"LAGUNA_DML_SEED={seed}", flush=True)  # pytest shows it when the test fails
    done = 0
    while done < statements:
        with Trial(lake, seed, spark) as trial:
            done += trial.run()
        shutil.rmtree(lake.folder / "lake")
        seed += 1


@dataclass
class Rows:
    """A multiset of rows as numbers that add up: how many, and the sum of their hashes.

    -0.0 counts as 0.0: where both stand in a column, the dictionary of a Parquet file has only one.
    """

    count: int
    hashes: int

    HASH = "hash(replace({row}::VARCHAR, '-0.0', '0.0'))::HUGEINT"

    @staticmethod
    def query(source):
        return f"SELECT count(*) AS n, coalesce(sum({Rows.HASH.format(row='row_')}), 0)::VARCHAR AS hashes FROM {source} row_"

    @staticmethod
    def of(values):
        return Rows(int(values[0]), int(values[1]))


def passes(text, result):
    """Of a statement that has no rows to look at."""


class Trial:
    """One world: its two tables here and there, and what they held at every version."""

    def __init__(self, lake, seed, spark=None):
        self.lake, self.seed, self.spark = lake, seed, spark
        self.random = random.Random(seed)
        self.world = random_world(self.random)
        self.maker = StatementMaker(self.random, self.world)
        self.model = duckdb.connect(config={"threads": 1})
        self.model.execute("SET TimeZone = 'UTC'")
        self.tables = [f"bronze.t{seed}_{i}" for i in range(2)]
        self.versions = [{}, {}]
        self.told = []  # every script so far, to be shown on failure

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.model.close()
        if kind is not None:
            (self.lake.folder / "script.sql").write_text("\n".join(self.told))
            print(f"LAGUNA_DML_SEED={self.seed} (world that failed); its script: {self.lake.folder / 'script.sql'}")

    def run(self):
        self.create()
        done = 0
        while done < STATEMENTS_A_WORLD:
            done += self.batch()
            if self.random.random() < 0.3:
                self.fail_once()
            if self.random.random() < 0.5:
                self.delta_rs_deletes(self.random.randrange(2))
        for i in range(2):
            self.check_old_versions(i)
            if "delta.enableChangeDataFeed" in self.world.properties[i]:
                self.check_change_feed(i)
            if self.world.numbers_births:
                self.check_row_ids(i)
            self.check_in_delta_rs(i)
            if self.spark:
                self.check_in_spark(i)
        return done

    def create(self):
        columns = ", ".join(f"{quoted(column.name)} {column.type}" for column in self.world.columns)
        script = []
        for table, name, properties, by in zip("to", self.tables, self.world.properties, self.world.partitioned):
            partition = " PARTITIONED BY (p)" if by else ""
            given = ", ".join(f"'{key}' = '{value}'" for key, value in properties.items())
            script.append(f"CREATE TABLE {name} ({columns}){partition} WITH ({given})")
            self.model.execute(f"CREATE TABLE model_{self.tables.index(name)} ({columns})")
        self.laguna(script)

    def names(self, text, which, prefix):
        """The text with the tables' names; `which` of the two is {t}."""
        names = self.tables if prefix == "" else ["model_0", "model_1"]
        return text.replace("{t}", names[which]).replace("{o}", names[1 - which])

    def laguna(self, statements):
        """The results of a script of statements."""
        text = ";\n".join(statements) + ";\n"
        self.told.append(text)
        script = self.lake.folder / "batch.sql"
        script.write_text(text)
        printed = self.lake.run("sql", str(script), "--format", "json")
        results = json.loads(printed)
        return results if len(statements) > 1 else [results]

    def batch(self):
        """Some statements in one process, with or without transactions."""
        script, expectations, in_transaction, done = [f"SET threads = {self.random.choice([1, 2, 8])}"], [passes], False, 0
        for _ in range(STATEMENTS_A_BATCH):
            if not in_transaction and self.random.random() < 0.25:
                in_transaction = True
                self.control("BEGIN", script, expectations)
            which = self.random.randrange(2)
            statement = self.maker.make()
            self.add(statement, which, script, expectations)
            done += 1
            if in_transaction and self.random.random() < 0.4:
                in_transaction = False
                self.control(self.random.choice(["COMMIT", "COMMIT", "ROLLBACK"]), script, expectations)
                self.look(script, expectations, (0, 1), True)
            else:
                self.look(script, expectations, (which,), not in_transaction)
        if in_transaction:
            self.control("COMMIT", script, expectations)
            self.look(script, expectations, (0, 1), True)
        results = self.laguna(script)
        for text, result, check in zip(script, results, expectations, strict=True):
            check(text, result)
        return done

    def control(self, text, script, expectations):
        self.model.execute(text)
        script.append(text)
        expectations.append(passes)

    def add(self, statement, which, script, expectations):
        for text in statement.duckdb:
            rows = self.model.execute(self.names(text, which, "model")).fetchall()
        script.append(self.names(statement.laguna, which, ""))

        def check(text, result):
            if statement.returns:
                assert sorted(map(repr, (row["k"] for row in result))) == sorted(repr(k) for (k,) in rows), text
            elif statement.counts_returned:
                assert len(result) == rows[0][0], text
            elif statement.kind != "overwrite":
                assert result["changed"] == rows[0][0], text

        expectations.append(check)

    def look(self, script, expectations, which, committed):
        """Compares the rows of tables, and keeps them under the table's version."""
        last = script[-1]
        for i in which:
            rows = Rows.of(self.model.execute(Rows.query(f"model_{i}")).fetchone())

            def check(text, result, rows=rows, i=i):
                seen = Rows.of((result[0]["n"], result[0]["hashes"]))
                assert seen == rows, f"{self.tables[i]} after\n{last}"
                if committed:
                    self.versions[i][result[0]["version"]] = rows

            version = f"(SELECT max(version) FROM laguna_history('{self.tables[i]}'))" if committed else "NULL"
            script.append(f"SELECT *, {version} AS version FROM ({Rows.query(self.tables[i])})")
            expectations.append(check)

    def fail_once(self):
        """A statement that fails on its way, alone or in a transaction, leaves nothing."""
        which = self.random.randrange(2)
        if self.model.execute(f"SELECT count(*) FROM model_{which} WHERE k % 2 = 1").fetchone()[0] == 0:
            return
        before = "BEGIN;\nDELETE FROM {t} WHERE k % 2 = 0;\n" if self.random.random() < 0.5 else ""
        text = self.names(before + self.maker.failing(), which, "")
        self.told.append(text + "; -- fails\n")
        done = subprocess.run(
            [str(self.lake.program), "--lake", str(self.lake.folder), "sql", "-c", text],
            capture_output=True,
            text=True,
            timeout=RUN_LIMIT_S,
        )
        assert done.returncode != 0, f"{text}\n{done.stdout}{done.stderr}"

    def delta_rs_deletes(self, i):
        """Another program changes the table in between, where it can: without vectors and column mapping."""
        properties = self.world.properties[i]
        if properties["delta.enableDeletionVectors"] == "true" or "delta.columnMapping.mode" in properties or self.world.numbers_births:
            return
        condition = f"k % 7 = {self.random.randint(0, 6)}"
        DeltaTable(str(self.lake.table_path(self.tables[i]))).delete(condition)
        self.model.execute(f"DELETE FROM model_{i} WHERE {condition}")
        script, expectations = [f"-- delta-rs: DELETE FROM {self.tables[i]} WHERE {condition}\nSELECT 1"], [passes]
        self.look(script, expectations, (i,), True)
        for text, result, check in zip(script, self.laguna(script), expectations, strict=True):
            check(text, result)

    # What stays.

    def check_old_versions(self, i):
        versions = sorted(self.versions[i])
        sample = self.random.sample(versions, min(5, len(versions)))
        queries = [Rows.query(f"(FROM {self.tables[i]} AT (VERSION => {version}))") for version in sample]
        for version, result in zip(sample, self.laguna(queries + ["SELECT 1"])):
            assert Rows.of(tuple(result[0].values())) == self.versions[i][version], f"{self.tables[i]} at version {version}"

    def check_change_feed(self, i):
        row = "struct_pack(" + ", ".join(f"{quoted(name)} := {quoted(name)}" for name in self.world.names) + ")"
        gone = "_change_type IN ('delete', 'update_preimage')"
        [result] = self.laguna(
            [
                f"SELECT _commit_version AS version, sum(CASE WHEN {gone} THEN -1 ELSE 1 END)::BIGINT AS n, "
                f"sum(CASE WHEN {gone} THEN -1 ELSE 1 END * {Rows.HASH.format(row=row)})::VARCHAR AS hashes, "
                "count(*) FILTER (_change_type = 'update_preimage') AS old, count(*) FILTER (_change_type = 'update_postimage') AS new "
                f"FROM table_changes('{self.tables[i]}', 0) GROUP BY ALL"
            ]
        )
        changes = {change["version"]: change for change in result}
        before = Rows(0, 0)
        for version, after in sorted(self.versions[i].items()):
            change = changes.pop(version, {"n": 0, "hashes": "0", "old": 0, "new": 0})
            moved = Rows(before.count + int(change["n"]), before.hashes + int(change["hashes"]))
            assert moved == after, f"change feed of {self.tables[i]}, version {version}"
            assert change["old"] == change["new"], f"change feed of {self.tables[i]}, version {version}"
            before = after

    def check_row_ids(self, i):
        """From each version to the next a row has one id, and an id one row."""
        table, versions = self.tables[i], sorted(self.versions[i])
        looks = [f"SELECT count(*) AS wrong FROM (FROM {table} SELECT _row_id GROUP BY _row_id HAVING count(*) > 1 OR _row_id IS NULL)"]
        for old, new in zip(versions, versions[1:]):
            pairs = f"(SELECT {BIRTH} AS birth, _row_id AS id FROM {table} AT (VERSION => {{}}))"
            for key, value in [("birth", "id"), ("id", "birth")]:
                together = f"{pairs.format(old)} AS old JOIN {pairs.format(new)} AS new USING ({key})"
                looks.append(f"SELECT count(*) AS wrong FROM {together} WHERE old.{value} <> new.{value}")
        for look, result in zip(looks, self.laguna([*looks, "SELECT 1"])):
            assert result == [{"wrong": 0}], look

    def check_in_delta_rs(self, i):
        query = QueryBuilder().register("t", DeltaTable(str(self.lake.table_path(self.tables[i]))))
        self.check_arrow(i, pa.table(query.execute("SELECT * FROM t").read_all()), "delta-rs")

    def check_in_spark(self, i):
        path = str(self.lake.table_path(self.tables[i]))
        self.check_arrow(i, self.spark.read.format("delta").load(path).toArrow(), "Spark")
        if "delta.enableChangeDataFeed" not in self.world.properties[i]:
            return
        feed = self.spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", 0).load(path)
        theirs = duckdb_over(feed.toArrow()).execute(self.changes_query("read")).fetchall()
        [ours] = self.laguna([self.changes_query(f"table_changes('{self.tables[i]}', 0)")])
        assert theirs == [tuple(row.values()) for row in ours], f"change feed of {self.tables[i]} in Spark"

    def changes_query(self, source):
        row = f"struct_pack({', '.join(f'{quoted(c.name)} := {quoted(c.name)}::{c.type}' for c in self.world.columns)})"
        return (
            f"SELECT _commit_version::BIGINT AS version, _change_type AS type, count(*) AS n, sum({Rows.HASH.format(row=row)})::VARCHAR AS hashes "
            f"FROM {source} GROUP BY ALL ORDER BY ALL"
        )

    def check_arrow(self, i, read, who):
        rows = Rows.of(self.model.execute(Rows.query(f"model_{i}")).fetchone())
        columns = ", ".join(f"{quoted(column.name)}::{column.type} AS {quoted(column.name)}" for column in self.world.columns)
        seen = Rows.of(duckdb_over(read).execute(Rows.query(f"(SELECT {columns} FROM read)")).fetchone())
        assert seen == rows, f"{self.tables[i]} in {who}"


def duckdb_over(read):
    """A connection that knows the Arrow table as `read`."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("read", read)
    return connection
