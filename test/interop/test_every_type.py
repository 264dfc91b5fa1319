# SPDX-License-Identifier: Apache-2.0
"""Every type goes from Laguna to the others and back without a change."""

import duckdb
from comparison import rows_of
from every_type import COLUMNS, arrow_table, create_statement, insert_statement

EVERYTHING = "SELECT * FROM bronze.types"


def expected_texts(*first_ids):
    """What plain DuckDB makes of the literals: the rows once for each first id."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(create_statement("types"))
    for first_id in first_ids:
        connection.execute(insert_statement("types"))
        connection.execute(f"UPDATE types SET id = -1 - id - {first_id} WHERE id >= 0")
    connection.execute("UPDATE types SET id = -1 - id")
    rows = connection.execute("SELECT COLUMNS(*)::VARCHAR FROM types").fetchall()
    return sorted(rows, key=repr)


def test_the_others_read_what_laguna_wrote(lake, other):
    lake.sql(create_statement("bronze.types"))
    lake.sql(insert_statement("bronze.types"))

    assert rows_of(other.read(lake.table_path("bronze.types"))) == rows_of(arrow_table())


def test_laguna_reads_what_the_others_wrote(lake, other):
    other.append(lake.table_path("bronze.types"), arrow_table())

    assert lake.texts(EVERYTHING) == expected_texts(0)


def test_the_others_append_to_a_table_of_laguna(lake, other):
    # delta-rs writes to no table with deletion vectors.
    lake.sql(create_statement("bronze.types") + " WITH ('delta.enableDeletionVectors' = 'false')")
    lake.sql(insert_statement("bronze.types"))
    other.append(lake.table_path("bronze.types"), arrow_table(first_id=10))

    assert lake.texts(EVERYTHING) == expected_texts(0, 10)


def test_laguna_appends_to_a_table_of_the_others(lake, other):
    path = lake.table_path("bronze.types")
    other.append(path, arrow_table(first_id=10))
    lake.sql(insert_statement("bronze.types"))

    both = rows_of(arrow_table()) + rows_of(arrow_table(first_id=10))
    assert sorted(rows_of(other.read(path)), key=lambda row: row["id"]) == both


def check_filters(lake, column):
    """Every value of the column, and NULL, is found in the row that holds it."""
    for row, (literal, _) in enumerate(column.values):
        value = f"CAST({literal} AS {column.sql_type})"
        found = lake.texts(f'SELECT id FROM bronze.types WHERE "{column.name}" = {value}')
        assert found == [(str(row),)], column.name
    found = lake.texts(f'SELECT id FROM bronze.types WHERE "{column.name}" IS NULL')
    assert found == [("2",)], column.name


def test_filters_find_rows_of_the_others(lake, other):
    """Statistics that others wrote prune no row that matches."""
    other.append(lake.table_path("bronze.types"), arrow_table())
    for column in COLUMNS:
        if column.name in ("list", "record", "pairs"):
            continue
        check_filters(lake, column)


def test_functions_take_timestamps_of_the_others(lake, other):
    """Spark writes INT96, whose kind only the table's schema says."""
    other.append(lake.table_path("bronze.types"), arrow_table())
    found = lake.texts('SELECT id, year("at"), hour(wall) FROM bronze.types WHERE month("at") IN (3, 12)')
    assert sorted(found) == [("0", "2024", "2"), ("1", "1969", "0")]


def test_filters_of_the_others_find_rows_of_laguna(lake, spark):
    """Statistics that Laguna wrote prune no row that matches."""
    lake.sql(create_statement("bronze.types"))
    lake.sql(insert_statement("bronze.types"))
    path = lake.table_path("bronze.types")
    for condition, ids in {
        "i64 = 9223372036854775807": [1],
        "price < 0": [0],
        "day > DATE'2000-01-01'": [1],
        "at < TIMESTAMP_LTZ'2000-01-01'": [1],
        "word > 'h'": [1],
        "f64 > 1e300": [1],
        "word IS NULL": [2],
    }.items():
        found = spark.sql(f"SELECT id FROM delta.`{path}` WHERE {condition}").collect()
        assert [row.id for row in found] == ids, condition
