# SPDX-License-Identifier: Apache-2.0
"""A CSV of 10 million rows, about 1 GB, into one Delta table, all at the same memory limit."""

import pathlib
import shutil
import subprocess
import tempfile

from measure import DUCKDB, Subject, arguments, laguna_sql, make_lake, measure, python_peer, report, sql_string

ROWS = 10_000_000
MEMORY_LIMIT = "2GB"


def make_csv(path):
    """Ids, times, amounts, a few words and a text that hardly compresses."""
    query = f"""COPY (
        SELECT i AS id, TIMESTAMP '2024-01-01' + to_seconds(i) AS sold_at,
               (hash(i) % 100000)::DECIMAL(12,2) / 100 AS amount, 1 + hash(i + 1) % 12 AS quantity,
               ['web', 'shop', 'phone'][(1 + hash(i + 2) % 3)::INTEGER] AS channel,
               'customer-' || hash(i + 3) % 500000 AS customer, md5(i::VARCHAR) AS reference
        FROM range({ROWS}) AS series(i)) TO {sql_string(path)}"""
    subprocess.run([DUCKDB, query], check=True, stdout=subprocess.DEVNULL)


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        source, target = scratch / "large.csv", scratch / "target"
        make_csv(source)
        print(f"{source.stat().st_size / 1e9:.2f} GB, {ROWS:,} rows, memory limit {MEMORY_LIMIT}")

        def empty():
            shutil.rmtree(target, ignore_errors=True)

        def fresh_lake():
            empty()
            make_lake(target)

        rows = f"SELECT * FROM read_csv({sql_string(source)})"
        limit = f"SET memory_limit = '{MEMORY_LIMIT}'"
        delta_rs = f"""
import duckdb
from deltalake import write_deltalake
def work():
    connection = duckdb.connect()
    connection.execute({limit!r})
    write_deltalake({str(target)!r}, connection.execute({rows!r}).fetch_record_batch(100_000))
"""
        subjects = [
            Subject("laguna", laguna_sql(target, f"{limit}; CREATE TABLE bronze.large AS {rows}"), fresh_lake),
            Subject("duckdb COPY TO parquet", [DUCKDB, limit, f"COPY ({rows}) TO {sql_string(str(target) + '.parquet')}"]),
            Subject("duckdb, delta-rs", python_peer(delta_rs), empty),
        ]
        measure(subjects, options.runs)
        report("1 GB of CSV to one Delta table, elapsed", subjects, "wall_s")
        report("the same, CPU", subjects, "cpu_s")


if __name__ == "__main__":
    main()
