# SPDX-License-Identifier: Apache-2.0
"""The reference page is what the program says of itself."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_page_is_current(program):
    printed = subprocess.run(
        [sys.executable, ROOT / "scripts/reference", "--print"],
        check=True,
        capture_output=True,
        text=True,
        env={"LAGUNA": str(program), "PATH": "/usr/bin:/bin"},
    ).stdout
    page = (ROOT / "docs/reference.md").read_text()
    assert printed == page, "run scripts/reference and commit docs/reference.md"
