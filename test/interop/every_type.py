# SPDX-License-Identifier: Apache-2.0
"""A table with a column of every type: ordinary values, extremes, and a row of NULLs.

Each column is written down twice, as SQL literals for Laguna and as Python values for the others.
"""

from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal

import pyarrow as pa


@dataclass
class Column:
    name: str
    sql_type: str
    arrow_type: pa.DataType
    values: list  # pairs of SQL literal and Python value


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


COLUMNS = [
    Column("bool", "BOOLEAN", pa.bool_(), [("true", True), ("false", False)]),
    Column("i8", "TINYINT", pa.int8(), [("-128", -128), ("127", 127)]),
    Column("i16", "SMALLINT", pa.int16(), [("-32768", -32768), ("32767", 32767)]),
    Column("i32", "INTEGER", pa.int32(), [("-2147483648", -(2**31)), ("7", 7)]),
    Column("i64", "BIGINT", pa.int64(), [("-9223372036854775808", -(2**63)), ("9223372036854775807", 2**63 - 1)]),
    Column("f32", "REAL", pa.float32(), [("1.5", 1.5), ("'-Infinity'", float("-inf"))]),
    Column("f64", "DOUBLE", pa.float64(), [("-0.1", -0.1), ("'NaN'", float("nan"))]),
    Column("price", "DECIMAL(10,2)", pa.decimal128(10, 2), [("-99999999.99", Decimal("-99999999.99")), ("0.01", Decimal("0.01"))]),
    Column(
        "wide",
        "DECIMAL(38,18)",
        pa.decimal128(38, 18),
        [
            ("12345678901234567890.123456789012345678", Decimal("12345678901234567890.123456789012345678")),
            ("-0.000000000000000001", Decimal("-0.000000000000000001")),
        ],
    ),
    Column("word", "VARCHAR", pa.string(), [("''", ""), ("'héllo ''wörld'' 湖 🌊'", "héllo 'wörld' 湖 🌊")]),
    Column("bytes", "BLOB", pa.binary(), [(r"'\x00\xFF'::BLOB", b"\x00\xff"), ("'abc'::BLOB", b"abc")]),
    Column("day", "DATE", pa.date32(), [("'1600-02-29'", date(1600, 2, 29)), ("'2024-12-31'", date(2024, 12, 31))]),
    Column(
        "at",
        "TIMESTAMPTZ",
        pa.timestamp("us", tz="UTC"),
        [
            ("'2024-03-10 02:30:00.123456+05:45'", utc(2024, 3, 9, 20, 45, 0, 123456)),
            ("'1969-12-31 23:59:59.999999+00'", utc(1969, 12, 31, 23, 59, 59, 999999)),
        ],
    ),
    Column(
        "wall",
        "TIMESTAMP",
        pa.timestamp("us"),
        [
            ("'2024-03-10 02:30:00.000001'", datetime(2024, 3, 10, 2, 30, 0, 1)),
            ("'1900-01-01 00:00:00'", datetime(1900, 1, 1)),
        ],
    ),
    Column("list", "INTEGER[]", pa.list_(pa.int32()), [("[1, NULL, 3]", [1, None, 3]), ("[]", [])]),
    Column(
        "record",
        "STRUCT(a INTEGER, b STRUCT(c VARCHAR))",
        pa.struct([("a", pa.int32()), ("b", pa.struct([("c", pa.string())]))]),
        [("{'a': 1, 'b': {'c': 'x'}}", {"a": 1, "b": {"c": "x"}}), ("{'a': NULL, 'b': {'c': NULL}}", {"a": None, "b": {"c": None}})],
    ),
    Column("pairs", "MAP(VARCHAR, BIGINT)", pa.map_(pa.string(), pa.int64()), [("MAP {'k': 1, 'l': NULL}", {"k": 1, "l": None}), ("MAP {}", {})]),
]
ROWS = len(COLUMNS[0].values)


def create_statement(table):
    columns = ", ".join(f'"{column.name}" {column.sql_type}' for column in COLUMNS)
    return f"CREATE TABLE {table} (id INTEGER, {columns})"


def insert_statement(table):
    """Rows 0 and 1 with values, row 2 all NULL but for its id."""
    rows = [[column.values[row][0] for column in COLUMNS] for row in range(ROWS)]
    rows.append(["NULL"] * len(COLUMNS))
    texts = [f"({row}, {', '.join(literals)})" for row, literals in enumerate(rows)]
    return f"INSERT INTO {table} VALUES {', '.join(texts)}"


def arrow_table(first_id=0):
    """The same rows for Arrow; ids count from `first_id`."""
    arrays = [pa.array(range(first_id, first_id + ROWS + 1), pa.int32())]
    names = ["id"]
    for column in COLUMNS:
        values = [value for _, value in column.values] + [None]
        if pa.types.is_map(column.arrow_type):
            values = [None if value is None else list(value.items()) for value in values]
        arrays.append(pa.array(values, column.arrow_type))
        names.append(column.name)
    return pa.table(arrays, names)
