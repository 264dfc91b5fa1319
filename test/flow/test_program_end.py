# SPDX-License-Identifier: Apache-2.0
"""The program ends without taking the engine apart (app/process_end.h); nothing may be lost by it."""

import json
import os
import signal
import subprocess
import time

import pytest

from story.lake import TIME_LIMIT_S, CommandFailed

MANY = 300_000


def start(lake, *arguments, **streams):
    command = [str(lake.program), "--lake", str(lake.folder), *arguments]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **streams)


def spills(lake):
    return os.listdir(lake.folder / ".laguna/tmp")


def last_log_line(lake):
    return json.loads((lake.folder / ".laguna/log/laguna.log").read_text().splitlines()[-1])


def test_output_into_a_file_is_whole(lake, tmp_path):
    with open(tmp_path / "out.csv", "w") as out:
        process = start(lake, "sql", "-c", f"FROM range({MANY})", "--format", "csv", stdout=out)
        assert process.wait(TIME_LIMIT_S) == 0
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines == ["range", *map(str, range(MANY))]
    assert last_log_line(lake)["exit_code"] == 0


def test_output_into_a_slow_pipe_is_whole(lake):
    process = start(lake, "sql", "-c", f"FROM range({MANY})", "--format", "csv", stdout=subprocess.PIPE)
    time.sleep(0.5)
    out, _ = process.communicate(timeout=TIME_LIMIT_S)
    assert (process.returncode, len(out.splitlines())) == (0, MANY + 1)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("rows", [1, MANY])
def test_a_full_disk_is_reported(lake, rows):
    with open("/dev/full", "w") as full:
        process = start(lake, "sql", "-c", f"FROM range({rows})", "--format", "csv", stdout=full)
        _, err = process.communicate(timeout=TIME_LIMIT_S)
    assert process.returncode == 1
    assert "output could not be written" in err
    assert last_log_line(lake)["exit_code"] == process.returncode


def test_a_reader_that_went_away_ends_it_quietly(lake):
    process = start(lake, "sql", "-c", f"FROM range({MANY})", "--format", "csv", stdout=subprocess.PIPE)
    process.stdout.close()
    assert process.wait(TIME_LIMIT_S) == -signal.SIGPIPE
    assert process.stderr.read() == ""


def test_what_was_spilled_is_removed(lake):
    (spilled,) = lake.sql(
        "SET memory_limit = '64MB'; SET threads = 1;"
        "CREATE TEMP TABLE t AS SELECT hash(range) AS a, hash(range + 1) AS b FROM range(10_000_000);"
        "SELECT count(*) AS files FROM duckdb_temporary_files()"
    )[-1]
    assert spilled["files"] > 0
    assert spills(lake) == []


def test_a_database_file_that_was_attached_is_closed(lake):
    path = lake.folder / "other.duckdb"
    lake.sql(f"ATTACH '{path}' AS other; CREATE TABLE other.t AS SELECT 42 AS a")
    assert [file.name for file in lake.folder.glob("other.duckdb*")] == ["other.duckdb"]
    assert lake.sql(f"ATTACH '{path}' AS other; FROM other.t")[-1] == [{"a": 42}]


def test_a_transaction_left_open_is_rolled_back(lake):
    with pytest.raises(CommandFailed) as failed:
        lake.run("sql", "-c", "BEGIN; CREATE TABLE bronze.t AS SELECT 1 AS a")
    assert "rolled back" in failed.value.stderr
    assert failed.value.exit_code == last_log_line(lake)["exit_code"]
    assert not lake.table_path("bronze.t").joinpath("_delta_log").exists()


@pytest.mark.parametrize("asked_by, code", [(signal.SIGINT, 130), (signal.SIGTERM, 130)])
def test_an_interrupted_query_leaves_nothing_behind(lake, asked_by, code):
    query = "SELECT count(*) FROM range(10_000_000) a, range(10_000_000) b WHERE hash(a.range + b.range) = 0"
    process = start(lake, "sql", "-c", query, stdout=subprocess.PIPE)
    log = lake.folder / ".laguna/log/laguna.log"
    while not log.exists() and process.poll() is None:
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(asked_by)
    out, err = process.communicate(timeout=TIME_LIMIT_S)
    assert (process.returncode, out) == (code, ""), err
    assert last_log_line(lake)["exit_code"] == code
    assert spills(lake) == []
