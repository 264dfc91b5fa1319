# SPDX-License-Identifier: Apache-2.0
"""A table gets another name while others write it: every row that was written is there, under one name."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

NAMES = ("t", "u")


def succeeds(lake, statement):
    command = [str(lake.program), "--lake", str(lake.folder), "sql", "-c", statement]
    return subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0


def write(lake, writer, rounds):
    """How many of the rows got in."""
    done = 0
    for i in range(rounds):
        row = writer * rounds + i
        done += any(succeeds(lake, f"INSERT INTO bronze.{name} VALUES ({row})") for name in NAMES * 100)
    return done


@pytest.mark.parametrize("writers, rounds", [pytest.param(3, 6), pytest.param(4, 40, marks=pytest.mark.long)], ids=["few", "many"])
def test_rows_follow_the_name(lake, writers, rounds):
    lake.sql("CREATE TABLE bronze.t (k INTEGER)")
    with ThreadPoolExecutor(writers) as pool:
        written = [pool.submit(write, lake, writer, rounds) for writer in range(writers)]
        renamed = 0
        while not all(future.done() for future in written):
            before, after = NAMES if renamed % 2 == 0 else NAMES[::-1]
            renamed += succeeds(lake, f"ALTER TABLE bronze.{before} RENAME TO {after}")
    assert sum(future.result() for future in written) == writers * rounds
    assert renamed > 2
    tables = [row["name"] for row in lake.sql("SELECT name FROM laguna_show_tables('bronze')")]
    assert tables == [NAMES[renamed % 2]]
    assert lake.sql(f"SELECT count(*) AS rows, count(DISTINCT k) AS keys FROM bronze.{tables[0]}") == [
        {"rows": writers * rounds, "keys": writers * rounds}
    ]
    # Nothing is left under the other name.
    assert [path.name for path in lake.table_path("bronze.t").parent.iterdir()] == tables
