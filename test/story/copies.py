# SPDX-License-Identifier: Apache-2.0
"""What the stories of copies share: running one, and looking at what it made."""

import csv
import json
import sqlite3
import subprocess

import pytest

from story.lake import CommandFailed

RUN_LIMIT_S = 60
HEADER = "id,amount,last_modified\n"


def copy(lake, *arguments, **environment):
    """`laguna copy ... --json`, as a dict."""
    return json.loads(lake.run("--json", "copy", *map(str, arguments), **environment))


def refused(lake, *arguments, **environment):
    """The error of a copy that has to fail."""
    with pytest.raises(CommandFailed) as failure:
        copy(lake, *arguments, **environment)
    return json.loads(failure.value.stderr)["error"]


def landed(lake, folder="landing"):
    """Every file of a zone's folder, by path below the storage root."""
    root = lake.folder / "lake"
    return sorted(str(path.relative_to(root)) for path in (root / folder).rglob("*") if path.is_file())


def rows_of(lake, report):
    """The rows of the one CSV file of a report, as lists; header first."""
    assert len(report["files"]) == 1, report
    with open(lake.folder / "lake" / report["files"][0]["file"], newline="") as file:
        return list(csv.reader(file))


def write(path, text, encoding="utf-8"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding=encoding)
    return path


def said(lake, *arguments):
    """What a copy says to people: its result, and beside it."""
    done = subprocess.run(
        [str(lake.program), "--lake", str(lake.folder), "copy", *arguments],
        capture_output=True, text=True, timeout=RUN_LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


@pytest.fixture
def office(lake):
    """A SQLite database behind the block `office`."""
    path = lake.folder / "office.db"
    (lake.folder / "blocks").mkdir()
    (lake.folder / "blocks/office.yaml").write_text("type: sqlite\npath: office.db\n")
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE areas(id INTEGER, name TEXT, budget REAL, since DATE, last_modified TIMESTAMP);"
        "INSERT INTO areas VALUES (1, 'north', 0.1, '2013-01-01', '2013-01-01 10:00:00'),"
        "(2, '', NULL, NULL, '2013-01-01 11:00:00');"
    )
    connection.commit()
    yield connection
    connection.close()
