# SPDX-License-Identifier: Apache-2.0
"""SIGKILL during `laguna pipeline run`, at every step in the store and at any moment, then run again.

The second run must give what a run without the kill gives: no row lost, none twice, and each row's
expectations counted once.
"""

import os
import random
import shutil
import signal
import subprocess
import time

import pytest

from story.shop import check_shop, write_day, write_pipeline, write_shop

# Reading changes nothing, so only steps that write are killed.
WRITING = ("write", "finish", "sync", "put", "put_if_absent", "delete_many", "move_folder")
POINTS_MAX = 1000
RUN_LIMIT_S = 60
RANDOM_KILLS = 20
COUNTS = """SELECT "table", name, sum(passed) AS passed, sum(failed) AS failed FROM laguna.expectations GROUP BY ALL"""


def run(lake, **environment):
    return subprocess.run(
        [str(lake.program), "--lake", str(lake.folder), "pipeline", "run"],
        capture_output=True,
        text=True,
        timeout=RUN_LIMIT_S,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


def restore(lake, copy):
    shutil.rmtree(lake.folder)
    shutil.copytree(copy, lake.folder)


def check_all(lake, days, counts):
    done = run(lake)
    assert done.returncode == 0, done.stderr
    check_shop(lake, days)
    assert lake.texts(COUNTS) == counts


def prepare(lake, tmp_path):
    """A lake with one day in its tables and two more in its files; gives its copy and the counts due."""
    write_shop(lake)
    write_day(lake, 1)
    assert run(lake).returncode == 0
    for day in (2, 3):
        write_day(lake, day)
    copy = tmp_path / "copy"
    shutil.copytree(lake.folder, copy)
    assert run(lake).returncode == 0
    check_shop(lake, [1, 2, 3])
    return copy, lake.texts(COUNTS)


# Before a step is nearly after the one before it.
@pytest.mark.parametrize("when", [pytest.param("before", marks=pytest.mark.long), "after"])
@pytest.mark.parametrize("fresh", [True, False], ids=["first_run", "next_run"])
def test_a_kill_at_any_step_in_the_store(lake, tmp_path, when, fresh):
    copy, counts = prepare(lake, tmp_path)
    if fresh:
        shutil.rmtree(copy)
        copy.mkdir()
        (copy / "laguna.yaml").write_text("name: story\n")
        shutil.copytree(lake.folder / "pipelines", copy / "pipelines")
        shutil.copytree(lake.folder / "lake/landing", copy / "lake/landing")
        restore(lake, copy)
        assert run(lake).returncode == 0
        counts = lake.texts(COUNTS)
    kills = sum(kill_at_every(lake, copy, counts, f"{operation}::{when}:kill") for operation in WRITING)
    assert kills > 10, "the run touched nothing that could be killed"


def kill_at_every(lake, copy, counts, fault):
    """Kills the run at the first, second, ... such step; gives how many there were."""
    for nth in range(1, POINTS_MAX):
        restore(lake, copy)
        done = run(lake, LAGUNA_FAULT=f"{fault}:{nth}")
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        if done.returncode == 0:
            return nth - 1
        check_all(lake, [1, 2, 3], counts)
    return pytest.fail(f"still killed after {POINTS_MAX} steps of {fault}")


def test_a_file_that_changes_after_the_kill_is_counted_once(lake):
    folder = lake.folder / "lake/landing/s"
    folder.mkdir(parents=True)
    (folder / "1.csv").write_text("a\n1\n2\n")
    write_pipeline(
        lake,
        s="CREATE STREAMING TABLE bronze.s (CONSTRAINT c EXPECT (a > 1)) AS "
        "SELECT * FROM STREAM read_files('landing/s/*.csv');",
    )
    assert run(lake).returncode == 0
    (folder / "2.csv").write_text("a\n3\n")
    killed = run(lake, LAGUNA_FAULT="put_if_absent:bronze/s/_delta_log:before:kill:1")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    (folder / "2.csv").write_text("a\n3\n4\n5\n")
    done = run(lake)
    assert done.returncode == 0, done.stderr
    assert lake.texts("SELECT count(*) FROM bronze.s") == [("5",)]
    assert lake.texts(COUNTS) == [("bronze.s", "c", "4", "1")]


def test_a_kill_at_any_moment(lake, tmp_path):
    copy, counts = prepare(lake, tmp_path)
    restore(lake, copy)
    started = time.monotonic()
    assert run(lake).returncode == 0
    took = time.monotonic() - started
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    killed = 0
    for _ in range(RANDOM_KILLS):
        restore(lake, copy)
        process = subprocess.Popen(
            [str(lake.program), "--lake", str(lake.folder), "pipeline", "run"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )
        time.sleep(moments.uniform(0, took))
        process.kill()
        killed += process.wait() != 0
        check_all(lake, [1, 2, 3], counts)
    assert killed > RANDOM_KILLS / 4, f"seed {seed}: hardly a run was met"
