# SPDX-License-Identifier: Apache-2.0
"""Laguna reads what Spark makes with each feature of Delta, and so does delta-rs where it can.

The whole matrix takes Spark minutes; the normal run has a sample of it.
"""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from comparison import rows_of
from feature_tables import TABLES, Table

SAMPLE = {
    "mapping_of_partitions",
    "vectors_update",
    "widening_partitions",
    "variant",
    "void_only",
    "iceberg_compat_v2",
    "ancient_legacy_int96",
    "partition_values_odd",
}

# The engine's variants do not tell a variant's null from no variant.
SPARK_VARIANTS = {
    "variant": "id, nullif(to_json(v), 'null') v, nullif(to_json(s.w), 'null') w, nullif(to_json(l[0]), 'null') l",
    "variant_shredded": "id, nullif(to_json(v), 'null') v",
}
LAGUNA_VARIANTS = {
    "variant": "id, nullif(v::JSON::VARCHAR, 'null') v, nullif(s.w::JSON::VARCHAR, 'null') w, nullif(l[1]::JSON::VARCHAR, 'null') l",
    "variant_shredded": "id, nullif(v::JSON::VARCHAR, 'null') v",
}

# What delta-rs reads, and not as Spark does: it takes INT96 for nanoseconds, which end in 2262, and
# knows nothing of the Julian calendar.
NOT_AS_SPARK = {
    "types_int96",
    "types_legacy_format",
    "wall_clock_times",
    "ancient_corrected_int96",
    "ancient_legacy",
    "ancient_legacy_int96",
    "ancient_legacy_millis",
}


def in_turn(name):
    marks = [pytest.mark.spark] + ([] if name in SAMPLE else [pytest.mark.long])
    return pytest.param(name, marks=marks)


def read_by_delta_rs(path):
    """By its query engine, which knows more features than its way to Arrow; None where it refuses."""
    from deltalake import DeltaTable, QueryBuilder

    try:
        query = QueryBuilder().register("t", DeltaTable(str(path)))
        return pa.table(query.execute("SELECT * FROM t").read_all())
    except Exception:
        return None


def wrong_filters(lake, scan):
    """Conditions by which a scan leaves out rows that a look at every row finds, or the reverse."""
    columns = lake.sql(f"SELECT column_name, column_type FROM (DESCRIBE FROM {scan})")
    plain = [row for row in columns if not any(mark in row["column_type"] for mark in '([V"')]
    conditions = []
    for row in plain:
        name, type_ = '"' + row["column_name"].replace('"', '""') + '"', row["column_type"]
        values = lake.sql(f"SELECT DISTINCT {name}::VARCHAR AS v FROM {scan} WHERE {name} IS NOT NULL ORDER BY v LIMIT 4")
        literals = ["'" + value["v"].replace("'", "''") + f"'::{type_}" for value in values]
        conditions += [f"{name} {how} {literal}" for literal in literals for how in ("=", "<", ">=")]
        conditions.append(f"{name} IS NULL")
    quoted = (("'" + text.replace("'", "''") + "'", text) for text in conditions)
    checks = (
        f"SELECT {name} AS condition WHERE (SELECT count(*) FROM {scan} WHERE {text}) <> "
        f"(SELECT count(*) FILTER (WHERE {text}) FROM {scan})"
        for name, text in quoted
    )
    return lake.sql(" UNION ALL ".join(checks))


@pytest.mark.parametrize("name", [in_turn(name) for name in TABLES])
def test_reads_tables_of_spark(spark, lake, tmp_path, name):
    table = Table(spark, tmp_path / name)
    TABLES[name](table)
    scan = f"delta_scan('{table.path}')"
    selected = SPARK_VARIANTS.get(name, "*")
    expected = rows_of(spark.sql(f"SELECT {selected} FROM delta.`{table.path}`").toArrow())

    lake.sql(f"COPY (SELECT {LAGUNA_VARIANTS.get(name, '*')} FROM {scan}) TO '{tmp_path / 'rows.parquet'}' (FORMAT parquet)")

    assert rows_of(pq.read_table(tmp_path / "rows.parquet")) == expected
    assert wrong_filters(lake, scan) == []
    others = None if name in NOT_AS_SPARK | SPARK_VARIANTS.keys() else read_by_delta_rs(table.path)
    assert others is None or rows_of(others) == expected
