# SPDX-License-Identifier: Apache-2.0
"""Eight processes, each of which updates 50 rows of one table one by one, all at once: no two the same row, all in the
same files. `--updates 10` for a short run."""

import race
from kept_table import read_row, run
from measure import argument_parser

PROCESSES = 8
UPDATES = 50
FILES = 4
ROWS_PER_FILE = 10_000


def make_table(lake, with_vectors):
    files = [f"SELECT range AS id, 0 AS number FROM range({n * ROWS_PER_FILE}, {(n + 1) * ROWS_PER_FILE})" for n in range(FILES)]
    create = f"CREATE TABLE bronze.t (id BIGINT, number INTEGER) WITH ('delta.enableDeletionVectors' = '{with_vectors}')"
    run(lake, ";\n".join([create, *(f"INSERT INTO bronze.t {rows}" for rows in files)]))


def id_of(process, update):
    """Each process goes through all files."""
    return update % FILES * ROWS_PER_FILE + update * 100 + process


def laguna(lake, processes, updates):
    make_table(lake, "true")
    scripts = [
        [f"UPDATE bronze.t SET number = number + 1 WHERE id = {id_of(p, i)}" for i in range(updates)] for p in range(processes)
    ]
    return race.laguna_race(lake, scripts)


def delta_rs(lake, processes, updates):
    make_table(lake, "false")
    programs = [
        f"""
from deltalake import DeltaTable
count = {updates}
def work(i):
    table = DeltaTable({str(lake / "lake/bronze/t")!r})
    id = i % {FILES} * {ROWS_PER_FILE} + i * 100 + {p}
    table.update({{"number": "number + 1"}}, predicate=f"id = {{id}}")
"""
        for p in range(processes)
    ]
    return race.python_race(programs)


def updated_rows(lake):
    """As Laguna sees them; a row that is there twice or not at all would show."""
    row = read_row(lake, "SELECT sum(number) AS n, count(*) AS rows, count(DISTINCT id) AS ids FROM bronze.t")
    assert row["rows"] == row["ids"] == FILES * ROWS_PER_FILE, row
    return row["n"]


def main():
    parser = argument_parser()
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--updates", type=int, default=UPDATES)
    options = parser.parse_args()
    contests = [("laguna", laguna), ("delta-rs", delta_rs)]
    race.hold(
        f"{options.processes} processes x {options.updates} updates of rows of the same files",
        [(name, lambda lake, contest=contest: contest(lake, options.processes, options.updates)) for name, contest in contests],
        options.processes * options.updates,
        updated_rows,
    )


if __name__ == "__main__":
    main()
