# SPDX-License-Identifier: Apache-2.0
"""The reference cases of statements that change rows and tables (conformance/dml of the shared data).

What Spark made of each stands in its file; the suite's own runner compares. With another reader each table that a
case leaves is read again by that one, and so are its changes.
"""

import os
import re
import subprocess
import sys

import pytest
from conftest import ROOT

THEMES = [
    "alter",
    "cdf",
    "constraints",
    "delete",
    "generated_identity_default",
    "insert",
    "merge_basic",
    "merge_clauses",
    "merge_errors",
    "merge_schema_evolution",
    "nested_updates",
    "optimize_vacuum",
    "overwrite",
    "partitions",
    "time_travel_restore",
    "types",
    "update",
]
# Of a theme with Spark, on a busy machine.
TIME_LIMIT_S = 1800


@pytest.fixture
def suite(shared):
    folder = shared / "conformance/dml"
    if not folder.is_dir():
        pytest.skip(f"shared data: {folder} is not there")
    return folder


def run(suite, theme, program, folder, *options):
    """What the runner says, once every case of the theme passed."""
    # Its own program finds no jars where the local cache of Maven holds only their descriptions.
    jars = subprocess.check_output([ROOT / "scripts/setup", "--jars"], text=True).strip()
    done = subprocess.run(
        [sys.executable, suite / "run_laguna.py", suite / f"{theme}.yaml", "--jobs", "2", *options],
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_S,
        env={**os.environ, "LAGUNA": str(program), "DELTA_JARS": jars, "TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    passed = re.search(r"^(\d+) passed, 0 failed$", done.stdout, re.MULTILINE)
    # A case without an expectation is left out by the runner.
    all_ran = passed and int(passed[1]) > 0 and "no expectation" not in done.stdout
    if done.returncode != 0 or not all_ran:
        pytest.fail(f"{theme} {' '.join(options)}\n{done.stdout}{done.stderr}", pytrace=False)
    return done.stdout


def test_every_theme_is_run(suite):
    assert THEMES == sorted(path.stem for path in suite.glob("*.yaml"))


@pytest.mark.parametrize("theme", THEMES)
def test_cases_end_as_the_reference_says(suite, theme, program, tmp_path):
    run(suite, theme, program, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("reader", ["delta-rs", pytest.param("spark", marks=pytest.mark.spark)])
def test_another_reader_reads_the_same(suite, theme, reader, program, tmp_path):
    said = run(suite, theme, program, tmp_path, "--verify", reader)
    tables = re.search(r"^read again by \S+: (\d+) tables, (\d+) could not be", said, re.MULTILINE)
    assert int(tables[1]) > 0, said
    if reader == "spark":
        assert tables[2] == "0", said
