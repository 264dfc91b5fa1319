# SPDX-License-Identifier: Apache-2.0
"""Tables of Spark, one for each feature of Delta and for mixtures: `TABLES` has a maker by name.

A maker gets a `Table`: `sql` runs a statement in which {t} is the table. What it leaves behind is a
Delta table at `path`. Small, because each commit of Spark takes a second.
"""

import contextlib

TABLES = {}

WRITE = "spark.databricks.delta.properties.defaults."
NAME = "'delta.columnMapping.mode' = 'name'"
ID = "'delta.columnMapping.mode' = 'id'"
VECTORS = "'delta.enableDeletionVectors' = true"
WIDENING = "'delta.enableTypeWidening' = true"
NTZ = "'delta.feature.timestampNtz' = 'supported'"


class Table:
    def __init__(self, spark, path):
        self.spark = spark
        self.path = path

    def sql(self, *statements):
        for statement in statements:
            self.spark.sql(statement.replace("{t}", f"delta.`{self.path}`"))

    def create(self, columns, *properties, more=""):
        listed = ", ".join(properties)
        text = f"CREATE TABLE {{t}} ({columns}) USING delta {more}"
        self.sql(text + (f" TBLPROPERTIES ({listed})" if listed else ""))

    def insert(self, *rows):
        """One commit of one file."""
        self.sql(f"INSERT INTO {{t}} SELECT /*+ COALESCE(1) */ * FROM VALUES {', '.join(rows)}")

    def set(self, *properties):
        self.sql(f"ALTER TABLE {{t}} SET TBLPROPERTIES ({', '.join(properties)})")

    @contextlib.contextmanager
    def conf(self, **settings):
        settings = {name.replace("__", "."): value for name, value in settings.items()}
        before = {name: self.spark.conf.get(name, None) for name in settings}
        for name, value in settings.items():
            self.spark.conf.set(name, value)
        try:
            yield
        finally:
            for name, value in before.items():
                self.spark.conf.unset(name) if value is None else self.spark.conf.set(name, value)


def table(maker):
    TABLES[maker.__name__] = maker
    return maker


# --- Column mapping ---

NESTED = (
    "id INT, v STRING, s STRUCT<a: INT, b: STRUCT<c: STRING, d: INT>>, "
    "l ARRAY<STRUCT<x: INT, y: STRING>>, m MAP<STRING, STRUCT<k: INT, w: STRING>>"
)


def nested_row(i):
    return (
        f"({i}, 'v{i}', named_struct('a', {i}, 'b', named_struct('c', 'c{i}', 'd', {i * 10})), "
        f"array(named_struct('x', {i}, 'y', 'y{i}'), NULL, named_struct('x', NULL, 'y', 'z')), "
        f"map('one', named_struct('k', {i}, 'w', 'w{i}'), 'none', NULL))"
    )


def rename_nested(t):
    t.sql(
        "ALTER TABLE {t} RENAME COLUMN id TO ident",
        "ALTER TABLE {t} RENAME COLUMN s.a TO alpha",
        "ALTER TABLE {t} RENAME COLUMN s.b.c TO gamma",
        "ALTER TABLE {t} RENAME COLUMN l.element.x TO ex",
        "ALTER TABLE {t} RENAME COLUMN m.value.k TO kay",
    )


def drop_and_add_again(t):
    t.sql(
        "ALTER TABLE {t} DROP COLUMN v",
        "ALTER TABLE {t} DROP COLUMN s.b.d",
        "ALTER TABLE {t} ADD COLUMN v BIGINT",
        "ALTER TABLE {t} ADD COLUMN s.b.d DOUBLE",
        "ALTER TABLE {t} ADD COLUMN l.element.y2 DATE",
    )


LATER_ROW = (
    "(3, named_struct('alpha', 3, 'b', named_struct('gamma', 'c3', 'd', 3.5D)), "
    "array(named_struct('ex', 3, 'y', 'y3', 'y2', DATE'2024-01-01')), map('two', named_struct('kay', 3, 'w', 'w3')), 33L)"
)


def mapped(t, mode):
    t.create(NESTED, mode)
    t.insert(nested_row(1))
    rename_nested(t)
    t.insert(nested_row(2))
    drop_and_add_again(t)
    t.insert(LATER_ROW)


@table
def mapping_name(t):
    mapped(t, NAME)


@table
def mapping_id(t):
    mapped(t, ID)


@table
def mapping_upgraded(t):
    t.create(NESTED)
    t.insert(nested_row(1))
    t.set(NAME, "'delta.minReaderVersion' = '2'", "'delta.minWriterVersion' = '5'")
    rename_nested(t)
    t.insert(nested_row(2))
    drop_and_add_again(t)
    t.insert(LATER_ROW)


@table
def mapping_of_partitions(t):
    t.create("id INT, p STRING, q DATE", NAME, more="PARTITIONED BY (p, q)")
    t.insert("(1, 'a b', DATE'2024-01-01')", "(2, NULL, NULL)", "(3, '', DATE'1500-01-01')")
    t.sql("ALTER TABLE {t} RENAME COLUMN p TO place", "ALTER TABLE {t} RENAME COLUMN id TO p")
    t.insert("(4, 'c/d', DATE'2024-01-02')")


@table
def mapping_of_odd_names(t):
    t.create("`a b` INT, `c,d;e` STRING, `x.y` STRUCT<`p q`: INT, `ü=1`: STRING>", NAME)
    t.insert("(1, 'one', named_struct('p q', 1, 'ü=1', 'eins'))")
    t.sql("ALTER TABLE {t} RENAME COLUMN `a b` TO `b a`")
    t.insert("(2, 'two', named_struct('p q', 2, 'ü=1', 'zwei'))", "(NULL, NULL, NULL)")


@table
def mapping_of_swapped_names(t):
    t.create("a INT, b INT", NAME)
    t.insert("(1, 10)")
    t.sql(*(f"ALTER TABLE {{t}} RENAME COLUMN {x} TO {y}" for x, y in [("a", "c"), ("b", "a"), ("c", "b")]))
    t.insert("(2, 20)")


@table
def mapping_of_replaced_fields(t):
    """Files that have none of a struct's fields still know whether it is NULL."""
    t.create("id INT, s STRUCT<a: INT, i: STRUCT<x: INT>>, l ARRAY<STRUCT<e: INT>>", NAME)
    t.insert("(1, named_struct('a', 1, 'i', named_struct('x', 1)), array(named_struct('e', 1), NULL))", "(2, named_struct('a', 2, 'i', NULL), NULL)")
    t.insert("(3, NULL, array())")
    t.sql(
        "ALTER TABLE {t} ADD COLUMNS (s.i.y STRING, l.element.f DATE)",
        "ALTER TABLE {t} DROP COLUMNS (s.i.x, l.element.e)",
    )


@table
def mapping_removed(t):
    t.create("id INT, s STRUCT<a: INT>", NAME)
    t.insert("(1, named_struct('a', 1))")
    t.sql("ALTER TABLE {t} RENAME COLUMN s.a TO b", "ALTER TABLE {t} RENAME COLUMN id TO n")
    t.set("'delta.columnMapping.mode' = 'none'")
    t.insert("(2, named_struct('b', 2))")


# --- Deletion vectors ---


def numbers(t, *properties, more="", first=0, count=60):
    t.create("id BIGINT, p STRING, v DOUBLE", *properties, more=more)
    more_numbers(t, first, count)


def more_numbers(t, first, count):
    t.sql(
        "INSERT INTO {t} SELECT /*+ COALESCE(1) */ id, concat('p', id % 3), id * 1.5D "
        f"FROM range({first}, {first + count})"
    )


@table
def vectors_delete(t):
    numbers(t, VECTORS)
    t.sql("DELETE FROM {t} WHERE id % 7 = 0")
    more_numbers(t, 100, 20)
    t.sql("DELETE FROM {t} WHERE id % 5 = 1", "DELETE FROM {t} WHERE id >= 115")


@table
def vectors_update(t):
    numbers(t, VECTORS)
    t.sql("UPDATE {t} SET v = -id WHERE id % 10 = 3", "UPDATE {t} SET p = NULL WHERE v < 0")


MERGE = (
    "MERGE INTO {t} AS old USING (SELECT id * 7 AS id, 'new' AS p, 0.5D AS v FROM range(20)) AS new ON old.id = new.id "
    "WHEN MATCHED AND old.id % 2 = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
)


@table
def vectors_merge(t):
    numbers(t, VECTORS)
    t.sql(MERGE)


@table
def vectors_partitioned(t):
    numbers(t, VECTORS, more="PARTITIONED BY (p)")
    t.sql("DELETE FROM {t} WHERE id % 7 = 0", "UPDATE {t} SET v = 0 WHERE p = 'p1' AND id > 30", MERGE)


@table
def vectors_mapping_name(t):
    numbers(t, VECTORS, NAME, more="PARTITIONED BY (p)")
    t.sql("DELETE FROM {t} WHERE id % 7 = 0", "ALTER TABLE {t} RENAME COLUMN id TO n", "UPDATE {t} SET v = 0 WHERE n = 31")


@table
def vectors_mapping_id(t):
    numbers(t, VECTORS, ID)
    t.sql("DELETE FROM {t} WHERE id % 7 = 0", "ALTER TABLE {t} RENAME COLUMN id TO n", "UPDATE {t} SET v = 0 WHERE n = 31")


@table
def vectors_optimized(t):
    numbers(t, VECTORS)
    more_numbers(t, 100, 10)
    t.sql("DELETE FROM {t} WHERE id % 3 = 0", "OPTIMIZE {t}", "DELETE FROM {t} WHERE id % 11 = 1")


@table
def vectors_purged(t):
    numbers(t, VECTORS)
    t.sql("DELETE FROM {t} WHERE id % 3 = 0", "REORG TABLE {t} APPLY (PURGE)", "DELETE FROM {t} WHERE id = 1")


@table
def vectors_dropped(t):
    """Leaves the feature checkpointProtection."""
    numbers(t, VECTORS)
    t.sql("DELETE FROM {t} WHERE id % 3 = 0", "ALTER TABLE {t} DROP FEATURE deletionVectors")
    more_numbers(t, 100, 3)


# --- Type widening ---


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


# --- Other features ---


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


# --- Types ---

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


@table
def columns_changed(t):
    """Added, reordered and, by a new schema, replaced between files."""
    t.create("id INT, a INT, s STRUCT<x: INT>")
    t.insert("(1, 10, named_struct('x', 1))")
    t.sql("ALTER TABLE {t} ADD COLUMNS (b STRING FIRST, s.y STRING FIRST, c ARRAY<STRUCT<k: INT>>)")
    t.insert("('two', 2, 20, named_struct('y', 'y2', 'x', 2), array(named_struct('k', 1)))")
    t.sql("ALTER TABLE {t} ALTER COLUMN a FIRST", "ALTER TABLE {t} ADD COLUMNS (c.element.j INT)")
    t.insert("(30, 'three', 3, named_struct('y', 'y3', 'x', 3), array(named_struct('k', 1, 'j', 2), NULL))")


@table
def schema_overwritten(t):
    t.create("id INT, v STRING")
    t.insert("(1, 'a')")
    frame = t.spark.sql("SELECT 2L AS id, array(1.5D) AS v")
    frame.write.format("delta").mode("overwrite").option("overwriteSchema", "true").save(str(t.path))


@table
def cloned(t):
    """A shallow clone: paths are absolute, vectors too."""
    numbers(t, VECTORS, more="PARTITIONED BY (p)")
    t.sql("DELETE FROM {t} WHERE id % 7 = 0")
    source, t.path = t.path, str(t.path) + "_clone of it"
    t.sql(f"CREATE TABLE {{t}} SHALLOW CLONE delta.`{source}`", "DELETE FROM {t} WHERE id = 1")


@table
def converted(t):
    """Parquet files in folders of their partitions, made a table, later one with column mapping."""
    frame = t.spark.sql("SELECT id, CAST(id % 2 AS INT) p, concat('x ', id) q, named_struct('a', id) s FROM range(6)")
    frame.coalesce(1).write.partitionBy("p", "q").parquet(str(t.path))
    t.sql(f"CONVERT TO DELTA parquet.`{t.path}` PARTITIONED BY (p INT, q STRING)")
    t.set(NAME, "'delta.minReaderVersion' = '2'", "'delta.minWriterVersion' = '5'")
    t.sql("ALTER TABLE {t} RENAME COLUMN s.a TO b", "ALTER TABLE {t} RENAME COLUMN p TO parity")
    t.insert("(7, named_struct('b', 7L), 1, 'new')")


@table
def restored(t):
    numbers(t, VECTORS, NAME)
    t.sql("DELETE FROM {t} WHERE id < 30", "ALTER TABLE {t} RENAME COLUMN v TO w", "DELETE FROM {t} WHERE id > 40")
    t.sql("RESTORE TABLE {t} TO VERSION AS OF 2")


@table
def merged_with_new_columns(t):
    t.create("id INT, s STRUCT<a: INT>", VECTORS)
    t.insert("(1, named_struct('a', 1))", "(2, named_struct('a', 2))")
    with t.conf(**{"spark.databricks.delta.schema.autoMerge.enabled": "true"}):
        t.sql(
            "MERGE INTO {t} AS old USING (SELECT 2 AS id, named_struct('a', 20, 'b', 'new') AS s, true AS added) AS new "
            "ON old.id = new.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
        )


@table
def varchar(t):
    """CHAR is left out: Spark pads it when it reads, by a note of its own that Delta does not know."""
    t.create("id INT, v VARCHAR(5), l ARRAY<VARCHAR(3)>")
    t.insert("(1, 'abc', array('x'))", "(2, 'üüüüü', NULL)")
