# SPDX-License-Identifier: Apache-2.0
"""SIGKILL before and after every step a copy takes in the store, then the copy again.

After the second run, and whatever was killed, the zone holds exactly what one run makes: no row and
no file is missing, none is there twice, the history names every file, and a third run copies
nothing.
"""

import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess

import pytest

POINTS_MAX = 1000
# At every third point the history is read and a third run made; at all of them it takes twice as long.
LOOKED_CLOSELY_AT = 3
RUN_LIMIT_S = 60
HEADER = "id,last_modified\n"


def make_files(lake):
    for name, text in [("a.csv", "new"), ("sub/b.csv", "b" * 9000), ("c.csv", "")]:
        path = lake.folder / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def make_rows(lake):
    path = lake.folder / "s.csv"
    with open(path, "a") as file:
        if file.tell() == 0:
            file.write(HEADER + "1,2013-01-01\n2,2013-01-02\n")
        else:
            file.write("3,2013-01-02\n3,2013-01-02\n4,2013-01-03\n2,2013-01-03\n5,\n")


def make_table(lake):
    (lake.folder / "blocks").mkdir(exist_ok=True)
    (lake.folder / "blocks/office.yaml").write_text("type: sqlite\npath: office.db\n")
    connection = sqlite3.connect(lake.folder / "office.db")
    connection.execute("CREATE TABLE IF NOT EXISTS areas(id INTEGER)")
    connection.execute("INSERT INTO areas SELECT count(*) FROM areas")
    connection.commit()
    connection.close()


# Name -> (what makes or changes the source, the copy).
COPIES = {
    "files": (make_files, ["shop/", "landing/shop/"]),
    "rows": (make_rows, ["s.csv", "landing/rows/", "--incremental", "--lag", "1d"]),
    "table": (make_table, ["office:areas", "landing/office/"]),
}


def run(lake, arguments, fault=None):
    """The exit code and what it says; -SIGKILL where the fault killed it."""
    environment = {**os.environ, **({"LAGUNA_FAULT": fault} if fault else {})}
    done = subprocess.run(
        [str(lake.program), "--lake", str(lake.folder), "--json", "copy", *arguments],
        capture_output=True,
        text=True,
        timeout=RUN_LIMIT_S,
        stdin=subprocess.DEVNULL,
        env=environment,
    )
    return done.returncode, done.stdout, done.stderr


def landed(lake):
    root = lake.folder / "lake/landing"
    return sorted(path for path in root.rglob("*") if path.is_file() and not path.name.startswith(".tmp-"))


def content(lake, name):
    """What the zone holds: files by name, but of incremental copies the rows of all files."""
    if name != "rows":
        return {str(path.relative_to(lake.folder)): path.read_bytes() for path in landed(lake)}
    rows = []
    for path in landed(lake):
        with open(path, newline="") as file:
            rows += list(csv.reader(file))[1:]
    return sorted(rows)


def history(lake):
    return {row["file"] for row in lake.sql("SELECT file FROM laguna.copies")}


def restore(lake, copy):
    shutil.rmtree(lake.folder)
    shutil.copytree(copy, lake.folder)


@pytest.mark.parametrize(
    "when, again", [("after", False), ("before", True), ("after", True)], ids=["first", "later-before", "later-after"]
)
@pytest.mark.parametrize("name", COPIES)
def test_a_killed_copy_is_finished_by_the_next(lake, tmp_path, name, when, again):
    change, arguments = COPIES[name]
    change(lake)
    if again:
        assert run(lake, arguments)[0] == 0
        if name == "files":
            (lake.folder / "shop/a.csv").write_text("old")
            shutil.copy(lake.folder / "shop/a.csv", lake.folder / "shop/d.csv")
        else:
            change(lake)
    start = tmp_path / "start"
    shutil.copytree(lake.folder, start)
    code, _, stderr = run(lake, arguments)
    assert code == 0, stderr
    expected = content(lake, name)

    for nth in range(1, POINTS_MAX):
        restore(lake, start)
        code, _, stderr = run(lake, arguments, f"*::{when}:kill:{nth}")
        assert code in (0, -signal.SIGKILL), stderr
        point = f"killed {when} operation {nth}"
        killed = code != 0
        code, _, stderr = run(lake, arguments)
        assert code == 0, f"{point}: {stderr}"
        assert content(lake, name) == expected, point
        if nth % LOOKED_CLOSELY_AT == 0 or not killed:
            assert {str(path.relative_to(lake.folder / "lake")) for path in landed(lake)} <= history(lake), point
            code, stdout, stderr = run(lake, arguments)
            assert json.loads(stdout)["files"] == [], f"{point}: a third run copied again"
        if not killed:
            break
    else:
        pytest.fail(f"still killed after {POINTS_MAX} operations")
    assert nth > 5, "the copy touched too little to be killed"
