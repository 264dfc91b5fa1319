# SPDX-License-Identifier: Apache-2.0
"""DELETE and UPDATE of 1 % of the rows of a table of 20 million, and MERGE of 10,000 rows into it, all scattered over
its 40 files. `--rows 2000000` for a smaller table, `--only UPDATE` for one of them, `--spark` to have Spark beside the
others."""

import subprocess

import spark_peer
from kept_table import Copies, kept, report_rows, sales, sales_table
from measure import DUCKDB, Subject, argument_parser, laguna_sql, measure, python_peer, report, report_written, sql_string

ROWS = 20_000_000
FILES = 40
SOURCE_ROWS = 10_000
CHANGED = "shop = 7"


def merge_source(rows, source_rows):
    """Keys all over the table; one in eleven is new."""

    def make(folder):
        folder.mkdir()
        step = rows * 11 // (source_rows * 10)
        numbers = f"SELECT n * {step} + hash(n) % {step} FROM range({source_rows}) AS keys(n)"
        copy = f"COPY (FROM ({sales(f'SELECT i::BIGINT FROM ({numbers}) AS scattered(i)')})) TO"
        subprocess.run([DUCKDB, f"{copy} {sql_string(folder / 'source.parquet')}"], check=True)

    return kept(f"sales-source-{rows}-{source_rows}", make) / "source.parquet"


def statements(source):
    """By title: SQL with places for the table and for the source, and the same in delta-rs's words."""
    merge = f"""
    source = pq.read_table({str(source)!r})
    merge = table.merge(source, "t.id = s.id", source_alias="s", target_alias="t")
    merge.when_matched_update_all().when_not_matched_insert_all().execute()"""
    return {
        "DELETE of 1 %": (f"DELETE FROM {{table}} WHERE {CHANGED}", f"table.delete({CHANGED!r})"),
        "UPDATE of 1 %": (
            f"UPDATE {{table}} SET quantity = quantity + 1 WHERE {CHANGED}",
            f"table.update({{'quantity': 'quantity + 1'}}, predicate={CHANGED!r})",
        ),
        f"MERGE of {SOURCE_ROWS:,}": (
            """MERGE INTO {table} t USING {source} s ON t.id = s.id
               WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *""",
            merge,
        ),
    }


def delta_rs(table, work):
    return python_peer(
        f"""
import pyarrow.parquet as pq
from deltalake import DeltaTable
def work():
    table = DeltaTable({str(table)!r})
    {work}
"""
    )


def subjects(copies, source, texts, with_spark):
    sql, work = texts
    ours = sql.format(table="bronze.sales", source=f"read_parquet({sql_string(source)})")
    all_of_them = [
        Subject("laguna", laguna_sql(copies.lake("laguna"), ours), copies.fresh("laguna", True), copies.folder("laguna")),
        Subject(
            "laguna, without vectors",
            laguna_sql(copies.lake("rewriting"), ours),
            copies.fresh("rewriting", False),
            copies.folder("rewriting"),
        ),
        Subject("delta-rs", delta_rs(copies.folder("rs"), work), copies.fresh("rs", False), copies.folder("rs")),
    ]
    if with_spark:
        all_of_them += spark_peer.warm_subject(copies, True, lambda table: sql.format(table=table, source=f"parquet.`{source}`"))
    return all_of_them


def main():
    parser = argument_parser()
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--only", default="", help="statements that begin so")
    options = parser.parse_args()
    lake = sales_table(options.rows, FILES)
    source = merge_source(options.rows, SOURCE_ROWS)
    with Copies(lake, "bronze/sales") as copies:
        for title, texts in statements(source).items():
            if not title.startswith(options.only):
                continue
            rivals = subjects(copies, source, texts, options.spark)
            measure(rivals, options.runs)
            report(f"{title} rows of {options.rows:,}, CPU", rivals, "cpu_s")
            report(f"{title} rows of {options.rows:,}, elapsed", rivals, "wall_s")
            report_written(rivals)
            report_rows(copies.lake("laguna"), rivals)


if __name__ == "__main__":
    main()
