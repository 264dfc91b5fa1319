# SPDX-License-Identifier: Apache-2.0
"""CREATE TABLE AS of 20 million rows of 8 columns, beside DuckDB's COPY TO Parquet: into one table,
and into one of 100 partitions."""

import pathlib
import shutil
import subprocess
import tempfile

from measure import DUCKDB, Subject, argument_parser, laguna_sql, make_lake, measure, report, sql_string

ROWS = 20_000_000
PARTITIONS = 100


def make_source(path, rows):
    """Keys, times, amounts, words, and a text that hardly compresses."""
    query = f"""COPY (
        SELECT i AS id, hash(i) % 1000000 AS customer, TIMESTAMP '2024-01-01' + to_seconds(i) AS sold_at,
               (hash(i + 1) % 100000)::DECIMAL(12,2) / 100 AS amount, (1 + hash(i + 2) % 12)::INTEGER AS quantity,
               (hash(i + 3) % {PARTITIONS})::INTEGER AS shop, ['web', 'shop', 'phone'][(1 + hash(i + 4) % 3)::INTEGER] AS channel,
               md5(i::VARCHAR) AS reference
        FROM range({rows}) AS series(i)) TO {sql_string(path)}"""
    subprocess.run([DUCKDB, query], check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argument_parser()
    parser.add_argument("--rows", type=int, default=ROWS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        source, lake, copy = scratch / "source.parquet", scratch / "lake", scratch / "copy"
        make_source(source, options.rows)
        print(f"{source.stat().st_size / 1e6:.0f} MB of Parquet, {options.rows:,} rows")

        def fresh_lake():
            shutil.rmtree(lake, ignore_errors=True)
            make_lake(lake)

        def empty():
            shutil.rmtree(copy, ignore_errors=True)
            copy.mkdir()

        rows = f"SELECT * FROM read_parquet({sql_string(source)})"
        whole = [
            Subject("laguna", laguna_sql(lake, f"CREATE TABLE bronze.t AS {rows}"), fresh_lake),
            Subject("duckdb COPY TO parquet", [DUCKDB, f"COPY ({rows}) TO {sql_string(copy / 'all.parquet')}"], empty),
        ]
        parted = [
            Subject("laguna", laguna_sql(lake, f"CREATE TABLE bronze.t PARTITIONED BY (shop) AS {rows}"), fresh_lake),
            Subject(
                "duckdb COPY, PARTITION_BY",
                [DUCKDB, f"COPY ({rows}) TO {sql_string(copy)} (FORMAT parquet, PARTITION_BY (shop), OVERWRITE_OR_IGNORE)"],
                empty,
            ),
        ]
        for title, subjects in ((f"CREATE TABLE AS of {options.rows:,} rows", whole), (f"the same in {PARTITIONS} partitions", parted)):
            measure(subjects, options.runs)
            report(f"{title}, elapsed", subjects, "wall_s")
            report(f"{title}, CPU", subjects, "cpu_s")


if __name__ == "__main__":
    main()
