#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the corpus of test/fuzz: one file an input, a folder a parser. Run it again after a change here:

    python test/fuzz/make_corpus.py build/release/bin/laguna
"""
import json
import struct
import subprocess
import sys
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"


def field(name, kind, metadata=None, nullable=True):
    return {"name": name, "type": kind, "nullable": nullable, "metadata": metadata or {}}


def fields(*list_of_fields):
    return {"type": "struct", "fields": list(list_of_fields)}


SCHEMAS = {
    "empty": fields(),
    "primitives": fields(*[
        field(kind[0] + str(i), kind)
        for i, kind in enumerate([
            "string", "long", "integer", "short", "byte", "float", "double", "boolean", "binary", "date", "timestamp",
            "timestamp_ntz", "decimal(38,38)", "decimal(1,0)", "variant", "void"
        ])
    ]),
    "nested": fields(
        field("m", {"type": "map", "keyType": fields(field("k", "date")), "valueContainsNull": False,
                    "valueType": {"type": "array", "containsNull": True, "elementType": fields(field("x", "long"))}})),
    "mapped": fields(
        field("a", fields(field("b", "string", {"delta.columnMapping.id": 2, "delta.columnMapping.physicalName": "p2"})),
              {"delta.columnMapping.id": 1, "delta.columnMapping.physicalName": "p1"}, nullable=False)),
    "annotated": fields(
        field("id", "long", {"delta.identity.start": 1, "delta.identity.step": -3,
                             "delta.identity.allowExplicitInsert": True, "delta.identity.highWaterMark": 7}),
        field("g", "date", {"delta.generationExpression": "CAST(t AS DATE)"}),
        field("c", "string", {"CURRENT_DEFAULT": "'x'", "delta.invariants": "{\"expression\":{\"expression\":\"c > 'a'\"}}",
                              "comment": "añb"}),
        field("w", "long", {"delta.typeChanges": [{"fromType": "integer", "toType": "long"}]})),
}

ADD = {"path": "p=a%20b/c.parquet", "partitionValues": {"p": "a b", "q": None}, "size": 1, "modificationTime": 2,
       "dataChange": True}
VECTORS = {
    "inline": {"storageType": "i", "pathOrInlineDv": "wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L",
               "sizeInBytes": 40, "cardinality": 6},
    "relative": {"storageType": "u", "pathOrInlineDv": "ab^-aqEH.-t@S}K{vb[*k^", "offset": 4, "sizeInBytes": 40,
                 "cardinality": 6},
    "absolute": {"storageType": "p", "pathOrInlineDv": "file:///t/a.bin", "sizeInBytes": 40, "cardinality": 6},
}


def metadata(schema, partitions=(), **configuration):
    return {"metaData": {"id": "i", "name": "n", "description": "d", "format": {"provider": "parquet", "options": {}},
                         "schemaString": json.dumps(SCHEMAS[schema]), "partitionColumns": list(partitions),
                         "configuration": configuration, "createdTime": 1}}


COMMITS = {
    "create": [
        {"commitInfo": {"inCommitTimestamp": 5, "timestamp": 5, "operation": "CREATE TABLE", "operationParameters": {},
                        "operationMetrics": {"numFiles": "1"}, "engineInfo": "x", "txnId": "t"}},
        {"protocol": {"minReaderVersion": 3, "minWriterVersion": 7,
                      "readerFeatures": ["deletionVectors", "columnMapping"],
                      "writerFeatures": ["deletionVectors", "columnMapping", "rowTracking", "domainMetadata"]}},
        metadata("mapped", **{"delta.columnMapping.mode": "name", "delta.columnMapping.maxColumnId": "2"}),
    ],
    "files": [
        {"add": {**ADD, "stats": json.dumps({"numRecords": 3, "tightBounds": False, "minValues": {"a": {"b": "x"}},
                                             "maxValues": {"a": {"b": "y\ufffd"}}, "nullCount": {"a": {"b": 0}}}),
                 "tags": {"k": "v"}, "baseRowId": 4, "defaultRowCommitVersion": 2, "clusteringProvider": "liquid",
                 "deletionVector": VECTORS["relative"]}},
        {"remove": {"path": ADD["path"], "deletionTimestamp": 1, "dataChange": False, "extendedFileMetadata": True,
                    "partitionValues": {}, "size": 3, "deletionVector": VECTORS["absolute"]}},
        {"cdc": {"path": "_change_data/x.parquet", "partitionValues": {"p": "1"}, "size": 5, "dataChange": False}},
    ],
    "others": [
        {"txn": {"appId": "app", "version": 9, "lastUpdated": 1}},
        {"domainMetadata": {"domain": "delta.clustering", "configuration": "{\"clusteringColumns\":[[\"a\",\"b\"]]}",
                            "removed": False}},
        {"domainMetadata": {"domain": "delta.rowTracking", "configuration": "{\"rowIdHighWaterMark\":8}",
                            "removed": True}},
        {"checkpointMetadata": {"version": 3, "tags": {"a": "b"}}},
        {"sidecar": {"path": "s.parquet", "sizeInBytes": 5, "modificationTime": 1, "tags": None}},
        {"unheard_of": {"a": [1, {"b": None}]}},
    ],
}

PATHS = {
    "encoded": "p=%D0%BF%2F%25/q=__HIVE_DEFAULT_PARTITION__/part-00000-x.c000.snappy.parquet",
    "checkpoint": "00000000000000000003.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json",
    "store": "s3://bucket/a%20b/c+d?e=f#g",
    "odd": "a//./../%2e%2e/%C0%AF\\b",
}


def roaring(*buckets):
    """Bytes of a deletion vector; a bucket is (key, [(container's key, rows)]) with array containers."""
    text = struct.pack("<IQ", 1681511377, len(buckets))
    for key, containers in buckets:
        text += struct.pack("<III", key, 12346, len(containers))
        for container, rows in containers:
            text += struct.pack("<HH", container, len(rows) - 1)
        offset = 8 + 8 * len(containers)
        for _, rows in containers:
            text += struct.pack("<I", offset)
            offset += 2 * len(rows)
        for _, rows in containers:
            text += struct.pack(f"<{len(rows)}H", *rows)
    return text


def runs(*list_of_runs):
    """One bucket with one container of runs, (first row, further rows)."""
    text = struct.pack("<IQI", 1681511377, 1, 0) + struct.pack("<I", 12347) + b"\x01"
    text += struct.pack("<HH", 0, sum(1 + more for _, more in list_of_runs) - 1)
    return text + struct.pack("<H", len(list_of_runs)) + b"".join(struct.pack("<HH", *run) for run in list_of_runs)


VECTOR_BYTES = {
    "none": roaring(),
    "empty": roaring((0, [])),
    "rows": roaring((0, [(0, [3, 4, 7, 11]), (1, [65535])])),
    "buckets": roaring((0, [(0, [0])]), (5, [(9, [1, 2])])),
    "runs": runs((0, 4), (100, 900)),
}

# Rows of a checkpoint: the columns of `add` are those of a table partitioned by p, with statistics as JSON and parsed.
CHECKPOINT = """
SELECT
  CASE i WHEN 0 THEN {{'minReaderVersion': 3::INTEGER, 'minWriterVersion': 7::INTEGER,
    'readerFeatures': ['deletionVectors', 'v2Checkpoint'], 'writerFeatures': ['deletionVectors', 'v2Checkpoint']}} END AS protocol,
  CASE i WHEN 1 THEN {{'id': 'i', 'format': {{'provider': 'parquet'}}, 'schemaString': {schema},
    'partitionColumns': ['p'], 'configuration': MAP {{'a': 'b'}}, 'createdTime': 1::BIGINT}} END AS "metaData",
  CASE i WHEN 2 THEN {{'appId': 'app', 'version': 7::BIGINT, 'lastUpdated': NULL::BIGINT}} END AS txn,
  CASE i WHEN 3 THEN {{'domain': 'd', 'configuration': '{{}}', 'removed': false}} END AS "domainMetadata",
  CASE WHEN i IN (4, 5) THEN {{'path': 'p=x/' || i || '.parquet', 'partitionValues': MAP {{'p': CASE i WHEN 4 THEN 'x' END}},
    'size': i::BIGINT, 'modificationTime': 2::BIGINT, 'dataChange': true,
    'stats': CASE i WHEN 4 THEN '{{"numRecords":3,"minValues":{{"id":1}},"maxValues":{{"id":9}},"nullCount":{{"id":0}}}}' END,
    'stats_parsed': CASE i WHEN 5 THEN {{'numRecords': 3::BIGINT, 'minValues': {{'id': 1::BIGINT}},
      'maxValues': {{'id': 9::BIGINT}}, 'nullCount': {{'id': 0::BIGINT}}}} END,
    'partitionValues_parsed': {{'p': 'x'}}, 'tags': MAP {{'t': 'u'}}, 'baseRowId': 5::BIGINT,
    'deletionVector': CASE i WHEN 5 THEN {{'storageType': 'u', 'pathOrInlineDv': 'ab', 'offset': 1::INTEGER,
      'sizeInBytes': 36::INTEGER, 'cardinality': 1::BIGINT}} END}} END AS add,
  CASE i WHEN 6 THEN {{'path': 'gone.parquet', 'deletionTimestamp': 1::BIGINT, 'dataChange': true}} END AS remove{more}
FROM range({rows}) AS r(i)"""
SIDECARS = """,
  CASE i WHEN 7 THEN {'version': 1::BIGINT} END AS "checkpointMetadata",
  CASE i WHEN 8 THEN {'path': 's.parquet', 'sizeInBytes': 5::BIGINT, 'modificationTime': 1::BIGINT} END AS sidecar"""


def write(parser, name, content):
    path = CORPUS / parser / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def write_checkpoint(laguna, name, more, rows, options):
    schema = json.dumps(fields(field("id", "long"), field("p", "string"))).replace("'", "''")
    query = CHECKPOINT.format(schema=f"'{schema}'", more=more, rows=rows)
    path = CORPUS / "checkpoint" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    subprocess.run([laguna, "sql", "-c", f"COPY ({query}) TO '{path.resolve()}' (FORMAT parquet, {options})", "--quiet"],
                   check=True)


def main():
    laguna = str(Path(sys.argv[1]).resolve())
    for name, schema in SCHEMAS.items():
        write("schema", name, json.dumps(schema))
    for name, actions in COMMITS.items():
        write("actions", name, "\n".join(json.dumps(action) for action in actions) + "\n")
    for name, path in PATHS.items():
        write("paths", name, path)
    for name, content in VECTOR_BYTES.items():
        write("deletion_vector", name, content)
    write_checkpoint(laguna, "classic", "", 7, "COMPRESSION uncompressed")
    write_checkpoint(laguna, "sidecars", SIDECARS, 9, "COMPRESSION zstd, PARQUET_VERSION v2")


if __name__ == "__main__":
    main()
