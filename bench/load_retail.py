# SPDX-License-Identifier: Apache-2.0
"""All daily shop files into one Delta table with statistics."""

import os
import pathlib
import shutil
import sys
import tempfile

from measure import DUCKDB, LAGUNA, ROOT, Subject, arguments, make_lake, measure, python_peer, report, sql_string

SHARED = pathlib.Path(os.environ.get("LAGUNA_SHARED", ROOT.parent / "shared"))


def main():
    options = arguments()
    days = SHARED / "data/retail-by-day"
    if not days.is_dir():
        sys.exit(f"shared data: {days} is not there")
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        target = scratch / "target"

        def empty():
            shutil.rmtree(target, ignore_errors=True)

        def fresh_lake():
            empty()
            pipelines = make_lake(target) / "pipelines"
            pipelines.mkdir()
            (pipelines / "sales.sql").write_text(
                "CREATE OR REFRESH STREAMING TABLE bronze.sales AS\n"
                f"SELECT * FROM STREAM read_files({sql_string(days / '*.csv')});\n"
            )

        files = f"read_csv({sql_string(days / '*.csv')})"
        delta_rs = f"""
import glob, pyarrow as pa, pyarrow.csv as csv
from deltalake import write_deltalake
types = {{"InvoiceNo": pa.string(), "StockCode": pa.string(), "UnitPrice": pa.float64(), "CustomerID": pa.float64()}}
def work():
    convert = csv.ConvertOptions(column_types=types)
    tables = [csv.read_csv(file, convert_options=convert) for file in sorted(glob.glob({str(days / '*.csv')!r}))]
    write_deltalake({str(target)!r}, pa.concat_tables(tables, promote_options="permissive"))
"""
        subjects = [
            Subject("laguna pipeline run", [LAGUNA, "--lake", target, "-q", "pipeline", "run"], fresh_lake),
            Subject("duckdb COPY TO parquet", [DUCKDB, f"COPY (FROM {files}) TO {sql_string(str(target) + '.parquet')}"]),
            Subject("pyarrow, delta-rs", python_peer(delta_rs), empty),
        ]
        measure(subjects, options.runs)
        report("305 CSV files to one Delta table, CPU", subjects, "cpu_s")


if __name__ == "__main__":
    main()
