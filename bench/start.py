# SPDX-License-Identifier: Apache-2.0
"""The first answer in a lake of 100 tables: what a person waits for at the prompt."""

import pathlib
import subprocess
import sys
import tempfile

from measure import DUCKDB, Subject, arguments, laguna_sql, make_lake, measure, report

TABLES = 100


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        lake = make_lake(pathlib.Path(scratch) / "lake")
        tables = ";".join(f"CREATE TABLE bronze.t{i} AS SELECT {i} AS id" for i in range(TABLES))
        subprocess.run(laguna_sql(lake, tables), check=True, stdout=subprocess.DEVNULL)
        subjects = [
            Subject("laguna", laguna_sql(lake, "select 1")),
            Subject("bare DuckDB in C++", [DUCKDB, "select 1"]),
            Subject("python, import deltalake", [sys.executable, "-c", "import deltalake"]),
        ]
        measure(subjects, 4 * options.runs)
        report(f"select 1 in a lake of {TABLES} tables, elapsed", subjects, "wall_s", per=1000, unit="ms")
        report("the same, CPU", subjects, "cpu_s", per=1000, unit="ms")


if __name__ == "__main__":
    main()
