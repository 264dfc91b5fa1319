# SPDX-License-Identifier: Apache-2.0
"""The examples of the documentation run, and print what the page says.

Every ```console block of a page is a session in one fresh folder a page: a line `$ command` is run
by bash with `laguna` on the PATH, the lines below it are what it prints (stdout, then stderr). A
line `...` stands for any number of lines, `...` within a line for what varies there.
"""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
TIME_LIMIT_S = 60


def sessions(text):
    """The steps of a page: (line number, command, expected lines)."""
    steps = []
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and line.startswith("$ "):
            steps.append((number, line[2:], []))
        elif inside and (line == ">" or line.startswith("> ")) and steps and not steps[-1][2]:
            at, command, expected = steps[-1]
            steps[-1] = (at, command + "\n" + line[2:], expected)
        elif inside and steps:
            steps[-1][2].append(line)
    return steps


def matches(expected, printed):
    """Whether the lines are equal, where a line `...` stands for any number of them."""
    if not expected:
        return not printed
    if expected[0] == "...":
        return any(matches(expected[1:], printed[i:]) for i in range(len(printed) + 1))
    return bool(printed) and is_line(expected[0], printed[0]) and matches(expected[1:], printed[1:])


def is_line(expected, printed):
    parts = map(re.escape, expected.split("..."))
    return re.fullmatch(".*".join(parts), printed) is not None


def run(command, folder, program):
    """What the command prints, as lines without trailing blanks, and the folder it ended in."""
    marker = folder.parent / "ended-in"
    done = subprocess.run(
        ["bash", "-c", f"{command}\nstatus=$?\npwd > '{marker}'\nexit $status"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_S,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "TZ": "Asia/Kathmandu"},
    )
    lines = [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]
    return [line for line in lines if line], pathlib.Path(marker.read_text().strip())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_print_what_the_page_says(page, program, tmp_path):
    folder = tmp_path / "session"
    folder.mkdir()
    for number, command, expected in sessions(page.read_text()):
        printed, folder = run(command, folder, program)
        expected = [line.rstrip() for line in expected if line.strip()]
        assert matches(expected, printed), "\n".join(
            [f"{page.name}:{number}: $ {command}", "the page says:", *expected, "it prints:", *printed]
        )


def test_every_page_is_in_the_index():
    index = (ROOT / "docs" / "README.md").read_text()
    missing = [page.name for page in PAGES if page.name != "README.md" and page.name not in index]
    assert not missing


def test_system_tables_are_as_their_page_says(lake):
    page = (ROOT / "docs/system-tables.md").read_text()
    rows = [re.findall(r"`([a-z_.]+)`", line) for line in page.splitlines() if line.startswith("| `laguna.")]
    there = lake.sql("SELECT name, column_names FROM (SHOW ALL TABLES) WHERE database = 'laguna'")
    assert {row[0]: row[1:] for row in rows} == {"laguna." + t["name"]: t["column_names"] for t in there}


def test_table_features_are_as_their_page_says(lake):
    page = (ROOT / "docs/delta.md").read_text()
    rows = re.findall(r"^\| `([A-Za-z0-9-]+)` \| (yes|no) \| (yes|no) \|", page, re.MULTILINE)
    there = lake.sql("FROM laguna_table_features()")
    said = [(row["feature"], *("yes" if row[verb] else "no" for verb in ("reads", "writes"))) for row in there]
    assert rows == said


def test_table_properties_are_as_their_page_says(lake):
    page = (ROOT / "docs/delta.md").read_text()
    rows = re.findall(r"^\| `(delta\.[A-Za-z0-9.-]+)` \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", page, re.MULTILINE)
    there = lake.sql("FROM laguna_table_properties()")
    assert [tuple(cell.strip() for cell in row) for row in rows] == [tuple(row.values()) for row in there]
