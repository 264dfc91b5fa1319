# SPDX-License-Identifier: Apache-2.0
"""Tables with column mapping that Laguna makes: the others read them, and Spark writes them on."""

import pyarrow as pa
import pytest
from comparison import rows_of
from conftest import Spark

COLUMNS = """k INTEGER, "with space" VARCHAR, st STRUCT(a INTEGER, "b c" DOUBLE), l STRUCT(x INTEGER)[],
             m MAP(VARCHAR, STRUCT(y DATE)), "p q" VARCHAR"""
ROWS = """(1, 'x', {'a': 1, 'b c': 1.5}, [{'x': 7}, NULL], MAP {'one': {'y': DATE '2024-02-29'}}, 'u v'),
          (2, NULL, NULL, [], MAP {}, NULL)"""


def create(lake, mode):
    lake.sql(f"""CREATE TABLE bronze.t ({COLUMNS}) PARTITIONED BY ("p q") TBLPROPERTIES ('delta.columnMapping.mode' = '{mode}')""")
    lake.sql(f"INSERT INTO bronze.t VALUES {ROWS}")
    lake.sql("INSERT WITH SCHEMA EVOLUTION INTO bronze.t BY NAME SELECT 3 AS k, {'a': 3, 'b c': 3.5, 'd': 'n'} AS st, 9 AS \"new, one\"")


def expected():
    from datetime import date

    struct = pa.struct([("a", pa.int32()), ("b c", pa.float64()), ("d", pa.string())])
    return pa.table(
        {
            "k": pa.array([1, 2, 3], pa.int32()),
            "with space": ["x", None, None],
            "st": pa.array([{"a": 1, "b c": 1.5, "d": None}, None, {"a": 3, "b c": 3.5, "d": "n"}], struct),
            "l": pa.array([[{"x": 7}, None], [], None], pa.list_(pa.struct([("x", pa.int32())]))),
            "m": pa.array([[("one", {"y": date(2024, 2, 29)})], [], None], pa.map_(pa.string(), pa.struct([("y", pa.date32())]))),
            "p q": ["u v", None, None],
            "new, one": pa.array([None, None, 9], pa.int32()),
        }
    )


@pytest.mark.spark
@pytest.mark.parametrize("mode", ["name", "id"])
def test_spark_reads_mapped_tables(lake, spark, mode):
    create(lake, mode)

    assert rows_of(Spark(spark).read(lake.table_path("bronze.t"))) == rows_of(expected())


@pytest.mark.parametrize("mode", ["name", "id"])
def test_delta_rs_reads_mapped_tables(lake, mode):
    from deltalake import DeltaTable, QueryBuilder

    create(lake, mode)

    # Its query engine: its way to Arrow does not know column mapping.
    query = QueryBuilder().register("t", DeltaTable(str(lake.table_path("bronze.t"))))
    assert rows_of(pa.table(query.execute("SELECT * FROM t").read_all())) == rows_of(expected())


@pytest.mark.spark
@pytest.mark.parametrize("mode", ["name", "id"])
def test_spark_writes_mapped_tables_on(lake, spark, mode):
    create(lake, mode)
    path = lake.table_path("bronze.t")
    spark.sql(f"INSERT INTO delta.`{path}` (k, `with space`, `p q`) VALUES (4, 'from Spark', 'u v')")
    spark.sql(f"UPDATE delta.`{path}` SET `with space` = 'changed' WHERE k = 3")
    spark.sql(f"ALTER TABLE delta.`{path}` ADD COLUMNS (later STRING)")
    lake.sql("INSERT INTO bronze.t BY NAME SELECT 5 AS k, 'after' AS later")

    texts = lake.texts('SELECT k, "with space", later FROM bronze.t WHERE k > 2 ORDER BY k')
    assert texts == [("3", "changed", None), ("4", "from Spark", None), ("5", None, "after")]
    seen = spark.sql(f"SELECT k, later FROM delta.`{path}` WHERE k = 5").collect()
    assert [tuple(row) for row in seen] == [(5, "after")]
