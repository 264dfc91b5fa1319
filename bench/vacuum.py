# SPDX-License-Identifier: Apache-2.0
"""VACUUM of a folder with 50,000 files, half of which no version names: beside delta-rs, on copies of the same table."""

import json
import os
import pathlib
import shutil
import sys
import tempfile

from measure import Subject, argument_parser, laguna_sql, make_lake, measure, python_peer, report

SCHEMA = {"type": "struct", "fields": [{"name": "id", "type": "long", "nullable": True, "metadata": {}}]}
# In milliseconds; what was written then is older than any retention.
LONG_AGO = 1_600_000_000_000


def write_commit(log, version, actions):
    path = log / f"{version:020}.json"
    path.write_text("".join(json.dumps(action) + "\n" for action in actions))
    os.utime(path, (LONG_AGO / 1000 + version,) * 2)


def write_file(path):
    path.write_bytes(b"PAR1" * 25)
    os.utime(path, (LONG_AGO / 1000,) * 2)


def make_table(folder, files):
    """Half of the files are live, a quarter was removed by a commit, a quarter no commit ever named."""
    log = folder / "_delta_log"
    log.mkdir(parents=True)
    names = [f"part-{number:06}.parquet" for number in range(files)]
    for name in names:
        write_file(folder / name)
    stats = json.dumps({"numRecords": 1})
    adds = [
        {"add": {"path": name, "partitionValues": {}, "size": 100, "modificationTime": LONG_AGO, "dataChange": True, "stats": stats}}
        for name in names[: files * 3 // 4]
    ]
    metadata = {
        "id": "5fba94ed-9794-4965-ba6e-6ee3c0d22af9",
        "format": {"provider": "parquet", "options": {}},
        "schemaString": json.dumps(SCHEMA),
        "partitionColumns": [],
        "configuration": {},
        "createdTime": LONG_AGO,
    }
    write_commit(log, 0, [{"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}}, {"metaData": metadata}, *adds])
    removes = [
        {"remove": {"path": name, "deletionTimestamp": LONG_AGO, "dataChange": True}} for name in names[files // 2 : files * 3 // 4]
    ]
    write_commit(log, 1, removes)


def delta_rs(table):
    return python_peer(
        f"""
from deltalake import DeltaTable
def work():
    print(len(DeltaTable({str(table)!r}).vacuum(retention_hours=168, dry_run=False, full=True)))
"""
    )


def main():
    parser = argument_parser()
    parser.add_argument("--files", type=int, default=50_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        lake = make_lake(scratch / "lake")
        make_table(scratch / "made", options.files)

        def anew(table):
            def prepare():
                shutil.rmtree(table, ignore_errors=True)
                shutil.copytree(scratch / "made", table)

            return prepare

        ours, theirs = lake / "lake/bronze/t", scratch / "theirs"
        subjects = [
            Subject("laguna", laguna_sql(lake, "VACUUM bronze.t"), anew(ours)),
            Subject("delta-rs", delta_rs(theirs), anew(theirs)),
        ]
        measure(subjects, options.runs)
        left = {len(list(table.glob("*.parquet"))) for table in (ours, theirs)}
        if left != {options.files // 2}:
            sys.exit(f"{options.files // 2} files should be left, not {left}")
        report(f"VACUUM of {options.files} files, {options.files // 2} to delete", subjects, "wall_s")
        report("the same, CPU", subjects, "cpu_s")


if __name__ == "__main__":
    main()
