# SPDX-License-Identifier: Apache-2.0
"""Processes that commit to one table at the same time: how fast, how many statements fail, how slow the slowest is."""

import pathlib
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

from measure import LAGUNA, make_lake

UNITS_MS = {"ms": 1, "s": 1000, "min": 60_000}


@dataclass
class Outcome:
    name: str
    commits: int
    failed: int
    lost: int
    wall_s: float
    slowest_ms: float


def run_all(commands):
    """Starts all, lets them go at once when each has said that it is ready, gives their outputs and how long it took."""
    children = [
        subprocess.Popen(
            list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for command in commands
    ]
    for child in children:
        assert child.stdout.readline().strip() == "ready", child.communicate()[0]
    begin = time.perf_counter()
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    outputs = [child.communicate()[0] for child in children]
    return outputs, time.perf_counter() - begin


def laguna_race(lake, scripts):
    """A process for each script, a list of statements. One that fails ends its script: the rest counts as failed."""
    commands = []
    for number, statements in enumerate(scripts):
        script = lake / f"race-{number}.sql"
        script.write_text("".join(f"{statement};\n" for statement in statements))
        run = [sys.executable, "-c", STARTER, LAGUNA, "--lake", lake, "sql", "--timer", script]
        commands.append(run)
    outputs, wall_s = run_all(commands)
    took_ms, failed = [], 0
    for statements, output in zip(scripts, outputs):
        times = re.findall(r"Took ([\d.]+) (ms|s|min)\b", output)
        took_ms += [float(number) * UNITS_MS[unit] for number, unit in times]
        done = len(re.findall(r"rows? changed", output))
        failed += len(statements) - done
        if done < len(statements):
            print(output[-500:])
    return wall_s, failed, max(took_ms)


# What the clock does not see: the interpreter; what it sees: all of the program behind it.
STARTER = "import os, sys; print('ready', flush=True); sys.stdin.readline(); os.execv(sys.argv[1], sys.argv[1:])"


def python_race(programs):
    """Each program defines `work(i)` and `count`."""
    outputs, wall_s = run_all([[sys.executable, "-c", program + PYTHON_LOOP] for program in programs])
    failed = sum(len(re.findall(r"^failed", output, re.MULTILINE)) for output in outputs)
    took_ms = [float(ms) for output in outputs for ms in re.findall(r"^took ([\d.]+)", output, re.MULTILINE)]
    reasons = re.findall(r"^failed (.*)", "\n".join(outputs), re.MULTILINE)
    if reasons:
        print("  for example:", reasons[0])
    return wall_s, failed, max(took_ms)


PYTHON_LOOP = """
import sys, time
print("ready", flush=True)
sys.stdin.readline()
for i in range(count):
    begin = time.perf_counter()
    try:
        work(i)
    except Exception as error:
        print("failed", " ".join(str(error).split())[:200])
    print("took", (time.perf_counter() - begin) * 1000)
"""


def hold(title, contests, commits, counted):
    """Lets each contest, a name and what runs in a fresh lake, make so many commits; `counted` says how many are there."""
    outcomes = []
    for name, contest in contests:
        with tempfile.TemporaryDirectory() as scratch:
            lake = make_lake(pathlib.Path(scratch) / "lake")
            wall_s, failed, slowest_ms = contest(lake)
            lost = commits - failed - counted(lake)
            outcomes.append(Outcome(name, commits - failed, failed, lost, wall_s, slowest_ms))
    report(title, outcomes)


def report(title, outcomes):
    print(f"\n{title}")
    ours = outcomes[0].commits / outcomes[0].wall_s
    for outcome in outcomes:
        rate = outcome.commits / outcome.wall_s
        print(
            f"  {outcome.name:24} {rate:7.1f} commits/s  failed {outcome.failed:4}  lost {outcome.lost:4}"
            f"  slowest {outcome.slowest_ms:7.0f} ms  laguna is {ours / rate:5.2f} x"
        )
