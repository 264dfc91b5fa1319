# SPDX-License-Identifier: Apache-2.0
"""Tables whose columns or files changed on the way."""

from .deletion_vectors import MERGE, numbers
from .maker import NAME, VECTORS, table


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
