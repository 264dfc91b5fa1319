# SPDX-License-Identifier: Apache-2.0
"""The history of a copy: kills, neighbours, other machines, other words for the same copy; copies as tasks."""

import json
import os
import shutil
import signal
import subprocess
import time

import pytest

from story.copies import HEADER, RUN_LIMIT_S, copy, landed, refused, write
from story.copies import office  # noqa: F401  (a fixture)
from story.lake import CommandFailed, Lake


def test_another_cursor_does_not_begin_anew_without_a_word(lake):
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n")
    copy(lake, "s.csv", "landing/", "--incremental", "--cursor", "id")
    error = refused(lake, "s.csv", "landing/", "--incremental")
    assert error["code"] == "copy.other_cursor" and "--cursor id" in error["hint"], error
    assert copy(lake, "s.csv", "landing/other/", "--incremental")["rows"] == 1


def test_a_source_under_another_spelling_is_the_same_copy(lake, tmp_path):
    write(lake.folder / "a/s.csv", HEADER + "1,1,2013-01-01\n")
    outside = write(tmp_path / "out/s.csv", HEADER + "1,1,2013-01-01\n")
    (lake.folder / "link").symlink_to("a")
    for folder, spellings in [
        ("one", ["a/s.csv", lake.folder / "a/s.csv", "link/s.csv", "./a/../a/s.csv"]),
        ("two", [outside, os.path.relpath(outside, lake.folder)]),
    ]:
        rows = [copy(lake, name, f"landing/{folder}/", "--incremental")["rows"] for name in spellings]
        assert rows == [1] + [0] * (len(spellings) - 1)
    assert copy(lake, "a/s.csv", "landing/one/", "--incremental", "--cursor", "LAST_MODIFIED")["rows"] == 0


def test_a_damaged_history_is_named(lake):
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n")
    copy(lake, "s.csv", "landing/", "--incremental")
    [record] = (lake.folder / "lake/_laguna/copies").glob("*/*1.json")
    record.write_text("{")
    error = refused(lake, "s.csv", "landing/", "--incremental")
    assert error["code"] == "copy.damaged_record" and "'s.csv'" in error["message"] and "backup" in error["hint"]


def test_a_lost_window_is_named(lake):
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n")
    copy(lake, "s.csv", "landing/", "--incremental")
    [window] = (lake.folder / "lake/_laguna/copies").glob("*/*.window.parquet")
    window.unlink()
    error = refused(lake, "s.csv", "landing/", "--incremental")
    assert error["code"] == "copy.window_gone" and "'s.csv'" in error["message"] and error["hint"]


def test_two_processes_make_one_copy(lake):
    write(lake.folder / "s.csv", HEADER + "".join(f"{i},1,2013-01-01\n" for i in range(1000)))
    command = [str(lake.program), "--lake", str(lake.folder), "copy", "s.csv", "landing/", "--incremental"]
    slow = {**os.environ, "LAGUNA_FAULT": "finish:landing:before:delay=2000ms:1"}
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=slow)
    time.sleep(1)
    second = subprocess.run(command, capture_output=True, text=True, timeout=RUN_LIMIT_S)
    out, err = first.communicate(timeout=RUN_LIMIT_S)
    assert first.returncode == 0 and second.returncode == 0, (err, second.stderr)
    assert "1 file copied (1,000 rows)" in out
    assert f"Waiting for process {first.pid}" in second.stderr
    assert "no new rows" in second.stdout
    assert len(landed(lake)) == 1


def test_copies_of_equal_name_never_take_each_others_file(lake):
    for folder in ["a", "b", "c"]:
        write(lake.folder / folder / "s.csv", HEADER + "".join(f"{folder}{i},1,2013-01-01\n" for i in range(3)))
    command = [str(lake.program), "--lake", str(lake.folder), "copy"]
    for run in range(3):
        started = [
            subprocess.Popen([*command, f"{folder}/s.csv", f"landing/{run}/", "--incremental"], stdout=subprocess.DEVNULL)
            for folder in ["a", "b", "c"]
        ]
        assert [process.wait(timeout=RUN_LIMIT_S) for process in started] == [0, 0, 0]
        assert len(landed(lake, f"landing/{run}")) == 3
        assert lake.sql(f"SELECT count(DISTINCT id) AS n FROM 'landing/{run}/*.csv'") == [{"n": 9}]


def test_two_machines_on_one_storage_double_nothing(lake, tmp_path):
    write(tmp_path / "s.csv", HEADER + "1,1,2013-01-01\n2,2,2013-01-02\n")
    other = Lake(lake.program, tmp_path / "other")
    other.folder.mkdir()  # locks of its own, as on another machine
    settings = (lake.folder / "laguna.yaml").read_text()
    write(other.folder / "laguna.yaml", settings + f"\nstorage: {{root: '{lake.folder}/lake'}}\n")
    words = [tmp_path / "s.csv", "landing/", "--incremental"]
    slow = subprocess.Popen(
        [str(lake.program), "--lake", str(lake.folder), "--json", "copy", *map(str, words)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "LAGUNA_FAULT": "finish:landing:before:delay=3000ms:1"},
    )
    time.sleep(1.5)
    assert copy(other, *words)["rows"] == 2
    _, stderr = slow.communicate(timeout=RUN_LIMIT_S)
    assert slow.returncode != 0 and json.loads(stderr)["error"]["code"] == "copy.conflict", stderr
    assert len(landed(lake)) == 1
    with open(tmp_path / "s.csv", "a") as file:
        file.write("3,3,2013-01-03\n")
    assert copy(lake, *words)["rows"] == 1 and copy(other, *words)["rows"] == 0
    assert lake.sql("SELECT count(*) AS n FROM 'landing/*.csv'") == [{"n": 3}]


def test_ctrl_c_stops_and_leaves_nothing(lake, tmp_path):
    source = write(tmp_path / "a.csv", "x\n" * 100000)
    process = subprocess.Popen(
        [str(lake.program), "--lake", str(lake.folder), "copy", str(source), "landing/"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "LAGUNA_FAULT": "append:landing:before:delay=2000ms:1"},
    )
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, said_last = process.communicate(timeout=RUN_LIMIT_S)
    assert process.returncode == 130 and "Stopped. Nothing was copied;" in said_last
    assert landed(lake) == []
    assert len(copy(lake, source, "landing/")["files"]) == 1


def test_as_a_task_of_a_flow(lake, office):  # noqa: F811
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n2,2,2013-01-02\n")
    write(
        lake.folder / "flows/fetch.yaml",
        "flow: fetch\n"
        "tasks:\n"
        "  sales: {type: copy, from: s.csv, to: landing/sales/, mode: incremental, lag: 1h}\n"
        "  areas: {type: copy, from: 'office:areas', to: landing/office/}\n"
        "  check:\n"
        "    type: sql\n"
        "    needs: [sales, areas]\n"
        "    sql: SELECT $n AS n\n"
        "    parameters: {n: '{{ tasks.sales.rows + tasks.areas.rows + tasks.sales.files }}'}\n",
    )
    lake.run("flow", "run", "fetch")
    assert len(landed(lake)) == 2
    outputs = lake.sql("SELECT outputs::VARCHAR AS o FROM laguna.task_runs WHERE task = 'check'")
    assert '"n"' in outputs[0]["o"] and "5" in outputs[0]["o"], outputs
    lake.run("flow", "run", "fetch")
    assert len(landed(lake)) == 2


def test_a_wrong_task_is_found_before_it_runs(lake):
    write(lake.folder / "flows/f.yaml", "flow: f\ntasks:\n  t: {type: copy, from: a, to: landing/, mod: full}\n")
    with pytest.raises(CommandFailed) as failure:
        lake.run("flow", "run", "f")
    assert "'mode'" in failure.value.stderr


def test_the_lake_can_be_moved(lake, tmp_path):
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n")
    copy(lake, "s.csv", "landing/", "--incremental")
    moved = tmp_path / "elsewhere"
    shutil.move(lake.folder, moved)
    lake.folder = moved
    assert copy(lake, "s.csv", "landing/", "--incremental")["files"] == []
