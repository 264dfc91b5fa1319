# SPDX-License-Identifier: Apache-2.0
"""Opens a table of 300,000 files by its log and sums up its rows: from a checkpoint with 50 commits
behind it, and from 1,000 commits. Spark, where it is installed, is asked for the same count, which
it takes from the log too."""

import pathlib
import tempfile

import delta_log
import spark_peer
from measure import DUCKDB, Subject, arguments, laguna_sql, make_lake, measure, python_peer, report, sql_string


def delta_rs(table):
    return python_peer(
        f"""
import pyarrow as pa, pyarrow.compute as pc
from deltalake import DeltaTable
def work():
    adds = pa.table(DeltaTable({str(table)!r}).get_add_actions(flatten=True))
    print(adds.num_rows, pc.sum(pa.chunked_array(adds["num_records"])))
"""
    )


def duckdb_on_checkpoint(table):
    log = sql_string(f"{table}/_delta_log/*.checkpoint.parquet")
    return [
        DUCKDB,
        f"""SELECT count(*), sum((add.stats->>'numRecords')::BIGINT), count(DISTINCT add.path)
            FROM read_parquet({log}) WHERE add.path IS NOT NULL""",
    ]


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        lake = make_lake(scratch / "lake")
        for title, make in [
            ("300,000 files, checkpoint and 50 commits", delta_log.with_checkpoint),
            ("300,000 files, 1,000 commits", delta_log.from_commits),
        ]:
            table = scratch / make.__name__
            delta_log.make(make, table)
            count = f"SELECT count(*) FROM delta_scan({sql_string(table)})"
            subjects = [Subject("laguna", laguna_sql(lake, count)), Subject("delta-rs", delta_rs(table))]
            if make is delta_log.with_checkpoint:
                subjects.append(Subject("DuckDB, the checkpoint alone", duckdb_on_checkpoint(table)))
            if spark := spark_peer.peer(f"SELECT count(*) FROM delta.`{table}`"):
                subjects.append(Subject("Spark, from a started session", spark))
            measure(subjects, options.runs)
            report(f"{title}, CPU", subjects, "cpu_s")


if __name__ == "__main__":
    main()
