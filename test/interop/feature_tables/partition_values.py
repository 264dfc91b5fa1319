# SPDX-License-Identifier: Apache-2.0
"""Tables partitioned by every type."""

from .maker import NAME, table
from .types import PRIMITIVES, columns_of, primitive_rows


@table
def partition_values(t):
    types = {name: type_ for name, type_ in PRIMITIVES.items() if name not in ("bi",)}
    t.create(columns_of(types), more=f"PARTITIONED BY ({', '.join(types)})")
    t.insert(*primitive_rows(types))


@table
def partition_values_binary(t):
    t.create("id INT, p BINARY", more="PARTITIONED BY (p)")
    t.insert("(1, X'61')", "(2, X'C3BC')", "(3, NULL)", "(4, X'')")


@table
def partition_values_odd(t):
    t.create("id INT, p STRING, `q r` STRING", NAME, more="PARTITIONED BY (p, `q r`)")
    odd = ["a b", "c/d", "e=f", "g%20h", "i:j", "k\\\\l", "m\"n", "ü湖", "__HIVE_DEFAULT_PARTITION__", "null", " lead", "tab\\there", "#?&*"]
    t.insert(*(f"({i}, '{text}', '{text}')" for i, text in enumerate(odd)), "(98, NULL, 'x')", "(99, '', '')")


@table
def partition_times_of_zones(t):
    t.create("id INT, z TIMESTAMP_LTZ, n TIMESTAMP_NTZ", more="PARTITIONED BY (z, n)")
    row = "TIMESTAMP_LTZ'2024-07-01 12:00:00.5Z', TIMESTAMP_NTZ'2024-07-01 12:00:00.5'"
    t.insert(f"(1, {row})")
    with t.conf(**{"spark.sql.session.timeZone": "America/New_York"}):
        t.insert(f"(2, {row})")
    with t.conf(**{"spark.databricks.delta.write.utcTimestampPartitionValues": "false"}):
        t.insert(f"(3, {row})")
