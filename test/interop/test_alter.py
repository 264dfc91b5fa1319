# SPDX-License-Identifier: Apache-2.0
"""Tables whose definition changed: Laguna changes, Spark reads and changes on, Laguna goes on."""

import pytest
from comparison import rows_of
from conftest import Spark

WITHOUT_VECTORS = "WITH ('delta.enableDeletionVectors' = 'false')"
ROWS = "SELECT 1 AS k, 'x' AS v, DATE '2024-02-29' AS d, {'a': 1, 'b': 2} AS s, 'one' AS p"


def create(lake):
    lake.sql(f"CREATE TABLE bronze.t PARTITIONED BY (p) AS {ROWS}")
    lake.run("sql", "-c", "ALTER TABLE bronze.t SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')")


@pytest.mark.spark
def test_spark_reads_what_laguna_changed_and_changes_on(lake, spark):
    create(lake)
    lake.run("sql", "-c", """
        ALTER TABLE bronze.t ALTER COLUMN k TYPE BIGINT;
        ALTER TABLE bronze.t ALTER COLUMN d TYPE TIMESTAMP;
        ALTER TABLE bronze.t ALTER COLUMN s.a TYPE DOUBLE;
        ALTER TABLE bronze.t RENAME COLUMN v TO w;
        ALTER TABLE bronze.t RENAME COLUMN p TO part;
        ALTER TABLE bronze.t DROP COLUMN s.b;
        ALTER TABLE bronze.t ADD COLUMNS (n INTEGER COMMENT 'a number' FIRST, s.c VARCHAR);
        ALTER TABLE bronze.t ALTER COLUMN w COMMENT 'text';
        COMMENT ON TABLE bronze.t IS 'a table'""")
    table = f"delta.`{lake.table_path('bronze.t')}`"

    assert [row["col_name"] for row in spark.sql(f"DESCRIBE {table}").collect()][:6] == ["n", "k", "w", "d", "s", "part"]
    spark.sql(f"ALTER TABLE {table} RENAME COLUMN w TO text")
    spark.sql(f"ALTER TABLE {table} ADD COLUMNS (last STRING)")
    spark.sql(f"ALTER TABLE {table} ALTER COLUMN n TYPE BIGINT")
    spark.sql(f"INSERT INTO {table} VALUES (7, 9000000000, 'y', timestamp_ntz'2024-03-01 12:00:00', named_struct('a', 0.5D, 'c', 'z'), 'two', 'l')")
    lake.sql("UPDATE bronze.t SET n = n + 1, last = 'm' WHERE part = 'two'")

    expected = lake.sql("SELECT * FROM bronze.t ORDER BY k")
    assert [list(row.values())[:3] for row in expected] == [[None, 1, "x"], [8, 9000000000, "y"]]
    assert [row["s"] for row in expected] == [{"a": 1.0, "c": None}, {"a": 0.5, "c": "z"}]
    read = Spark(spark).read(lake.table_path("bronze.t"))
    assert len(rows_of(read)) == 2
    assert sorted(row["last"] or "" for row in read.to_pylist()) == ["", "m"]


@pytest.mark.spark
def test_laguna_changes_what_spark_made(lake, spark):
    folder = lake.table_path("bronze.t")
    table = f"delta.`{folder}`"
    spark.sql(f"CREATE TABLE {table} (k INT, v STRING, s STRUCT<a: INT, b: INT>) USING delta TBLPROPERTIES "
              "('delta.columnMapping.mode' = 'name', 'delta.enableTypeWidening' = 'true')")
    spark.sql(f"INSERT INTO {table} VALUES (1, 'x', named_struct('a', 1, 'b', 2))")
    spark.sql(f"ALTER TABLE {table} RENAME COLUMN v TO w")
    lake.run("sql", "-c", """
        ALTER TABLE bronze.t RENAME COLUMN w TO v;
        ALTER TABLE bronze.t DROP COLUMN s.a;
        ALTER TABLE bronze.t ADD COLUMN s.a VARCHAR;
        ALTER TABLE bronze.t ALTER COLUMN k TYPE DOUBLE;
        INSERT INTO bronze.t VALUES (2.5, 'y', {'b': 3, 'a': 'new'})""")

    rows = sorted(tuple(row.values()) for row in Spark(spark).read(folder).to_pylist())
    assert rows == [(1.0, "x", {"b": 2, "a": None}), (2.5, "y", {"b": 3, "a": "new"})]


@pytest.mark.parametrize("change, versions", [
    ("ALTER TABLE bronze.t ADD CONSTRAINT c CHECK (k > 0)", (1, 3)),
    ("ALTER TABLE bronze.t SET ('delta.enableChangeDataFeed' = 'true')", (1, 4)),
    ("ALTER TABLE bronze.t RENAME COLUMN k TO key", (2, 5)),
    ("ALTER TABLE bronze.t SET ('delta.minReaderVersion' = '3', 'delta.minWriterVersion' = '7')", (3, 7)),
])
def test_the_protocol_grows_as_little_as_it_can(lake, change, versions):
    from deltalake import DeltaTable

    lake.sql(f"CREATE TABLE bronze.t {WITHOUT_VECTORS} AS SELECT 1 AS k")
    lake.run("sql", "-c", change)

    protocol = DeltaTable(str(lake.table_path("bronze.t"))).protocol()
    assert (protocol.min_reader_version, protocol.min_writer_version) == versions


def without_vectors(lake, history=""):
    lake.sql("CREATE TABLE bronze.t WITH ('delta.dropFeatureTruncateHistory.retentionDuration' = '0 hours') AS SELECT range AS k FROM range(10)")
    lake.run("sql", "-c", f"DELETE FROM bronze.t WHERE k = 3; REORG TABLE bronze.t APPLY (PURGE); ALTER TABLE bronze.t DROP FEATURE deletionVectors {history}")


@pytest.mark.parametrize("history", ["TRUNCATE HISTORY", "; ALTER TABLE bronze.t DROP FEATURE checkpointProtection TRUNCATE HISTORY"],
                         ids=["at_once", "later"])
def test_delta_rs_writes_on_where_a_feature_and_its_history_are_gone(lake, history):
    import pyarrow
    from deltalake import DeltaTable, write_deltalake

    without_vectors(lake, history)
    folder = str(lake.table_path("bronze.t"))
    write_deltalake(folder, pyarrow.table({"k": pyarrow.array([100], pyarrow.int64())}), mode="append")
    assert sorted(DeltaTable(folder).to_pyarrow_table()["k"].to_pylist()) == [0, 1, 2, 4, 5, 6, 7, 8, 9, 100]
    lake.sql("DELETE FROM bronze.t WHERE k = 100")
    assert lake.sql("SELECT sum(k)::INTEGER AS k FROM bronze.t") == [{"k": 42}]


@pytest.mark.spark
def test_spark_goes_on_with_a_table_without_the_feature(lake, spark):
    without_vectors(lake)
    table = f"delta.`{lake.table_path('bronze.t')}`"
    assert spark.sql(f"SELECT sum(k) FROM {table}").collect()[0][0] == 42
    assert spark.sql(f"SELECT count(*) FROM {table} VERSION AS OF 1").collect()[0][0] == 9
    spark.sql(f"DELETE FROM {table} WHERE k = 4")
    spark.sql(f"ALTER TABLE {table} ADD COLUMNS (n INT)")
    assert lake.sql("SELECT sum(k)::INTEGER AS k, count(n) AS n FROM bronze.t") == [{"k": 38, "n": 0}]


@pytest.mark.spark
def test_a_table_of_spark_gets_a_name_in_the_lake(lake, spark):
    folder = lake.folder / "of spark"
    spark.sql(f"CREATE TABLE delta.`{folder}` (k INT, p STRING) USING delta PARTITIONED BY (p)")
    spark.sql(f"INSERT INTO delta.`{folder}` VALUES (1, 'a b'), (2, NULL)")
    lake.run("sql", "-c", "CREATE TABLE silver.named LOCATION 'of spark'; INSERT INTO silver.named VALUES (3, 'c%d'); OPTIMIZE silver.named; DELETE FROM silver.named WHERE k = 2")
    rows = sorted((row["k"], row["p"]) for row in Spark(spark).read(folder).to_pylist())
    assert rows == [(1, "a b"), (3, "c%d")]
    lake.sql("DROP TABLE silver.named")
    assert spark.sql(f"SELECT count(*) FROM delta.`{folder}`").collect()[0][0] == 2
