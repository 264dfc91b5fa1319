# SPDX-License-Identifier: Apache-2.0
"""A join whose build side has two keys against a table of 1,000 files, beside DuckDB on the bare
Parquet files, and how many of the files were read."""

import json
import pathlib
import re
import subprocess
import tempfile

import pyarrow as pa
import pyarrow.parquet as pq

from measure import DUCKDB, Subject, arguments, laguna_sql, make_lake, measure, report, sql_string

FILES = 1000
ROWS_PER_FILE = 10_000
FIELDS = [("id", "long"), ("customer", "string")]


def customer(number):
    return f"customer-with-a-long-common-prefix-{number:012}"


def write_file(table, number):
    """One file of the table; gives its add action."""
    first = number * ROWS_PER_FILE
    ids = range(first, first + ROWS_PER_FILE)
    name = f"part-{number:05}.parquet"
    pq.write_table(pa.table({"id": pa.array(ids), "customer": [customer(i) for i in ids]}), table / name)
    stats = {
        "numRecords": ROWS_PER_FILE,
        "minValues": {"id": ids[0], "customer": customer(ids[0])},
        "maxValues": {"id": ids[-1], "customer": customer(ids[-1])},
        "nullCount": {"id": 0, "customer": 0},
    }
    size = (table / name).stat().st_size
    return {
        "path": name,
        "partitionValues": {},
        "size": size,
        "modificationTime": 0,
        "dataChange": True,
        "stats": json.dumps(stats),
    }


def write_table(table):
    (table / "_delta_log").mkdir(parents=True)
    fields = [{"name": name, "type": type, "nullable": True, "metadata": {}} for name, type in FIELDS]
    metadata = {
        "id": "7d6d1a4e-6f0c-4c3e-9e1d-2f2b4a0c8f10",
        "format": {"provider": "parquet", "options": {}},
        "schemaString": json.dumps({"type": "struct", "fields": fields}),
        "partitionColumns": [],
        "configuration": {},
        "createdTime": 0,
    }
    actions = [{"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}}, {"metaData": metadata}]
    actions += [{"add": write_file(table, number)} for number in range(FILES)]
    (table / "_delta_log" / f"{0:020}.json").write_text("".join(json.dumps(a) + "\n" for a in actions))


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        lake = make_lake(scratch / "lake")
        table = scratch / "table"
        write_table(table)
        keys = f"(VALUES (77::BIGINT, '{customer(77)}'), (5004321, '{customer(5004321)}')) keys(id, customer)"
        for key in ["id", "customer"]:
            query = f"SELECT count(*), max(t.customer) FROM {{}} t JOIN {keys} USING ({key})"
            ours = query.format(f"delta_scan({sql_string(table)})")
            bare = query.format(f"read_parquet({sql_string(table / '*.parquet')})")
            plan = subprocess.run(
                list(map(str, laguna_sql(lake, "EXPLAIN ANALYZE " + ours))),
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            [read] = re.findall(r"Total Files Read: (\d+)", plan)
            subjects = [Subject("laguna", laguna_sql(lake, ours)), Subject("duckdb, bare Parquet", [DUCKDB, bare])]
            measure(subjects, options.runs)
            report(f"join by {key}: {read} of {FILES} files read, CPU", subjects, "cpu_s")


if __name__ == "__main__":
    main()
