# SPDX-License-Identifier: Apache-2.0
"""One-row commits to a table of 300,000 files and 10,000 versions, beside the same to an empty table. Opening the table
does not count: a program with one commit is subtracted from one with many."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import delta_log
from measure import LAGUNA, Subject, arguments, make_lake, measure, report

# Those of two checkpoints of the large table.
COMMITS = 400
VERSIONS = 10_000


def large_table(folder):
    """The newest version is VERSIONS - 1; its checkpoint is 9 versions older. No version is missing."""
    log = pathlib.Path(folder) / "_delta_log"
    delta_log.with_checkpoint(folder, commits=0)
    checkpoint = VERSIONS - 10
    for old in log.iterdir():
        old.rename(log / old.name.replace(f"{1000:020d}", f"{checkpoint:020d}"))
    (log / "_last_checkpoint").write_text(f'{{"version": {checkpoint}, "size": {delta_log.FILES + 2}}}')
    for version in range(VERSIONS):
        if version != checkpoint:
            delta_log.write_commit(log, version, [])


def commits(folder, count):
    script = folder / f"{count}.sql"
    script.write_text("".join(f"INSERT INTO bronze.t (id, day) VALUES ({i}, DATE '2024-01-01');\n" for i in range(count)))
    return [str(LAGUNA), "--lake", str(folder), "sql", str(script)]


def subject(name, folder, table):
    """`table(place)` makes the table there."""
    original = folder.with_name(folder.name + "-table")
    table(original)
    lake = make_lake(folder)

    def fresh():
        place = lake / "lake/bronze/t"
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-al", original, place], check=True)

    program = f"""
import json, os, subprocess, time
def run(command):
    wall, before = time.perf_counter(), os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return time.perf_counter() - wall, after.children_user + after.children_system - before.children_user - before.children_system
few, many = run({commits(lake, 1)!r}), run({commits(lake, 1 + COMMITS)!r})
print(json.dumps({{"wall_s": many[0] - few[0], "cpu_s": many[1] - few[1]}}))
"""
    return Subject(name, [sys.executable, "-c", program], fresh)


def empty_table(folder):
    log = folder / "_delta_log"
    log.mkdir(parents=True)
    delta_log.write_commit(log, 0, [{"protocol": delta_log.PROTOCOL}, {"metaData": delta_log.METADATA}])


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        subjects = [
            subject("empty table", scratch / "empty", empty_table),
            subject("300,000 files, 10,000 versions", scratch / "large", lambda place: delta_log.make(large_table, place)),
        ]
        measure(subjects, options.runs)
        report(f"a one-row commit, mean of {COMMITS}, elapsed", subjects, "wall_s", per=1000 / COMMITS, unit="ms")
        report(f"a one-row commit, mean of {COMMITS}, CPU", subjects, "cpu_s", per=1000 / COMMITS, unit="ms")


if __name__ == "__main__":
    main()
