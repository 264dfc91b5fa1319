# SPDX-License-Identifier: Apache-2.0
"""Every statement that changes a table, in words that both Laguna and Spark understand.

In a text stand {t} for the table, {n} for 10 in the first program's turn and 11 in the second's, {before} for the
version before the newest, {next} for a table that the statement makes, {clauses} for what the table was made with, and
the words of IN_TURN.
"""

from dataclasses import dataclass
from typing import Callable

# For the first to run the statement, and for the second.
IN_TURN = {"part": ["a", "b"], "wider": ["INT", "BIGINT"], "field": ["a", "f10"]}


@dataclass
class Statement:
    # By program where the two need other words.
    text: str | dict
    # Of which features' tables it can be said at all.
    concerns: Callable = lambda feature: True
    # Files to put together, vectors to purge, a version to go back to: rows that go before the statement.
    wants_change: bool = False
    # What is run before it, by the same program.
    prepared_by: str = ""
    # Spark tells no changes from before a column was renamed, dropped or widened, or the table replaced.
    ends_feed: bool = False
    # Both go on with the table that it makes.
    makes_next: bool = False


def partitioned(feature):
    return feature.partitioned_by == "v"


def mapped(feature):
    # Where Laguna maps columns by itself, Spark wants that said first.
    return feature.mapped


def nested(feature):
    return feature.nested


def takes_defaults(feature):
    return feature.has("delta.feature.allowColumnDefaults")


def widens(feature):
    return feature.has("delta.enableTypeWidening")


STATEMENTS = {
    # Rows
    "insert": Statement("INSERT INTO {t} (id, v) VALUES ({n}, 'i{n}'), (1{n}, 'b')"),
    "copy": Statement(
        {
            "laguna": "COPY (SELECT 'c{n}' AS v, 7{n} AS id) TO '{t}' (FORMAT delta, MODE append)",
            "spark": "INSERT INTO {t} BY NAME SELECT 'c{n}' AS v, 7{n} AS id",
        },
        concerns=lambda feature: feature.fills_columns,
    ),
    "overwrite": Statement("INSERT OVERWRITE {t} (id, v) VALUES (1{n}, 'o{n}'), (2{n}, 'a'), (3{n}, 'b')"),
    "overwrite_partitions": Statement(
        {
            "laguna": "SET lake_partition_overwrite_mode = 'dynamic'; INSERT OVERWRITE {t} (id, v) VALUES (1{n}, '{part}'), (2{n}, 'new{n}')",
            "spark": "INSERT OVERWRITE {t} WITH ('partitionOverwriteMode' = 'dynamic') (id, v) VALUES (1{n}, '{part}'), (2{n}, 'new{n}')",
        },
        concerns=partitioned,
    ),
    "replace_where": Statement("INSERT INTO {t} BY NAME REPLACE WHERE id >= 5 SELECT 'r{n}' AS v, {n} AS id UNION ALL SELECT 'a', 1{n}"),
    "replace_where_partition": Statement("INSERT INTO {t} BY NAME REPLACE WHERE v = '{part}' SELECT '{part}' AS v, 1{n} AS id", concerns=partitioned),
    "update": Statement("UPDATE {t} SET v = 'u{n}' WHERE id % 3 = {n} % 3"),
    "update_field": Statement("UPDATE {t} SET s.b.c = 'f{n}' WHERE id % 2 = 1", concerns=nested),
    "delete": Statement("DELETE FROM {t} WHERE id = {n} - 8"),
    "delete_partition": Statement("DELETE FROM {t} WHERE v = '{part}'", concerns=partitioned),
    "truncate": Statement("TRUNCATE TABLE {t}"),
    "merge": Statement(
        "MERGE INTO {t} AS t USING (SELECT {n} - 7 AS id, 'm{n}' AS v UNION ALL SELECT 3{n}, 'new') AS s ON t.id = s.id "
        "WHEN MATCHED AND s.id = 4 THEN DELETE WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)"
    ),
    "merge_by_source": Statement(
        "MERGE INTO {t} AS t USING (SELECT {n} - 9 AS id) AS s ON t.id = s.id "
        "WHEN MATCHED THEN UPDATE SET v = 'kept' WHEN NOT MATCHED BY SOURCE AND t.id > 5 THEN DELETE"
    ),
    "merge_field": Statement(
        "MERGE INTO {t} AS t USING (SELECT {n} - 9 AS id, {n} AS f) AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET t.s.a = s.f "
        "WHEN NOT MATCHED BY SOURCE AND t.id = {n} - 5 THEN UPDATE SET t.s.b.c = 'alone'",
        concerns=nested,
    ),
    "merge_that_evolves": Statement(
        "MERGE WITH SCHEMA EVOLUTION INTO {t} AS t USING (SELECT {n} - 7 AS id, 'e{n}' AS v, {n} AS e{n} UNION ALL SELECT 4{n}, 'new', 1) AS s "
        "ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
    ),
    # Files
    "optimize": Statement("OPTIMIZE {t}", wants_change=True),
    "optimize_partition": Statement("OPTIMIZE {t} WHERE v = '{part}'", concerns=partitioned, wants_change=True),
    "zorder": Statement("OPTIMIZE {t} ZORDER BY (id)", wants_change=True),
    "purge": Statement("REORG TABLE {t} APPLY (PURGE)", wants_change=True),
    "restore": Statement("RESTORE TABLE {t} TO VERSION AS OF {before}", wants_change=True),
    "vacuum": Statement("VACUUM {t}", wants_change=True),
    # Tables
    "replace_table": Statement("CREATE OR REPLACE TABLE {t}{clauses} AS SELECT * FROM {t}", ends_feed=True),
    "clone": Statement("CREATE TABLE {next} SHALLOW CLONE {t}", makes_next=True, ends_feed=True),
    # Definition
    "add_column": Statement("ALTER TABLE {t} ADD COLUMNS (x{n} INT COMMENT 'added')"),
    "add_field": Statement("ALTER TABLE {t} ADD COLUMNS (s.x{n} INT)", concerns=nested),
    "rename_column": Statement("ALTER TABLE {t} RENAME COLUMN {renamed} TO c{n}", concerns=mapped, ends_feed=True),
    "rename_field": Statement(
        "ALTER TABLE {t} RENAME COLUMN s.{field} TO f{n}", concerns=lambda feature: feature.nested and feature.mapped, ends_feed=True
    ),
    "drop_column": Statement(
        "ALTER TABLE {t} DROP COLUMN y{n}", concerns=mapped, prepared_by="ALTER TABLE {t} ADD COLUMNS (y{n} INT)", ends_feed=True
    ),
    "widen": Statement(
        "ALTER TABLE {t} ALTER COLUMN w TYPE {wider}; INSERT INTO {t} (id, v, w) VALUES (6{n}, 'wide', 70000)", concerns=widens, ends_feed=True
    ),
    "set_default": Statement("ALTER TABLE {t} ALTER COLUMN v SET DEFAULT 'd{n}'; INSERT INTO {t} (id) VALUES (5{n})", concerns=takes_defaults),
    "drop_default": Statement(
        "ALTER TABLE {t} ALTER COLUMN v DROP DEFAULT; INSERT INTO {t} (id) VALUES (5{n})",
        concerns=takes_defaults,
        prepared_by="ALTER TABLE {t} ALTER COLUMN v SET DEFAULT 'd{n}'",
    ),
    "drop_not_null": Statement(
        "ALTER TABLE {t} ALTER COLUMN id DROP NOT NULL; INSERT INTO {t} (id, v) VALUES (NULL, 'n{n}')",
        concerns=lambda feature: "NOT NULL" in feature.columns,
    ),
    "comment": Statement("ALTER TABLE {t} ALTER COLUMN v COMMENT 'changed {n}'"),
    "set_property": Statement("ALTER TABLE {t} SET TBLPROPERTIES ('note{n}' = 'x')"),
    "add_constraint": Statement("ALTER TABLE {t} ADD CONSTRAINT small{n} CHECK (id < 10{n})"),
    "drop_constraint": Statement(
        "ALTER TABLE {t} DROP CONSTRAINT IF EXISTS positive; INSERT INTO {t} (id, v) VALUES (-{n}, 'below')",
        concerns=lambda feature: any("CONSTRAINT" in text for text in feature.afterwards),
    ),
}
