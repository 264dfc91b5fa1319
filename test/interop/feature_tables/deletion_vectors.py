# SPDX-License-Identifier: Apache-2.0
"""Tables with deletion vectors, of every statement that makes some."""

from .maker import ID, NAME, VECTORS, table


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
