# SPDX-License-Identifier: Apache-2.0
"""Tables with dates of the Julian calendar."""

from .maker import table
from .types import CORRECTED


ANCIENT = "(1, DATE'1582-10-04', TIMESTAMP_LTZ'1582-10-04 12:00:00Z', TIMESTAMP_NTZ'1582-10-04 12:00:00', array(DATE'1000-02-28'))"
ANCIENT_2 = "(2, DATE'0001-01-01', TIMESTAMP_LTZ'0001-01-03 00:00:00Z', TIMESTAMP_NTZ'0001-01-03 00:00:00', NULL)"
RECENT = "(3, DATE'2024-01-01', TIMESTAMP_LTZ'2024-01-01 00:00:00Z', TIMESTAMP_NTZ'2024-01-01 00:00:00', array(DATE'2024-01-01'))"


def ancient(t, mode, output):
    t.create("id INT, d DATE, z TIMESTAMP_LTZ, n TIMESTAMP_NTZ, l ARRAY<DATE>")
    settings = {f"spark.sql.parquet.{kind}RebaseModeInWrite": mode for kind in ("datetime", "int96")}
    with t.conf(**settings, **{"spark.sql.parquet.outputTimestampType": output}):
        t.insert(ANCIENT, ANCIENT_2)
        t.insert(RECENT)


@table
def ancient_corrected(t):
    ancient(t, "CORRECTED", "TIMESTAMP_MICROS")


@table
def ancient_corrected_int96(t):
    ancient(t, "CORRECTED", "INT96")


@table
def ancient_legacy(t):
    ancient(t, "LEGACY", "TIMESTAMP_MICROS")


@table
def ancient_legacy_int96(t):
    ancient(t, "LEGACY", "INT96")


@table
def ancient_legacy_millis(t):
    ancient(t, "LEGACY", "TIMESTAMP_MILLIS")


@table
def recent_legacy(t):
    t.create("id INT, d DATE, z TIMESTAMP_LTZ, n TIMESTAMP_NTZ, l ARRAY<DATE>")
    settings = {f"spark.sql.parquet.{kind}RebaseModeInWrite": "LEGACY" for kind in ("datetime", "int96")}
    with t.conf(**settings):
        t.insert(RECENT)
