# SPDX-License-Identifier: Apache-2.0
"""Single-row appends to one table in one process, each a durable commit."""

import pathlib
import shutil
import tempfile

from measure import LAGUNA, Subject, arguments, make_lake, measure, python_peer, report

COMMITS = 200


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        target = scratch / "target"
        script = scratch / "appends.sql"
        inserts = [f"INSERT INTO bronze.log VALUES ({i}, 'event {i}');" for i in range(COMMITS)]
        script.write_text("\n".join(["CREATE TABLE bronze.log (id BIGINT, what VARCHAR);", *inserts]))

        def empty():
            shutil.rmtree(target, ignore_errors=True)

        def fresh_lake():
            empty()
            make_lake(target)

        delta_rs = f"""
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
def row(i):
    return pa.table({{"id": pa.array([i], pa.int64()), "what": [f"event {{i}}"]}})
write_deltalake({str(target)!r}, row(0).slice(0, 0))
table = DeltaTable({str(target)!r})
def work():
    for i in range({COMMITS}):
        write_deltalake(table, row(i), mode="append")
"""
        subjects = [
            # Start and CREATE TABLE count in ours, not in the peer's.
            Subject("laguna", [LAGUNA, "--lake", target, "sql", script], fresh_lake),
            Subject("delta-rs, kept handle", python_peer(delta_rs), empty),
        ]
        measure(subjects, options.runs)
        report(f"a one-row commit, mean of {COMMITS}, elapsed", subjects, "wall_s", per=1000 / COMMITS, unit="ms")


if __name__ == "__main__":
    main()
