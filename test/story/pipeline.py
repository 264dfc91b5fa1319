# SPDX-License-Identifier: Apache-2.0
"""What stories of pipelines share: running one, and what it left behind."""

import hashlib
import json
import os
import subprocess

from story.lake import TIME_LIMIT_S


def attempt(lake, *arguments, **environment):
    """`laguna ARGUMENTS...` whatever its exit code."""
    return subprocess.run(
        [str(lake.program), "--lake", str(lake.folder), *arguments],
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_S,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "TZ": "Asia/Kathmandu", **environment},
    )


def run_pipeline(lake, *arguments):
    """The tables of the run's document, by name."""
    document = json.loads(lake.run("--json", "pipeline", "run", *arguments))
    assert document["state"] == "completed", document
    return {table["table"]: table for table in document["tables"]}


def states(tables):
    return {name: table["state"] for name, table in tables.items()}


def stored(lake):
    """Every file below the storage root with a hash of what is in it."""
    root = lake.folder / "lake"
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def versions(lake, table):
    return len(list((lake.table_path(table) / "_delta_log").glob("*.json")))
