# SPDX-License-Identifier: Apache-2.0
"""The 22 queries of TPC-H on Delta tables that Laguna wrote, beside DuckDB on the very same Parquet
files without a log. `--scale 10` needs 10 GB where temporary files go (TMPDIR), for as long as it
runs."""

import json
import math
import os
import pathlib
import shutil
import subprocess
import tempfile

from measure import DUCKDB, Subject, argument_parser, laguna_sql, make_lake, measure, sql_string

CACHE = pathlib.Path(os.environ.get("LAGUNA_CACHE", pathlib.Path.home() / ".cache/laguna"))
TABLES = ["customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"]


def run(command):
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)


def generate(folder, scale):
    """Parquet files of the tables, a folder each, and the texts of the queries. The generator keeps a table in memory, so
    large ones are made in steps of one scale."""
    [extension] = CACHE.glob("duckdb-*/extension/tpch.duckdb_extension")
    load = f"LOAD {sql_string(extension)}"
    for table in TABLES:
        (folder / table).mkdir()
    steps = max(1, math.ceil(scale))
    for step in range(steps):
        part = f", children = {steps}, step = {step}" if steps > 1 else ""
        copies = [f"COPY {table} TO {sql_string(folder / table / f'{step}.parquet')}" for table in TABLES]
        run([DUCKDB, load, f"CALL dbgen(sf = {scale}{part})", *copies])
    queries = folder / "queries.json"
    run([DUCKDB, load, f"COPY (FROM tpch_queries() ORDER BY query_nr) TO {sql_string(queries)} (FORMAT json)"])
    return [json.loads(line)["query"].strip().rstrip(";") for line in queries.read_text().splitlines()]


def main():
    parser = argument_parser()
    parser.add_argument("--scale", type=float, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        queries = generate(scratch, options.scale)
        lake = make_lake(scratch / "lake")
        for table in TABLES:
            source = sql_string(scratch / table / "*.parquet")
            run(laguna_sql(lake, f"CREATE TABLE bronze.{table} AS FROM read_parquet({source})"))
            shutil.rmtree(scratch / table)
        views = [
            f"CREATE VIEW {table} AS FROM read_parquet({sql_string(lake / 'lake/bronze' / table / '*.parquet')})"
            for table in TABLES
        ]
        total = {"laguna": 0.0, "duckdb": 0.0}
        print(f"\nTPC-H, scale {options.scale:g}, CPU")
        for number, query in enumerate(queries, 1):
            subjects = [
                Subject("laguna", laguna_sql(lake, "USE bronze;\n" + query)),
                Subject("duckdb", [DUCKDB, *views, query]),
            ]
            measure(subjects, options.runs)
            laguna, duckdb = (subject.best("cpu_s") for subject in subjects)
            total["laguna"] += laguna
            total["duckdb"] += duckdb
            print(f"  {number:2}  laguna {laguna:6.3f} s  duckdb {duckdb:6.3f} s  {laguna / duckdb:5.2f} x", flush=True)
        ratio = total["laguna"] / total["duckdb"]
        print(f" sum  laguna {total['laguna']:6.3f} s  duckdb {total['duckdb']:6.3f} s  {ratio:5.2f} x")


if __name__ == "__main__":
    main()
