# SPDX-License-Identifier: Apache-2.0
"""Partition values of any type and any characters go both ways."""

from datetime import date, datetime, timezone

import pyarrow as pa
from comparison import rows_of

ODD = ["plain", "a b/c=d:%25#?", "ñandú 湖", "null", None]


def odd_table(first_id=0):
    ids = range(first_id, first_id + len(ODD))
    return pa.table({"id": pa.array(ids, pa.int32()), "place": pa.array(ODD, pa.string())})


def literal(value):
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def create_odd(lake):
    # delta-rs writes to no table with deletion vectors.
    lake.sql(
        "CREATE TABLE bronze.odd (id INTEGER, place VARCHAR) PARTITIONED BY (place) "
        "WITH ('delta.enableDeletionVectors' = 'false')"
    )
    rows = ", ".join(f"({i}, {literal(place)})" for i, place in enumerate(ODD))
    lake.sql(f"INSERT INTO bronze.odd VALUES {rows}")


def test_the_others_read_odd_partition_values(lake, other):
    create_odd(lake)

    assert rows_of(other.read(lake.table_path("bronze.odd"))) == rows_of(odd_table())


def test_laguna_reads_odd_partition_values(lake, other):
    other.append(lake.table_path("bronze.odd"), odd_table(), partition_by=["place"])

    expected = sorted(((str(i), place) for i, place in enumerate(ODD)), key=repr)
    assert lake.texts("SELECT id, place FROM bronze.odd") == expected
    for i, place in enumerate(ODD):
        found = lake.texts(f"SELECT id FROM bronze.odd WHERE place IS NOT DISTINCT FROM {literal(place)}")
        assert found == [(str(i),)], place


def test_both_write_into_the_same_partitions(lake, other):
    create_odd(lake)
    path = lake.table_path("bronze.odd")
    other.append(path, odd_table(first_id=10), partition_by=["place"])

    assert len(lake.sql("SELECT * FROM bronze.odd")) == 2 * len(ODD)
    counts = lake.sql("SELECT place, count(*) AS n FROM bronze.odd GROUP BY place")
    assert {row["n"] for row in counts} == {2}


def test_partition_columns_of_every_plain_type(lake, other):
    lake.sql(
        """CREATE TABLE bronze.typed (id INTEGER, i BIGINT, d DATE, moment TIMESTAMPTZ, b BOOLEAN, p DECIMAL(5,2))
           PARTITIONED BY (i, d, moment, b, p)"""
    )
    lake.sql(
        """INSERT INTO bronze.typed VALUES
           (1, -5, '2024-02-29', '2024-02-29 12:34:56.789+00', true, 1.50), (2, NULL, NULL, NULL, NULL, NULL)"""
    )

    first, second = rows_of(other.read(lake.table_path("bronze.typed")))
    assert (first["i"], first["d"], first["b"], str(first["p"])) == (-5, date(2024, 2, 29), True, "1.50")
    assert first["moment"] == datetime(2024, 2, 29, 12, 34, 56, 789000, timezone.utc)
    assert [second[name] for name in ("i", "d", "moment", "b", "p")] == [None] * 5
