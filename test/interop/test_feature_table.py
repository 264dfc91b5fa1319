# SPDX-License-Identifier: Apache-2.0
"""The table of features in docs/delta.md: every cell is what the program does with a table that uses the feature.

Tables that Laguna writes are made by Laguna, others by Spark; where Spark does not make one either, a plain table is made to
name the feature in its protocol.
"""

import json
import pathlib
import re

import pyarrow as pa
import pytest
from test_feature_matrix import FEATURES, Laguna, Spark, creation

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/delta.md"
MAPPED = "'delta.columnMapping.mode' = 'name'"

# Feature -> what Spark is told to make: columns, clauses.
BY_SPARK = {
    "clustering": ("id INT, v STRING", "CLUSTER BY (id)"),
    "variantType": ("id INT, v STRING, w VARIANT", ""),
    "variantShredding-preview": ("id INT, v STRING, w VARIANT", "TBLPROPERTIES ('delta.enableVariantShredding' = 'true')"),
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
    laguna.run(creation(feature) if feature else "CREATE TABLE {t} (id INT, v STRING) TBLPROPERTIES ('delta.enableDeletionVectors' = 'false')")
    laguna.run("INSERT INTO {t} (id, v) VALUES (1, 'a'), (2, 'b'), (3, 'c')")
    for statement in feature.afterwards if feature else []:
        laguna.run(statement)
    if name == "deletionVectors":
        laguna.run("DELETE FROM {t} WHERE id = 2")
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


def does(work):
    try:
        work()
        return "yes"
    except Exception:
        return "no"


def read_by_delta_rs(path):
    from deltalake import DeltaTable, QueryBuilder

    QueryBuilder().register("t", DeltaTable(str(path))).execute("SELECT * FROM t").read_all()


def append_by_delta_rs(path):
    from deltalake import DeltaTable, write_deltalake

    table = DeltaTable(str(path))
    row = pa.table({"id": pa.array([7], pa.int32()), "v": ["z"]})
    # Only the columns that have to be given, where there are others.
    others = len(table.schema().fields) > len(row.column_names)
    write_deltalake(table, row, mode="append", schema_mode="merge" if others else None)


def append_by_laguna(lake):
    lake.run("sql", "-c", "INSERT INTO bronze.t (id, v) VALUES (8, 'y')")


@pytest.mark.parametrize("name", list(in_turn(needs_spark=False)))
def test_laguna_and_delta_rs_do_what_the_page_says(lake, request, name):
    path = make(lake, name, request)
    reads = does(lambda: lake.sql("FROM bronze.t"))
    assert (reads, does(lambda: append_by_laguna(lake))) == ROWS[name]["laguna"]
    assert (does(lambda: read_by_delta_rs(path)), does(lambda: append_by_delta_rs(path))) == ROWS[name]["delta-rs"]


@pytest.mark.parametrize("name", list(in_turn(needs_spark=True)))
def test_spark_does_what_the_page_says(lake, request, spark, name):
    path = make(lake, name, request)
    other = Spark(spark, path)
    reads = does(lambda: spark.sql(f"SELECT * FROM delta.`{path}`").collect())
    writes = does(lambda: other.run("INSERT INTO {t} (id, v) VALUES (9, 'x')"))
    assert (reads, writes) == ROWS[name]["spark"]


def test_the_page_has_every_feature(lake):
    assert list(ROWS) == [row["feature"] for row in lake.sql("FROM laguna_table_features()")]
