# SPDX-License-Identifier: Apache-2.0
"""Ten processes, each of which appends a row to one table 200 times, all at once. `--appends 20` for a short run."""

import race
from kept_table import read_row, run
from measure import argument_parser

PROCESSES = 10
APPENDS = 200


def count_rows(lake):
    """The rows of bronze.log as Laguna sees them, each once."""
    return read_row(lake, "SELECT count(DISTINCT (process, number)) AS n FROM bronze.log")["n"]


def laguna(lake, processes, appends):
    run(lake, "CREATE TABLE bronze.log (process BIGINT, number BIGINT)")
    scripts = [[f"INSERT INTO bronze.log VALUES ({p}, {i})" for i in range(appends)] for p in range(processes)]
    return race.laguna_race(lake, scripts)


def delta_rs(lake, processes, appends):
    run(lake, "CREATE TABLE bronze.log (process BIGINT, number BIGINT) WITH ('delta.enableDeletionVectors' = 'false')")
    programs = [
        f"""
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
count = {appends}
table = DeltaTable({str(lake / "lake/bronze/log")!r})
def work(i):
    row = {{"process": pa.array([{p}], pa.int64()), "number": pa.array([i], pa.int64())}}
    write_deltalake(table, pa.table(row), mode="append")
"""
        for p in range(processes)
    ]
    return race.python_race(programs)


def main():
    parser = argument_parser()
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--appends", type=int, default=APPENDS)
    options = parser.parse_args()
    contests = [("laguna", laguna), ("delta-rs, kept handle", delta_rs)]
    race.hold(
        f"{options.processes} processes x {options.appends} appends",
        [(name, lambda lake, contest=contest: contest(lake, options.processes, options.appends)) for name, contest in contests],
        options.processes * options.appends,
        count_rows,
    )


if __name__ == "__main__":
    main()
