# SPDX-License-Identifier: Apache-2.0
"""MERGE of 5 million rows into 10 million with a memory limit of 512 MB, beside the same without a limit and beside
delta-rs: peak memory, and whether the table is the same behind it. `--source-rows 500000` for a smaller one."""

import subprocess

from kept_table import Copies, kept, report_rows, sales, sales_table
from measure import DUCKDB, Subject, argument_parser, laguna_sql, measure, python_peer, report, report_written, sql_string

SOURCE_ROWS = 5_000_000
FILES = 20
LIMIT = "512MB"


def source_rows(rows):
    """Half of them rows of the table with other values, half new, in no order."""

    def make(folder):
        folder.mkdir()
        numbers = f"SELECT i * 3 FROM range({rows}) AS keys(i) ORDER BY hash(i)"
        changed = f"SELECT * REPLACE (quantity + 100 AS quantity) FROM ({sales(numbers)})"
        copy = f"COPY ({changed}) TO {sql_string(folder / 'source.parquet')}"
        subprocess.run([DUCKDB, copy], check=True)

    return kept(f"memory-source-{rows}", make) / "source.parquet"


def delta_rs(table, source):
    return python_peer(
        f"""
import pyarrow as pa, pyarrow.parquet as pq
from deltalake import DeltaTable
def work():
    batches = pq.ParquetFile({str(source)!r}).iter_batches()
    reader = pa.RecordBatchReader.from_batches(pq.read_schema({str(source)!r}), batches)
    merge = DeltaTable({str(table)!r}).merge(reader, "t.id = s.id", source_alias="s", target_alias="t")
    merge.when_matched_update_all().when_not_matched_insert_all().execute()
"""
    )


def main():
    parser = argument_parser()
    parser.add_argument("--source-rows", type=int, default=SOURCE_ROWS)
    options = parser.parse_args()
    rows = options.source_rows * 2
    source = source_rows(options.source_rows)
    merge = f"""MERGE INTO bronze.sales t USING read_parquet({sql_string(source)}) s ON t.id = s.id
                WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"""
    with Copies(sales_table(rows, FILES), "bronze/sales") as copies:

        def ours(title, name, text):
            return Subject(title, laguna_sql(copies.lake(name), text), copies.fresh(name, True), copies.folder(name))

        rivals = [
            ours(f"laguna, {LIMIT}", "limited", f"SET memory_limit = '{LIMIT}'; {merge}"),
            ours("laguna, no limit", "unlimited", merge),
            Subject("delta-rs", delta_rs(copies.folder("rs"), source), copies.fresh("rs", False), copies.folder("rs")),
        ]
        measure(rivals, options.runs)
        report(f"MERGE of {options.source_rows:,} rows into {rows:,}, CPU", rivals, "cpu_s")
        report("the same, elapsed", rivals, "wall_s")
        report_written(rivals)
        report_rows(copies.lake("limited"), rivals)


if __name__ == "__main__":
    main()
