# SPDX-License-Identifier: Apache-2.0
"""A scan of a table of ten million rows, 5 % of which deletion vectors take away at random, beside
the same table without vectors."""

import json
import pathlib
import random
import shutil
import struct
import subprocess
import tempfile
import zlib

from measure import Subject, arguments, laguna_sql, make_lake, measure, report

ROWS = 10_000_000
SHARE = 0.05
# Of the vectors' format (protocol section "Deletion Vector Format").
MAGIC = 1681511377
COOKIE = 12346
CONTAINER_ROWS = 65_536


def roaring(positions):
    """The portable bitmap of ascending positions below 2^32, sparse enough for arrays alone."""
    containers = {}
    for position in positions:
        containers.setdefault(position // CONTAINER_ROWS, []).append(position % CONTAINER_ROWS)
    keys = b"".join(struct.pack("<HH", key, len(low) - 1) for key, low in containers.items())
    offset = 8 + len(keys) + 4 * len(containers)
    offsets, arrays = b"", b""
    for low in containers.values():
        assert len(low) <= 4096
        offsets += struct.pack("<I", offset + len(arrays))
        arrays += struct.pack(f"<{len(low)}H", *low)
    return struct.pack("<II", COOKIE, len(containers)) + keys + offsets + arrays


def write_vector(path, positions):
    """A file of one vector; gives its descriptor."""
    bitmap = struct.pack("<iqi", MAGIC, 1, 0) + roaring(positions)
    path.write_bytes(
        b"\x01" + struct.pack(">i", len(bitmap)) + bitmap + struct.pack(">I", zlib.crc32(bitmap))
    )
    return {
        "storageType": "p",
        "pathOrInlineDv": str(path),
        "offset": 1,
        "sizeInBytes": len(bitmap),
        "cardinality": len(positions),
    }


def delete_rows(table):
    """Commits a vector for every file of version 0."""
    log = table / "_delta_log"
    actions = [json.loads(line) for line in (log / f"{0:020}.json").read_text().splitlines()]
    adds = [action["add"] for action in actions if "add" in action]
    metadata = next(action["metaData"] for action in actions if "metaData" in action)
    metadata["configuration"]["delta.enableDeletionVectors"] = "true"
    features = {"readerFeatures": ["deletionVectors"], "writerFeatures": ["deletionVectors"]}
    commit = [{"protocol": {"minReaderVersion": 3, "minWriterVersion": 7, **features}}, {"metaData": metadata}]
    generator = random.Random(5)
    for number, add in enumerate(adds):
        rows = json.loads(add["stats"])["numRecords"]
        deleted = [row for row in range(rows) if generator.random() < SHARE]
        vector = write_vector(table / f"deletion_vector_{number}.bin", deleted)
        commit.append({"remove": {"path": add["path"], "deletionTimestamp": 0, "dataChange": True}})
        commit.append({"add": {**add, "deletionVector": vector}})
    (log / f"{1:020}.json").write_text("".join(json.dumps(action) + "\n" for action in commit))


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        lake = make_lake(scratch / "lake")
        make = f"""CREATE TABLE bronze.whole AS SELECT range AS id, hash(range) % 1000 AS number,
                   'customer ' || hash(range) % 50000 AS customer FROM range({ROWS})"""
        subprocess.run(list(map(str, laguna_sql(lake, make))), check=True, stdout=subprocess.DEVNULL)
        bronze = lake / "lake/bronze"
        shutil.copytree(bronze / "whole", bronze / "less")
        delete_rows(bronze / "less")
        count = subprocess.run(
            list(map(str, laguna_sql(lake, "SELECT sum(CASE WHEN id >= 0 THEN 1 END) AS rows FROM bronze.less"))),
            check=True,
            capture_output=True,
            text=True,
        )
        print(f"of {ROWS} rows are left:", count.stdout.split()[-3])
        for title, query in [
            ("sum of one column", "SELECT count(*), sum(number) FROM bronze.{}"),
            ("all columns", "SELECT sum(id), sum(number), max(customer) FROM bronze.{}"),
            ("a selective filter", "SELECT count(*), sum(id) FROM bronze.{} WHERE number = 7"),
        ]:
            subjects = [
                Subject("with 5 % deleted", laguna_sql(lake, query.format("less"))),
                Subject("without", laguna_sql(lake, query.format("whole"))),
            ]
            measure(subjects, options.runs)
            report(f"{title}, CPU", subjects, "cpu_s")


if __name__ == "__main__":
    main()
