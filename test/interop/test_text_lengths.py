# SPDX-License-Identifier: Apache-2.0
"""VARCHAR(n) and CHAR(n): Laguna and Spark hold each other's tables to their lengths."""

import json

import pytest
from conftest import Spark
from story.lake import CommandFailed

COLUMNS = ("k INT, v VARCHAR(3), c CHAR(3), s STRUCT<x: VARCHAR(2), y: STRING>, "
           "l ARRAY<VARCHAR(2)>, m MAP<CHAR(2), VARCHAR(2)>")
KEY = "__CHAR_VARCHAR_TYPE_STRING"


def declared(table_folder):
    """What the newest definition in the log says of each column's texts."""
    lines = [json.loads(line) for file in sorted((table_folder / "_delta_log").glob("*.json")) for line in file.open()]
    schema = json.loads([line["metaData"]["schemaString"] for line in lines if "metaData" in line][-1])
    return {field["name"]: field["metadata"].get(KEY) for field in schema["fields"]}


@pytest.mark.long
@pytest.mark.spark
def test_spark_holds_a_table_of_laguna_to_its_lengths(lake, spark):
    folder = lake.table_path("bronze.t")
    table = f"delta.`{folder}`"
    lake.sql(f"CREATE TABLE bronze.t ({COLUMNS})")
    spark.sql(f"CREATE TABLE delta.`{lake.table_path('bronze.twin')}` ({COLUMNS}) USING delta")
    assert declared(folder) == declared(lake.table_path("bronze.twin"))
    assert declared(folder)["s"] == "struct<x:varchar(2),y:string>"

    lake.sql("INSERT INTO bronze.t VALUES (1, 'äöü  ', 'a', {'x': 'ab', 'y': 'long'}, ['ab'], MAP {'a': 'b'})")
    rest = "named_struct('x', 'ab', 'y', 'long'), array('ab'), map('a ', 'b')"
    with pytest.raises(Exception, match="LIMIT"):
        spark.sql(f"INSERT INTO {table} VALUES (2, 'abcd', 'a  ', {rest})").collect()
    spark.sql(f"INSERT INTO {table} VALUES (1, 'äöü', 'a  ', {rest})")
    rows = lake.sql("SELECT * FROM bronze.t")
    assert len(rows) == 2 and rows[0] == rows[1]

    lake.run("sql", "-c", "ALTER TABLE bronze.t ADD COLUMN s.z VARCHAR(1); ALTER TABLE bronze.t ALTER COLUMN v TYPE VARCHAR(5); "
                          "ALTER TABLE bronze.t ADD COLUMN n CHAR(2)")
    rest = "array('ab'), map('a ', 'b'), 'n '"
    spark.sql(f"INSERT INTO {table} VALUES (2, 'abcde', 'a  ', named_struct('x', 'ab', 'y', 'long', 'z', 'z'), {rest})")
    with pytest.raises(Exception, match="LIMIT"):
        spark.sql(f"INSERT INTO {table} VALUES (3, 'abcde', 'a  ', named_struct('x', 'ab', 'y', 'long', 'z', 'zz'), {rest})")
    assert lake.texts("SELECT k, s.z, n FROM bronze.t WHERE k > 1") == [("2", "z", "n ")]


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
