# SPDX-License-Identifier: Apache-2.0
"""Tables whose columns got wider types."""

from .maker import NAME, NTZ, VECTORS, WIDENING, table


def widen(t, *changes):
    for column, type_ in changes:
        t.sql(f"ALTER TABLE {{t}} CHANGE COLUMN {column} TYPE {type_}")


@table
def widening(t):
    t.create(
        "id INT, b TINYINT, f FLOAT, d DATE, m DECIMAL(5,2), i INT, j INT, k SMALLINT, n DECIMAL(18,3), l BIGINT", WIDENING, NTZ
    )
    rows = [
        "(1, 127Y, 1.1F, DATE'2024-02-29', 123.45, 2147483647, -2147483648, 32767S, 123456789012345.678, 9223372036854775807L)",
        "(2, -128Y, FLOAT('NaN'), DATE'1500-01-01', -999.99, 0, 7, -32768S, -0.001, -9223372036854775808L)",
        "(3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    ]
    t.insert(*rows)
    widen(t, ("b", "SMALLINT"))
    t.insert("(4, 300S, -0.0F, DATE'0001-01-01', 0, 1, 1, 1S, 1, 1L)")
    widen(t, ("b", "INT"), ("f", "DOUBLE"), ("d", "TIMESTAMP_NTZ"), ("m", "DECIMAL(20,6)"))
    widen(t, ("i", "DOUBLE"), ("j", "DECIMAL(12,2)"), ("k", "DECIMAL(10,0)"), ("n", "DECIMAL(38,10)"), ("l", "DECIMAL(22,2)"))
    t.insert("(5, 70000, 1e300, TIMESTAMP_NTZ'2024-02-29 12:34:56.789', 12345678901234.123456, 0.5, 0.25, 12345, 0.0000000001, 0.25)")
    widen(t, ("b", "BIGINT"))
    t.insert("(6, 1099511627776L, 2, TIMESTAMP_NTZ'2024-03-01 00:00:00', 1, 1, 1, 1, 1, 1)")


@table
def widening_nested(t):
    t.create(
        "id INT, s STRUCT<a: INT, b: TINYINT, d: DATE>, l ARRAY<SMALLINT>, m MAP<TINYINT, FLOAT>, ls ARRAY<STRUCT<x: INT, y: DECIMAL(4,1)>>",
        WIDENING,
        NTZ,
    )
    t.insert(
        "(1, named_struct('a', 1, 'b', 2Y, 'd', DATE'2024-01-01'), array(1S, NULL, -1S), map(1Y, 1.5F), array(named_struct('x', 1, 'y', 99.9)))"
    )
    widen(t, ("s.a", "BIGINT"), ("s.b", "DOUBLE"), ("s.d", "TIMESTAMP_NTZ"), ("l.element", "BIGINT"))
    widen(t, ("m.key", "INT"), ("m.value", "DOUBLE"), ("ls.element.x", "DECIMAL(12,1)"), ("ls.element.y", "DECIMAL(10,4)"))
    t.insert(
        "(2, named_struct('a', 5000000000L, 'b', 0.5D, 'd', TIMESTAMP_NTZ'2024-01-01 10:00:00'), array(5000000000L), map(70000, 1e200D), array(named_struct('x', 1.5, 'y', 99.9999)))"
    )


@table
def widening_partitions(t):
    columns = "id INT, a TINYINT, b FLOAT, c DATE, d DECIMAL(5,2), e INT"
    t.create(columns, WIDENING, NTZ, more="PARTITIONED BY (a, b, c, d, e)")
    t.insert("(1, 1Y, 1.5F, DATE'2024-01-01', 1.25, 7)", "(2, NULL, NULL, NULL, NULL, NULL)")
    widen(t, ("a", "INT"), ("b", "DOUBLE"), ("c", "TIMESTAMP_NTZ"), ("d", "DECIMAL(12,4)"), ("e", "DOUBLE"))
    t.insert("(3, 70000, 1e200, TIMESTAMP_NTZ'2024-01-01 10:00:00.5', 1.0625, 0.5)")


@table
def widening_with_everything(t):
    t.create("id INT, p SMALLINT, v INT", WIDENING, NAME, VECTORS, "'delta.enableRowTracking' = true", more="PARTITIONED BY (p)")
    t.insert("(1, 1, 10)", "(2, 1, 20)", "(3, 2, 30)")
    t.sql("DELETE FROM {t} WHERE id = 1")
    widen(t, ("v", "BIGINT"), ("p", "INT"))
    t.sql("ALTER TABLE {t} RENAME COLUMN v TO value", "UPDATE {t} SET value = 5000000000 WHERE id = 2")
    t.insert("(4, 70000, 1)")
