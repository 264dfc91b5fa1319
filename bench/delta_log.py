# SPDX-License-Identifier: Apache-2.0
"""Writes Delta logs of very many files, of which the data files do not exist: what opening a table
costs depends on its log alone."""

import json
import multiprocessing
import pathlib
import random
import uuid

import pyarrow as pa
import pyarrow.parquet as pq

FILES = 300_000
ROWS_PER_FILE = 1000
PROTOCOL = {"minReaderVersion": 1, "minWriterVersion": 2}
COLUMNS = [
    ("id", "long"),
    ("sold_at", "timestamp"),
    ("amount", "decimal(12,2)"),
    ("channel", "string"),
    ("customer", "string"),
    ("day", "date"),
]
METADATA = {
    "id": "5d9e6c54-2b57-4f0e-9f0b-6b7c3b1f6a01",
    "format": {"provider": "parquet", "options": {}},
    "schemaString": json.dumps(
        {
            "type": "struct",
            "fields": [{"name": n, "type": t, "nullable": True, "metadata": {}} for n, t in COLUMNS],
        }
    ),
    "partitionColumns": ["day"],
    "configuration": {},
    "createdTime": 1_700_000_000_000,
}


def statistics(number):
    low = number * ROWS_PER_FILE
    bounds = {
        "minValues": {
            "id": low,
            "sold_at": f"2024-01-01T00:{number % 60:02d}:00.000Z",
            "amount": 0.01 + number % 10,
            "channel": "phone",
            "customer": f"customer-{low % 500_000:06d}",
        },
        "maxValues": {
            "id": low + ROWS_PER_FILE - 1,
            "sold_at": f"2024-01-01T23:{number % 60:02d}:59.999Z",
            "amount": 999.99,
            "channel": "web",
            "customer": f"customer-{(low + 999) % 500_000:06d}",
        },
        "nullCount": {"id": 0, "sold_at": 0, "amount": number % 7, "channel": 0, "customer": 0},
    }
    return json.dumps({"numRecords": ROWS_PER_FILE, **bounds}, separators=(",", ":"))


def add(number, chance):
    day = f"2024-{1 + number % 12:02d}-{1 + number % 28:02d}"
    name = uuid.UUID(int=chance.getrandbits(128), version=4)
    return {
        "path": f"day={day}/part-{number % 200:05d}-{name}.c000.snappy.parquet",
        "partitionValues": {"day": day},
        "size": 30_000 + number % 1000,
        "modificationTime": 1_700_000_000_000 + number,
        "dataChange": True,
        "stats": statistics(number),
    }


def write_commit(log, version, actions):
    info = {"commitInfo": {"timestamp": 1_700_000_000_000 + version, "operation": "WRITE"}}
    lines = [json.dumps(action, separators=(",", ":")) for action in [info, *actions]]
    (log / f"{version:020d}.json").write_text("\n".join(lines) + "\n")


def checkpoint_schema():
    texts = pa.map_(pa.string(), pa.string())
    add_type = pa.struct(
        [
            ("path", pa.string()),
            ("partitionValues", texts),
            ("size", pa.int64()),
            ("modificationTime", pa.int64()),
            ("dataChange", pa.bool_()),
            ("stats", pa.string()),
        ]
    )
    metadata = pa.struct(
        [
            ("id", pa.string()),
            ("format", pa.struct([("provider", pa.string()), ("options", texts)])),
            ("schemaString", pa.string()),
            ("partitionColumns", pa.list_(pa.string())),
            ("configuration", texts),
            ("createdTime", pa.int64()),
        ]
    )
    protocol = pa.struct([("minReaderVersion", pa.int32()), ("minWriterVersion", pa.int32())])
    return pa.schema([("add", add_type), ("metaData", metadata), ("protocol", protocol)])


def write_checkpoint(log, version, adds):
    def as_pairs(action):
        return {**action, "partitionValues": list(action["partitionValues"].items())}

    metadata = {**METADATA, "format": {"provider": "parquet", "options": []}, "configuration": []}
    rows = [{"protocol": PROTOCOL}, {"metaData": metadata}, *({"add": as_pairs(a)} for a in adds)]
    table = pa.Table.from_pylist(rows, schema=checkpoint_schema())
    pq.write_table(table, log / f"{version:020d}.checkpoint.parquet")
    (log / "_last_checkpoint").write_text(json.dumps({"version": version, "size": len(rows)}))


def with_checkpoint(folder, commits=50, per_commit=100):
    """A checkpoint and `commits` behind it, each adding and removing `per_commit` files."""
    log = pathlib.Path(folder) / "_delta_log"
    log.mkdir(parents=True)
    chance = random.Random(7)
    adds = [add(i, chance) for i in range(FILES)]
    write_checkpoint(log, 1000, adds)
    write_commit(log, 1000, [{"add": adds[-1]}])
    for c in range(commits):
        gone = adds[c * per_commit : (c + 1) * per_commit]
        removes = [{"path": a["path"], "deletionTimestamp": 1_700_000_000_000, "dataChange": True} for a in gone]
        fresh = [add(FILES + c * per_commit + i, chance) for i in range(per_commit)]
        write_commit(log, 1001 + c, [*({"remove": r} for r in removes), *({"add": a} for a in fresh)])


def from_commits(folder, commits=1000):
    """The same number of files, out of JSON commits alone."""
    log = pathlib.Path(folder) / "_delta_log"
    log.mkdir(parents=True)
    chance = random.Random(7)
    each = FILES // commits
    for c in range(commits):
        actions = [{"add": add(c * each + i, chance)} for i in range(each)]
        head = [{"protocol": PROTOCOL}, {"metaData": METADATA}] if c == 0 else []
        write_commit(log, c, [*head, *actions])


def make(maker, folder):
    """Runs one of the above in a process of its own, whose memory does not count for what comes
    after it."""
    process = multiprocessing.get_context("spawn").Process(target=maker, args=(folder,))
    process.start()
    process.join()
    assert process.exitcode == 0
