# SPDX-License-Identifier: Apache-2.0
"""VARCHAR(n) and CHAR(n): Laguna and Spark hold each other's tables to their lengths."""

import pytest
from conftest import Spark
from story.lake import CommandFailed

TYPES = {"k": "int", "v": "varchar(3)", "c": "char(3)", "s": "struct<x:varchar(2),y:string>",
         "l": "array<varchar(2)>", "m": "map<char(2),varchar(2)>"}


def described(spark, table):
    return {row["col_name"]: row["data_type"] for row in spark.sql(f"DESCRIBE {table}").collect() if row["col_name"]}


@pytest.mark.long
@pytest.mark.spark
def test_spark_holds_a_table_of_laguna_to_its_lengths(lake, spark):
    lake.sql("CREATE TABLE bronze.t (k INTEGER, v VARCHAR(3), c CHAR(3), s STRUCT<x: VARCHAR(2), y: STRING>, "
             "l ARRAY<VARCHAR(2)>, m MAP<CHAR(2), VARCHAR(2)>)")
    lake.sql("INSERT INTO bronze.t VALUES (1, 'äöü  ', 'a', {'x': 'ab', 'y': 'long'}, ['ab'], MAP {'a': 'b'})")
    table = f"delta.`{lake.table_path('bronze.t')}`"

    assert described(spark, table) == TYPES
    rest = "named_struct('x', 'ab', 'y', 'long'), array('ab'), map('a', 'b')"
    with pytest.raises(Exception, match="(?i)length"):
        spark.sql(f"INSERT INTO {table} VALUES (2, 'abcd', 'a', {rest})").collect()
    spark.sql(f"INSERT INTO {table} VALUES (1, 'äöü  ', 'a', {rest})")
    rows = lake.sql("SELECT DISTINCT * FROM bronze.t")
    assert len(rows) == 1 and rows[0]["v"] == "äöü" and rows[0]["c"] == "a  "

    lake.run("sql", "-c", "ALTER TABLE bronze.t ADD COLUMN s.z VARCHAR(1); ALTER TABLE bronze.t ALTER COLUMN v TYPE VARCHAR(5); "
                          "ALTER TABLE bronze.t ADD COLUMN n CHAR(2)")
    assert described(spark, table) == TYPES | {"v": "varchar(5)", "s": "struct<x:varchar(2),y:string,z:varchar(1)>", "n": "char(2)"}
    rest = "named_struct('x', 'ab', 'y', 'long', 'z', 'zz'), array('ab'), map('a', 'b')"
    with pytest.raises(Exception, match="(?i)length"):
        spark.sql(f"INSERT INTO {table} VALUES (2, 'abcde', 'a', {rest}, 'n')").collect()


@pytest.mark.long
@pytest.mark.spark
def test_laguna_holds_a_table_of_spark_to_its_lengths(lake, spark):
    folder = lake.table_path("bronze.t")
    table = f"delta.`{folder}`"
    spark.sql(f"CREATE TABLE {table} (k INT, v VARCHAR(3), c CHAR(3), s STRUCT<x: VARCHAR(2)>) USING delta")
    spark.sql(f"INSERT INTO {table} VALUES (1, 'abc', 'a', named_struct('x', 'ab'))")
    lake.sql("INSERT INTO bronze.t VALUES (2, 'abc ', 'b', {'x': 'a'})")

    for values in ("3, 'abcd', 'a', NULL", "3, NULL, 'abcd', NULL", "3, NULL, NULL, {'x': 'abc'}"):
        with pytest.raises(CommandFailed, match="CHAR.* but a row to write has a text of"):
            lake.sql(f"INSERT INTO bronze.t VALUES ({values})")
    rows = sorted(tuple(row.values()) for row in Spark(spark).read(folder).to_pylist())
    assert rows == [(1, "abc", "a  ", {"x": "ab"}), (2, "abc", "b  ", {"x": "a"})]
