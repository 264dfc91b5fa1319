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
