# SPDX-License-Identifier: Apache-2.0
"""OPTIMIZE of ten million rows in 1,000 files, and ZORDER BY two columns of the same with a memory limit of 1 GB; then
how many files a range of 1 % of either column's values leaves to be read. All make files of one size: `--target 16mb`
for several of them; `--rows 500000 --files 50` for a smaller table, `--only ZORDER` for one of the two, `--spark` to have
Spark beside the others."""

import json
import pathlib

import spark_peer
from kept_table import Copies, read_row, report_rows, run, sales_table
from measure import Subject, argument_parser, laguna_sql, measure, python_peer, report, report_written

ROWS = 10_000_000
FILES = 1_000
MEMORY_LIMIT = "1GB"
ORDERED_BY = ["customer", "sold_at"]
UNITS = {"kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30}


def delta_rs(table, work):
    return python_peer(
        f"""
from deltalake import DeltaTable
def work():
    table = DeltaTable({str(table)!r})
    print(table.optimize.{work})
"""
    )


def bytes_of(text):
    return int(text[:-2]) * UNITS[text[-2:].lower()]


def works(target):
    """By title: what Laguna runs, what Spark runs, what delta-rs runs."""
    columns = ", ".join(ORDERED_BY)
    size = f"target_size={bytes_of(target)}"
    return {
        "OPTIMIZE": ("OPTIMIZE {}", f"compact({size})"),
        "ZORDER": (
            f"SET memory_limit = '{MEMORY_LIMIT}'; OPTIMIZE {{}} ZORDER BY ({columns})",
            f"z_order({ORDERED_BY!r}, {size})",
        ),
    }


def spark_settings(target):
    """The same size for Spark: files below the one are put together, up to the other."""
    sizes = ["spark.databricks.delta.optimize.minFileSize", "spark.databricks.delta.optimize.maxFileSize"]
    return dict.fromkeys(sizes, bytes_of(target))


def subjects(copies, sql, work, options):
    all_of_them = [
        Subject(
            "laguna",
            laguna_sql(copies.lake("laguna"), sql.format("bronze.sales")),
            copies.fresh("laguna", False),
            copies.folder("laguna"),
        ),
        Subject("delta-rs", delta_rs(copies.folder("rs"), work), copies.fresh("rs", False), copies.folder("rs")),
    ]
    statement = sql.split("; ")[-1].format(f"delta.`{copies.folder('spark')}`")
    if options.spark and (spark := spark_peer.peer(statement, settings=spark_settings(options.target))):
        all_of_them.append(Subject("Spark, its first statement", spark, copies.fresh("spark", False), copies.folder("spark")))
    return all_of_them


def bounds_of_files(table):
    """The statistics of all live files, from the log."""
    live = {}
    for commit in sorted((pathlib.Path(table) / "_delta_log").glob("*.json")):
        for line in commit.read_text().splitlines():
            action = json.loads(line)
            if "add" in action:
                live[action["add"]["path"]] = json.loads(action["add"]["stats"])
            if "remove" in action:
                live.pop(action["remove"]["path"], None)
    return list(live.values())


def report_files_read(lake, rivals):
    """Files whose bounds meet a range that holds 1 % of the column's values, on the average over the whole column."""
    for column in ORDERED_BY:
        cuts = read_row(
            lake,
            f"""SELECT list_transform(quantile_cont(epoch_ms({column}), list_transform(range(0, 101), i -> i / 100)),
                       v -> v::BIGINT)::VARCHAR AS cuts FROM bronze.sales"""
            if column == "sold_at"
            else f"SELECT quantile_disc({column}, list_transform(range(0, 101), i -> i / 100))::VARCHAR AS cuts FROM bronze.sales",
        )
        cuts = json.loads(cuts["cuts"])
        for subject in rivals:
            files = [
                (number(each["minValues"][column]), number(each["maxValues"][column]))
                for each in bounds_of_files(subject.folder)
            ]
            read = [sum(low <= end and high >= begin for low, high in files) for begin, end in zip(cuts, cuts[1:])]
            print(f"  {subject.name:32} reads {sum(read) / len(read):6.1f} of {len(files)} files by 1 % of {column}")


def number(bound):
    """A bound of the log as a number; times in milliseconds."""
    if not isinstance(bound, str):
        return bound
    import datetime

    return datetime.datetime.fromisoformat(bound.replace("Z", "+00:00")).timestamp() * 1000


def main():
    parser = argument_parser()
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--target", default="256mb", help="the size that files shall have")
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--only", default="", help="OPTIMIZE or ZORDER")
    options = parser.parse_args()
    lake = sales_table(options.rows, options.files)
    with Copies(lake, "bronze/sales") as copies:
        for title, (sql, work) in works(options.target).items():
            if not title.startswith(options.only):
                continue
            rivals = subjects(copies, sql, work, options)
            fresh = rivals[0].prepare

            def prepare():
                fresh()
                run(copies.lake("laguna"), f"ALTER TABLE bronze.sales SET ('delta.targetFileSize' = '{options.target}')")

            rivals[0].prepare = prepare
            measure(rivals, options.runs)
            report(f"{title} of {options.rows:,} rows in {options.files} files, CPU", rivals, "cpu_s")
            report(f"{title} of {options.rows:,} rows in {options.files} files, elapsed", rivals, "wall_s")
            report_written(rivals)
            report_rows(copies.lake("laguna"), rivals)
            if title == "ZORDER":
                report_files_read(copies.lake("laguna"), rivals)


if __name__ == "__main__":
    main()
