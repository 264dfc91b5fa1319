# SPDX-License-Identifier: Apache-2.0
"""Opens a table of 300,000 files by its 1,000 commits and writes a checkpoint of it: Laguna behind
the commit that makes one due, the peer by its own call."""

import pathlib
import shutil
import subprocess
import tempfile

import delta_log
from measure import Subject, arguments, laguna_sql, make_lake, measure, python_peer, report


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        original, lake, theirs = scratch / "original", scratch / "lake", scratch / "theirs"
        delta_log.make(delta_log.from_commits, original)

        def fresh(folder):
            shutil.rmtree(folder, ignore_errors=True)
            folder.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-al", original, folder], check=True)

        def fresh_lake():
            shutil.rmtree(lake, ignore_errors=True)
            make_lake(lake)
            fresh(lake / "lake/bronze/t")

        delta_rs = f"""
from deltalake import DeltaTable
def work():
    DeltaTable({str(theirs)!r}).create_checkpoint()
"""
        insert = "INSERT INTO bronze.t (id, day) VALUES (1, DATE '2024-01-01')"
        subjects = [
            Subject("laguna, with its commit", laguna_sql(lake, insert), fresh_lake),
            Subject("delta-rs", python_peer(delta_rs), lambda: fresh(theirs)),
        ]
        measure(subjects, options.runs)
        assert list((lake / "lake/bronze/t/_delta_log").glob("*.checkpoint.parquet"))
        report("open 300,000 files from 1,000 commits and write a checkpoint, CPU", subjects, "cpu_s")


if __name__ == "__main__":
    main()
