# SPDX-License-Identifier: Apache-2.0
"""MERGE into web_returns of TPC-DS, 16 files: upserts scattered and in a narrow range of keys, deletes, inserts, half
of the table. `--scale 10` for 720,000 rows, `--only insert` for one of them, `--spark` to have Spark beside the
others."""

import math
import subprocess

import spark_peer
from kept_table import CACHE, VECTORS, Copies, kept, report_rows, run
from measure import DUCKDB, Subject, argument_parser, laguna_sql, make_lake, measure, python_peer, report, report_written, sql_string

FILES = 16
KEYS = "t.wr_item_sk = s.wr_item_sk AND t.wr_order_number = s.wr_order_number"
UPSERT = ["WHEN MATCHED THEN UPDATE SET *", "WHEN NOT MATCHED THEN INSERT *"]
PEER_UPSERT = "when_matched_update_all().when_not_matched_insert_all()"
# By a number of 0 to 99 that hangs on the row alone.
CHANCE = "(hash(wr_item_sk, wr_order_number) % 100)"


def new_rows(condition):
    """Rows like those of `condition`, of orders that are not there."""
    return f"SELECT * REPLACE (wr_order_number + 1000000000 AS wr_order_number) FROM rows WHERE {condition}"


# Title: the source, as a query of the table's rows; the clauses; the same for delta-rs.
CASES = {
    "upsert of 5 % + 5 %": (
        f"SELECT * FROM rows WHERE {CHANCE} < 5 UNION ALL {new_rows(f'{CHANCE} >= 95')}",
        UPSERT,
        PEER_UPSERT,
    ),
    "upsert of 5 % + 5 % in a narrow range": (
        f"SELECT * FROM rows WHERE place < 0.05 UNION ALL {new_rows('place >= 0.95')}",
        UPSERT,
        PEER_UPSERT,
    ),
    "delete of 5 %": (
        f"SELECT * FROM rows WHERE {CHANCE} < 5",
        ["WHEN MATCHED THEN DELETE"],
        "when_matched_delete()",
    ),
    "insert of 10 %": (
        new_rows(f"{CHANCE} < 10"),
        ["WHEN NOT MATCHED THEN INSERT *"],
        "when_not_matched_insert_all()",
    ),
    "upsert of 50 %": (f"SELECT * FROM rows WHERE {CHANCE} < 50", UPSERT, PEER_UPSERT),
}


def web_returns(scale):
    """A folder with the rows in order, the table, and the source of every case."""

    def make(folder):
        make_lake(folder)
        rows = sql_string(folder / "rows.parquet")
        [extension] = CACHE.parent.parent.glob("duckdb-*/extension/tpcds.duckdb_extension")
        order = "ORDER BY wr_order_number, wr_item_sk"
        # dsdgen makes every table of TPC-DS.
        spill = ["SET memory_limit = '3GB'", f"SET temp_directory = {sql_string(folder / 'spill')}"]
        numbered = f"SELECT *, (row_number() OVER ({order}) - 1) / count(*) OVER () AS place FROM web_returns {order}"
        subprocess.run(
            [DUCKDB, *spill, f"LOAD {sql_string(extension)}", f"CALL dsdgen(sf = {scale})", f"COPY ({numbered}) TO {rows}"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        place = "SELECT * EXCLUDE (place) FROM read_parquet({}) WHERE floor(place * {}) = {}"
        columns = f"CREATE TABLE bronze.web_returns WITH ('{VECTORS}' = 'false') AS {place.format(rows, FILES, 0)}"
        inserts = [f"INSERT INTO bronze.web_returns {place.format(rows, FILES, part)}" for part in range(1, FILES)]
        run(folder, ";\n".join([columns, *inserts]))
        for number, (source, _, _) in enumerate(CASES.values()):
            rows_of_source = f"WITH rows AS (FROM read_parquet({rows})) SELECT * EXCLUDE (place) FROM ({source})"
            copy = f"COPY ({rows_of_source}) TO {sql_string(folder / f'source-{number}.parquet')}"
            subprocess.run([DUCKDB, copy], check=True)

    return kept(f"web-returns-{scale:g}", make)


def delta_rs(table, source, clauses):
    return python_peer(
        f"""
import pyarrow.parquet as pq
from deltalake import DeltaTable
def work():
    merge = DeltaTable({str(table)!r}).merge(pq.read_table({str(source)!r}), {KEYS!r}, source_alias="s", target_alias="t")
    merge.{clauses}.execute()
"""
    )


def subjects(copies, source, clauses, peer_clauses, with_spark):
    merge = f"MERGE INTO {{}} t USING {{}} s ON {KEYS} {' '.join(clauses)}"
    ours = merge.format("bronze.web_returns", f"read_parquet({sql_string(source)})")
    peer = delta_rs(copies.folder("rs"), source, peer_clauses)
    all_of_them = [
        Subject("laguna", laguna_sql(copies.lake("laguna"), ours), copies.fresh("laguna", True), copies.folder("laguna")),
        Subject("delta-rs", peer, copies.fresh("rs", False), copies.folder("rs")),
    ]
    if with_spark:
        all_of_them += spark_peer.warm_subject(copies, True, lambda table: merge.format(table, f"parquet.`{source}`"))
    return all_of_them


def print_means(ratios):
    for name, of_cases in ratios.items():
        mean = math.exp(sum(map(math.log, of_cases)) / len(of_cases))
        print(f"\ngeometric mean of the cases, CPU: {name} {mean:.2f} x laguna")


def main():
    parser = argument_parser()
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--only", default="", help="cases that begin so")
    options = parser.parse_args()
    folder = web_returns(options.scale)
    ratios = {}
    with Copies(folder, "bronze/web_returns") as copies:
        for number, (title, (_, clauses, peer_clauses)) in enumerate(CASES.items()):
            if not title.startswith(options.only):
                continue
            source = folder / f"source-{number}.parquet"
            rivals = subjects(copies, source, clauses, peer_clauses, options.spark)
            measure(rivals, options.runs)
            report(f"{title}, CPU", rivals, "cpu_s")
            report_written(rivals)
            report_rows(copies.lake("laguna"), rivals)
            for rival in rivals[1:]:
                ratio = rival.best("cpu_s") / rivals[0].best("cpu_s")
                ratios.setdefault(rival.name, []).append(ratio)
    print_means(ratios)


if __name__ == "__main__":
    main()
