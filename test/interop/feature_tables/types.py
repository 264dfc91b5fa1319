# SPDX-License-Identifier: Apache-2.0
"""Tables of every type, in every form that Spark writes."""

from .maker import table


PRIMITIVES = {
    "st": ("STRING", ["''", "'ünï\\tcode'", "'a\\'b\"c'"]),
    "lo": ("BIGINT", ["9223372036854775807L", "-9223372036854775808L", "0L"]),
    "it": ("INT", ["2147483647", "-2147483648", "0"]),
    "sh": ("SMALLINT", ["32767S", "-32768S", "0S"]),
    "by": ("TINYINT", ["127Y", "-128Y", "0Y"]),
    "fl": ("FLOAT", ["FLOAT('NaN')", "FLOAT('-Infinity')", "FLOAT('-0.0')"]),
    "do": ("DOUBLE", ["DOUBLE('NaN')", "DOUBLE('Infinity')", "DOUBLE('-0.0')"]),
    "bo": ("BOOLEAN", ["true", "false", "true"]),
    "bi": ("BINARY", ["X'00FF'", "X''", "X'61'"]),
    "da": ("DATE", ["DATE'0001-01-01'", "DATE'9999-12-31'", "DATE'1582-10-04'"]),
    "ts": ("TIMESTAMP_LTZ", ["TIMESTAMP_LTZ'1900-01-01 00:00:00Z'", "TIMESTAMP_LTZ'2024-03-31 02:30:00.123456 Europe/Berlin'", "TIMESTAMP_LTZ'9999-12-31 23:59:59.999999Z'"]),
    "nt": ("TIMESTAMP_NTZ", ["TIMESTAMP_NTZ'1900-01-01 00:00:00'", "TIMESTAMP_NTZ'2024-03-31 02:30:00.123456'", "TIMESTAMP_NTZ'9999-12-31 23:59:59.999999'"]),
    "d1": ("DECIMAL(1,0)", ["9BD", "-9BD", "0BD"]),
    "d9": ("DECIMAL(9,4)", ["99999.9999BD", "-99999.9999BD", "0.0001BD"]),
    "d18": ("DECIMAL(18,18)", ["0.999999999999999999BD", "-0.999999999999999999BD", "0BD"]),
    "d19": ("DECIMAL(19,1)", ["999999999999999999.9BD", "-999999999999999999.9BD", "0.1BD"]),
    "d38": ("DECIMAL(38,10)", ["9999999999999999999999999999.9999999999BD", "-9999999999999999999999999999.9999999999BD", "0.0000000001BD"]),
}  # fmt: skip


def primitive_rows(types):
    rows = [f"({i}, " + ", ".join(f"CAST({values[i]} AS {type_})" for type_, values in types.values()) + ")" for i in range(3)]
    return [*rows, f"(3, {', '.join(f'CAST(NULL AS {type_})' for type_, _ in types.values())})"]


def columns_of(types):
    return "id INT, " + ", ".join(f"{name} {type_}" for name, (type_, _) in types.items())


CORRECTED = {f"spark.sql.parquet.{kind}RebaseModeInWrite": "CORRECTED" for kind in ("datetime", "int96")}


def typed(t, **settings):
    t.create(columns_of(PRIMITIVES))
    with t.conf(**CORRECTED, **settings):
        for row in primitive_rows(PRIMITIVES):
            t.insert(row)


@table
def types_int96(t):
    typed(t, **{"spark.sql.parquet.outputTimestampType": "INT96"})


@table
def types_micros(t):
    typed(t, **{"spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS"})


@table
def types_millis(t):
    typed(t, **{"spark.sql.parquet.outputTimestampType": "TIMESTAMP_MILLIS"})


@table
def types_legacy_format(t):
    typed(t, **{"spark.sql.parquet.writeLegacyFormat": "true"})


@table
def types_nested(t):
    t.create(
        "id INT, a ARRAY<MAP<STRING, STRUCT<x: INT, y: ARRAY<DATE>>>>, b MAP<STRUCT<k: INT, d: DATE>, ARRAY<ARRAY<DECIMAL(20,3)>>>, "
        "c STRUCT<p: STRUCT<q: STRUCT<r: MAP<DATE, TIMESTAMP_LTZ>>>>, e ARRAY<STRUCT<f: ARRAY<STRUCT<g: INT>>>>"
    )
    t.insert(
        "(1, array(map('a', named_struct('x', 1, 'y', array(DATE'2024-01-01', NULL))), map(), NULL), "
        "map(named_struct('k', 1, 'd', DATE'2024-01-01'), array(array(1.5BD, NULL), array(), NULL)), "
        "named_struct('p', named_struct('q', named_struct('r', map(DATE'2024-01-01', TIMESTAMP_LTZ'2024-01-01 00:00:00Z')))), "
        "array(named_struct('f', array(named_struct('g', 1), NULL)), NULL))",
        "(2, NULL, NULL, NULL, NULL)",
        "(3, array(), map(), named_struct('p', NULL), array(named_struct('f', NULL)))",
    )


@table
def types_nested_legacy_format(t):
    with t.conf(**{"spark.sql.parquet.writeLegacyFormat": "true"}):
        types_nested(t)
