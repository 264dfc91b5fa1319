# SPDX-License-Identifier: Apache-2.0
"""Tables of the features that have one or two tables each."""

from .deletion_vectors import more_numbers, numbers
from .maker import NAME, VECTORS, table


@table
def wall_clock_times(t):
    t.create("id INT, n TIMESTAMP_NTZ, z TIMESTAMP_LTZ")
    times = ["2024-03-31 02:30:00.123456", "1969-12-31 23:59:59.999999", "9999-12-31 23:59:59.999999", "0001-01-01 00:00:00"]
    t.insert(*(f"({i}, TIMESTAMP_NTZ'{at}', TIMESTAMP_LTZ'{at} UTC')" for i, at in enumerate(times)), "(9, NULL, NULL)")


@table
def row_tracking(t):
    numbers(t, "'delta.enableRowTracking' = true", VECTORS)
    t.sql("UPDATE {t} SET v = 0 WHERE id = 5", "DELETE FROM {t} WHERE id = 7", "OPTIMIZE {t}")


@table
def in_commit_timestamps(t):
    numbers(t)
    t.set("'delta.enableInCommitTimestamps' = true")
    more_numbers(t, 100, 5)


@table
def checkpoint_v2_json(t):
    with t.conf(spark__databricks__delta__checkpointV2__topLevelFileFormat="json"):
        checkpointed(t, "'delta.checkpointPolicy' = 'v2'")


@table
def checkpoint_v2_parquet(t):
    with t.conf(spark__databricks__delta__checkpointV2__topLevelFileFormat="parquet"):
        checkpointed(t, "'delta.checkpointPolicy' = 'v2'", "'delta.checkpoint.writeStatsAsStruct' = true")


@table
def checkpoint_classic(t):
    checkpointed(t, NAME, "'delta.checkpoint.writeStatsAsStruct' = true")


def checkpointed(t, *properties):
    numbers(t, *properties, VECTORS, "'delta.checkpointInterval' = 2", more="PARTITIONED BY (p)")
    t.sql("DELETE FROM {t} WHERE id % 7 = 0", "DELETE FROM {t} WHERE p = 'p0'", "UPDATE {t} SET v = 0 WHERE id = 4")
    more_numbers(t, 100, 5)


@table
def clustered(t):
    numbers(t, NAME, more="CLUSTER BY (id, p)")
    t.sql("OPTIMIZE {t}", "ALTER TABLE {t} CLUSTER BY (v)")
    more_numbers(t, 100, 5)


@table
def domain_metadata(t):
    numbers(t, "'delta.feature.domainMetadata' = 'supported'")


@table
def constraints(t):
    t.create("id INT NOT NULL, v INT, s STRUCT<a: INT NOT NULL>")
    t.sql("ALTER TABLE {t} ADD CONSTRAINT positive CHECK (v > 0)")
    t.insert("(1, 1, named_struct('a', 1))")


@table
def generated(t):
    columns = "id INT, at TIMESTAMP_LTZ, day DATE GENERATED ALWAYS AS (CAST(at AS DATE))"
    t.create(columns, more="PARTITIONED BY (day)")
    t.sql("INSERT INTO {t} (id, at) VALUES (1, TIMESTAMP_LTZ'2024-01-01 10:00:00Z'), (2, NULL)")


@table
def identity(t):
    t.create("id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY 5), v STRING")
    t.sql("INSERT INTO {t} (v) VALUES ('a'), ('b')", "INSERT INTO {t} (v) VALUES ('c')")


@table
def defaults(t):
    t.create("id INT, v INT DEFAULT 7", "'delta.feature.allowColumnDefaults' = 'supported'")
    t.sql("INSERT INTO {t} (id) VALUES (1)", "ALTER TABLE {t} ADD COLUMN w STRING", "ALTER TABLE {t} ALTER COLUMN w SET DEFAULT 'x'")
    t.sql("INSERT INTO {t} (id) VALUES (2)")


@table
def append_only(t):
    numbers(t, "'delta.appendOnly' = true")


@table
def vacuum_protocol_check(t):
    numbers(t, "'delta.feature.vacuumProtocolCheck' = 'supported'")


@table
def iceberg_compat_v1(t):
    t.create("id INT, p STRING, v STRUCT<a: INT>", NAME, "'delta.enableIcebergCompatV1' = true", more="PARTITIONED BY (p)")
    t.sql("INSERT INTO {t} VALUES (1, 'a', named_struct('a', 1)), (2, NULL, NULL)")


@table
def iceberg_compat_v2(t):
    columns = "id INT, p STRING, l ARRAY<STRUCT<a: INT>>, m MAP<STRING, INT>, at TIMESTAMP_LTZ"
    t.create(columns, NAME, "'delta.enableIcebergCompatV2' = true", more="PARTITIONED BY (p)")
    t.sql("INSERT INTO {t} VALUES (1, 'a', array(named_struct('a', 1)), map('k', 1), TIMESTAMP_LTZ'2024-01-01 00:00:00Z')")
    t.sql("ALTER TABLE {t} RENAME COLUMN l TO list", "INSERT INTO {t} VALUES (2, NULL, NULL, NULL, NULL)")


@table
def iceberg_compat_v3(t):
    t.create("id INT, p STRING, s STRUCT<a: INT>", NAME, "'delta.enableIcebergCompatV3' = true", more="PARTITIONED BY (p)")
    t.insert("(1, 'a', named_struct('a', 1))", "(2, NULL, NULL)")
    t.sql("DELETE FROM {t} WHERE id = 1")


@table
def materialized_partitions(t):
    numbers(t, "'delta.feature.materializePartitionColumns' = 'supported'", more="PARTITIONED BY (p)")


@table
def change_data_feed(t):
    numbers(t, "'delta.enableChangeDataFeed' = true", more="PARTITIONED BY (p)")
    t.sql("UPDATE {t} SET v = 0 WHERE id < 5", "DELETE FROM {t} WHERE id = 9")


VARIANTS = ["'{\"a\": 1, \"b\": [1, null, \"x\"]}'", "'3.25'", "'null'", "'[]'", "'\"text\"'", "'true'"]


def variants(t, *properties):
    t.create("id INT, v VARIANT, s STRUCT<w: VARIANT>, l ARRAY<VARIANT>", *properties)
    rows = (f"({i}, parse_json({text}), named_struct('w', parse_json({text})), array(parse_json({text}), NULL))" for i, text in enumerate(VARIANTS))
    t.insert(*rows, "(9, NULL, NULL, NULL)")


@table
def variant(t):
    variants(t)


@table
def variant_shredded(t):
    shred = {
        "spark.sql.variant.writeShredding.enabled": "true",
        "spark.sql.variant.forceShreddingSchemaForTest": "a INT, b ARRAY<STRING>",
        "spark.sql.variant.allowReadingShredded": "true",
    }
    t.create("id INT, v VARIANT", "'delta.enableVariantShredding' = true")
    with t.conf(**shred):
        t.insert(*(f"({i}, parse_json({text}))" for i, text in enumerate(VARIANTS)), "(9, NULL)")


@table
def void(t):
    t.create("id INT, n VOID, s STRUCT<a: INT, n: VOID>")
    t.sql("INSERT INTO {t} (id, s) SELECT 1, named_struct('a', 1, 'n', NULL)")


@table
def void_only(t):
    t.create("id INT, n VOID")
    t.sql("INSERT INTO {t} VALUES (1, NULL), (2, NULL)")
