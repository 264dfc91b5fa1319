# SPDX-License-Identifier: Apache-2.0
"""Long statements show on a terminal how far they are: VACUUM and OPTIMIZE, each of which is one step to the engine."""

import os
import pty
import re
import subprocess

from story.lake import TIME_LIMIT_S

CLEARED = b"\r\x1b[K"


def percents(lake, statement, fault):
    """What the bar said, in its order, while the statement ran slowly; it left the terminal clean."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(lake.program), "--lake", str(lake.folder), "sql", "-c", statement],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "LAGUNA_FAULT": fault, "TERM": "xterm"},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    assert process.wait(TIME_LIMIT_S) == 0, shown
    assert shown.endswith(CLEARED), shown
    return [int(percent) for percent in re.findall(rb"(\d+) %", shown)]


def slow(operation, calls, delay_ms):
    """Each of the first calls waits longer than the one before."""
    return ";".join(f"{operation}:before:delay={delay_ms * (call + 1)}ms:{call + 1}" for call in range(calls))


def test_vacuum(lake):
    lake.sql("CREATE TABLE bronze.t AS SELECT 1 AS a")
    for number in range(2000):
        path = lake.table_path("bronze.t") / f"left-{number}.parquet"
        path.touch()
        os.utime(path, (1_600_000_000, 1_600_000_000))
    told = percents(lake, "VACUUM bronze.t", slow("delete_many:bronze/t/left", 4, 700))
    assert told == sorted(told)
    assert {25, 50, 75} <= set(told)
    assert lake.sql("FROM bronze.t") == [{"a": 1}]


def test_optimize(lake):
    lake.sql(
        "CREATE TABLE bronze.t (p INTEGER, a INTEGER) PARTITIONED BY (p);"
        "INSERT INTO bronze.t SELECT range, 1 FROM range(4); INSERT INTO bronze.t SELECT range, 2 FROM range(4)"
    )
    # Each partition is a step; the table's files are opened one after the other.
    told = percents(lake, "OPTIMIZE bronze.t", slow("open:.parquet", 20, 150))
    assert told == sorted(told)
    assert {25, 50, 75} <= set(told)
    assert lake.sql("SELECT count(*) AS n, sum(a) AS s FROM bronze.t") == [{"n": 8, "s": 12}]
