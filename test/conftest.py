# SPDX-License-Identifier: Apache-2.0
"""What all stories share: the program under test and a fresh lake."""

import os
import pathlib

import pytest

from story.lake import Lake

ROOT = pathlib.Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def program():
    """The laguna to test: $LAGUNA, else the release build."""
    path = pathlib.Path(os.environ.get("LAGUNA", ROOT / "build/release/bin/laguna")).resolve()
    assert path.exists(), f"{path} is not there; `make build` makes it, or set LAGUNA"
    return path


@pytest.fixture
def lake(program, tmp_path):
    """A lake of its own for one test, with the default zones."""
    folder = tmp_path / "lake"
    folder.mkdir()
    (folder / "laguna.yaml").write_text("name: story\n")
    return Lake(program, folder)


@pytest.fixture(scope="session")
def shared():
    """The folder of shared test data; a test that wants it is skipped, or fails in CI, without."""
    folder = pathlib.Path(os.environ.get("LAGUNA_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"shared data: {folder} is not there")
    return folder
