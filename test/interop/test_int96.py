# SPDX-License-Identifier: Apache-2.0
"""Timestamps as INT96, which Spark writes and which say nothing of time zones, at every depth."""

import json
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

TIMES = [datetime(2024, 3, 9, 20, 45, 0, 123456), datetime(1969, 12, 31, 23, 59, 59, 999999), None]
TYPE = pa.timestamp("us")


def field(name, type_):
    return {"name": name, "type": type_, "nullable": True, "metadata": {}}


@pytest.fixture
def table(lake):
    """A table of one file: each time as it is, in a struct, in an array and in a map."""
    folder = lake.table_path("bronze.int96")
    (folder / "_delta_log").mkdir(parents=True)
    rows = {
        "id": pa.array(range(3), pa.int32()),
        "t": pa.array(TIMES, TYPE),
        "s": pa.array([{"t": t, "n": 1} for t in TIMES], pa.struct([("t", TYPE), ("n", pa.int32())])),
        "l": pa.array([[t, t] for t in TIMES], pa.list_(TYPE)),
        "m": pa.array([[("k", t)] for t in TIMES], pa.map_(pa.string(), TYPE)),
    }
    pq.write_table(pa.table(rows), folder / "a.parquet", use_deprecated_int96_timestamps=True)
    struct = {"type": "struct", "fields": [field("t", "timestamp"), field("n", "integer")]}
    array = {"type": "array", "elementType": "timestamp", "containsNull": True}
    map_ = {"type": "map", "keyType": "string", "valueType": "timestamp", "valueContainsNull": True}
    types = {"id": "integer", "t": "timestamp", "s": struct, "l": array, "m": map_}
    schema = {"type": "struct", "fields": [field(name, type_) for name, type_ in types.items()]}
    metadata = {"id": "x", "format": {"provider": "parquet", "options": {}}, "schemaString": json.dumps(schema)}
    actions = [
        {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
        {"metaData": metadata | {"partitionColumns": [], "configuration": {}}},
        {"add": {"path": "a.parquet", "partitionValues": {}, "size": 1, "modificationTime": 0, "dataChange": True}},
    ]
    log = folder / "_delta_log" / "00000000000000000000.json"
    log.write_text("".join(json.dumps(action) + "\n" for action in actions))
    return lake


@pytest.mark.parametrize("value", ["t", "s.t", "l[2]", "m['k']"])
def test_filters_and_functions_take_them(table, value):
    assert table.texts(f"SELECT id FROM bronze.int96 WHERE {value} IS NULL") == [("2",)]
    assert table.texts(f"SELECT id FROM bronze.int96 WHERE year({value}) = 2024") == [("0",)]
    assert table.texts(f"SELECT id FROM bronze.int96 WHERE {value} < '2000-01-01 00:00:00+00'") == [("1",)]
    assert sorted(table.texts(f"SELECT id, year({value}) FROM bronze.int96 WHERE id < 2")) == [("0", "2024"), ("1", "1969")]
    assert table.texts(f"SELECT max({value}) FROM bronze.int96") == [("2024-03-09 20:45:00.123456+00",)]
