# SPDX-License-Identifier: Apache-2.0
"""Tables with column mapping, by name and by id."""

from .maker import ID, NAME, table


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
