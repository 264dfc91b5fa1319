# SPDX-License-Identifier: Apache-2.0
"""The table of features in docs/delta.md: every cell is what the program does with a table that uses the feature.

Tables that Laguna writes are made by Laguna, others by Spark; where Spark does not make one either, a plain table is made to
name the feature in its protocol. A program that does not refuse must be right: what it reads are the rows that were written,
in all columns, and after its append Laguna reads the row as well, with the values that the table fills in.
"""

import json
import pathlib
import re
from dataclasses import dataclass

import pyarrow as pa
import pytest
from table_features import FEATURES
from writers import Laguna, Spark, in_order

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/delta.md"
MAPPED = "'delta.columnMapping.mode' = 'name'"

# Feature -> what Spark is told to make: columns, clauses.
BY_SPARK = {
    "clustering": ("id INT, v STRING", "CLUSTER BY (id)"),
    "variantType": ("id INT, v STRING, x VARIANT", ""),
    "variantShredding-preview": ("id INT, v STRING, x VARIANT", "TBLPROPERTIES ('delta.enableVariantShredding' = 'true')"),
    "icebergCompatV1": ("id INT, v STRING", f"TBLPROPERTIES ({MAPPED}, 'delta.enableIcebergCompatV1' = 'true')"),
    "icebergCompatV2": ("id INT, v STRING", f"TBLPROPERTIES ({MAPPED}, 'delta.enableIcebergCompatV2' = 'true')"),
    "checkpointProtection": ("id INT, v STRING", "TBLPROPERTIES ('delta.feature.checkpointProtection' = 'supported')"),
}
# What Spark makes under another of the feature's names.
RENAMED = {"variantType-preview": "variantType", "variantShredding": "variantShredding-preview"}
# Of readers too.
FOR_READERS = {"typeWidening-preview", "catalogManaged", "catalogOwned-preview"}
# Property that makes the feature active where the name alone does not.
ACTIVE_BY = {
    "typeWidening-preview": {"delta.enableTypeWidening": "true"},
    "icebergCompatV3": {"delta.enableIcebergCompatV3": "true"},
}
# The two columns that every table has, as they are when it is made.
FIRST_ROWS = [{"id": 1, "v": "a"}, {"id": 2, "v": "b"}]
# What holds for every row of a table that fills columns in.
FILLED = {"generatedColumns": "twice = id * 2", "identityColumns": "k >= 10 AND k % 5 = 0", "allowColumnDefaults": "d = 'none' AND n = 7"}
# Programs have types of their own for it.
WITHOUT_VARIANTS = "COLUMNS(c -> c <> 'x')"


def rows_of_page():
    """Feature -> program -> (reads, writes)."""
    rows = {}
    for line in PAGE.read_text().splitlines():
        cells = re.findall(r"`([A-Za-z0-9-]+)`|\b(yes|no)\b", line)
        if line.startswith("| `") and len(cells) == 7:
            values = [value for _, value in cells[1:]]
            programs = zip(["laguna", "spark", "delta-rs"], zip(values[::2], values[1::2]))
            rows[cells[0][0]] = dict(programs)
    return rows


ROWS = rows_of_page()
LISTED = {feature.listed: feature for feature in reversed(FEATURES.values()) if feature.listed}


def in_turn(needs_spark):
    for name in ROWS:
        by_laguna = ROWS[name]["laguna"][1] == "yes" and name in LISTED
        by_spark = name in BY_SPARK or name in RENAMED
        marks = [pytest.mark.spark, pytest.mark.long] if needs_spark or by_spark else []
        if by_laguna or needs_spark or name not in LISTED:
            yield pytest.param(name, marks=marks)


def make(lake, name, request):
    """A table with two rows that uses the feature; gives its folder."""
    laguna = Laguna(lake)
    if name in BY_SPARK or name in RENAMED:
        columns, clauses = BY_SPARK[RENAMED.get(name, name)]
        spark = Spark(request.getfixturevalue("spark"), laguna.path)
        spark.run(f"CREATE TABLE {{t}} ({columns}) USING DELTA {clauses}")
        spark.run("INSERT INTO {t} (id, v) VALUES (1, 'a'), (2, 'b')")
        rename_in_protocol(laguna.path, RENAMED.get(name, name), name)
        return laguna.path
    feature = LISTED.get(name)
    laguna.run(feature.creation["laguna"] if feature else "CREATE TABLE {t} (id INT, v STRING) TBLPROPERTIES ('delta.enableDeletionVectors' = 'false')")
    gone = ", (3, 'gone')" if name == "deletionVectors" else ""
    laguna.run(f"INSERT INTO {{t}} (id, v) VALUES (1, 'a'), (2, 'b'){gone}")
    for statement in feature.afterwards if feature else []:
        laguna.run(statement)
    if gone:
        laguna.run("DELETE FROM {t} WHERE id = 3")
    if feature is None:
        name_in_protocol(laguna.path, name)
    return laguna.path


def rename_in_protocol(path, before, after):
    for commit in (path / "_delta_log").glob("*.json"):
        commit.write_text(commit.read_text().replace(f'"{before}"', f'"{after}"'))
    for checksum in (path / "_delta_log").glob("*.crc"):
        checksum.unlink()


def name_in_protocol(path, feature):
    commit = path / "_delta_log" / f"{0:020d}.json"
    actions = [json.loads(line) for line in commit.read_text().splitlines()]
    for action in actions:
        if "protocol" in action:
            readers = [feature] if feature in FOR_READERS else []
            action["protocol"] = {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": readers, "writerFeatures": [feature]}
        if "metaData" in action:
            action["metaData"]["configuration"] |= ACTIVE_BY.get(feature, {})
    commit.write_text("".join(json.dumps(action) + "\n" for action in actions))
    for checksum in commit.parent.glob("*.crc"):
        checksum.unlink()


def read_by_laguna(lake):
    return Laguna(lake).rows(WITHOUT_VARIANTS)


def read_by_delta_rs(path):
    from deltalake import DeltaTable, QueryBuilder

    rows = pa.table(QueryBuilder().register("t", DeltaTable(str(path))).execute("SELECT * FROM t").read_all())
    return in_order(rows.select([name for name in rows.column_names if name != "x"]))


def read_by_spark(other):
    return in_order(other.session.sql(f"SELECT * FROM {other.table}").drop("x").toArrow())


def append_by_delta_rs(path):
    from deltalake import DeltaTable, write_deltalake

    table = DeltaTable(str(path))
    row = pa.table({"id": pa.array([7], pa.int32()), "v": ["z"]})
    # Only the columns that have to be given, where there are others.
    others = len(table.schema().fields) > len(row.column_names)
    write_deltalake(table, row, mode="append", schema_mode="merge" if others else None)


@dataclass
class Table:
    """What the programs do with it, as the page says it: yes or no."""

    lake: object
    name: str
    # As Laguna reads them; None where it does not.
    rows: list | None = None

    def reads(self, read):
        """By the first one, Laguna, the others are judged."""
        try:
            rows = read()
        except Exception:
            return "no"
        assert given(rows) == FIRST_ROWS
        self.rows = rows if self.rows is None else self.rows
        assert rows == self.rows
        return "yes"

    def writes(self, append, row):
        try:
            append()
        except Exception:
            self.has([])
            return "no"
        self.has([row])
        return "yes"

    def has(self, new):
        if self.rows is None:
            assert new == []
            return
        before, self.rows = self.rows, read_by_laguna(self.lake)
        assert given(self.rows) == in_order_of_id(given(before) + new)
        if self.name in FILLED:
            assert self.lake.sql(f"FROM bronze.t WHERE ({FILLED[self.name]}) IS NOT TRUE") == []


def given(rows):
    return in_order_of_id([{"id": row["id"], "v": row["v"]} for row in rows])


def in_order_of_id(rows):
    return sorted(rows, key=lambda row: row["id"])


@pytest.mark.parametrize("name", list(in_turn(needs_spark=False)))
def test_laguna_and_delta_rs_do_what_the_page_says(lake, request, name):
    path, table = make(lake, name, request), Table(lake, name)
    by_laguna = table.reads(lambda: read_by_laguna(lake))
    by_delta_rs = table.reads(lambda: read_by_delta_rs(path))
    appends = table.writes(lambda: Laguna(lake).run("INSERT INTO {t} (id, v) VALUES (8, 'y')"), {"id": 8, "v": "y"})
    assert (by_laguna, appends) == ROWS[name]["laguna"]
    assert (by_delta_rs, table.writes(lambda: append_by_delta_rs(path), {"id": 7, "v": "z"})) == ROWS[name]["delta-rs"]


@pytest.mark.parametrize("name", list(in_turn(needs_spark=True)))
def test_spark_does_what_the_page_says(lake, request, spark, name):
    path, table = make(lake, name, request), Table(lake, name)
    other = Spark(spark, path)
    table.reads(lambda: read_by_laguna(lake))
    reads = table.reads(lambda: read_by_spark(other))
    writes = table.writes(lambda: other.run("INSERT INTO {t} (id, v) VALUES (9, 'x')"), {"id": 9, "v": "x"})
    assert (reads, writes) == ROWS[name]["spark"]


def test_the_page_has_every_feature(lake):
    assert list(ROWS) == [row["feature"] for row in lake.sql("FROM laguna_table_features()")]
