# SPDX-License-Identifier: Apache-2.0
"""Runs commands in turns and compares what they cost (README.md says how a figure is made)."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / "build/release/bin"
LAGUNA = pathlib.Path(os.environ.get("LAGUNA", BIN / "laguna"))
DUCKDB = BIN / "duckdb_peer"


@dataclass
class Cost:
    wall_s: float
    cpu_s: float
    peak_mb: float
    written_mb: float = 0


@dataclass
class Subject:
    """A command to measure; `prepare` runs before each turn and costs nothing. What is new in `folder` behind it counts
    as written. One that warms itself up before it counts has no turn for that."""

    name: str
    command: list
    prepare: object = lambda: None
    folder: object = None
    costs: list = field(default_factory=list)
    warms_up: bool = True

    def best(self, figure):
        return min(getattr(cost, figure) for cost in self.costs)

    def median(self, figure):
        return statistics.median(getattr(cost, figure) for cost in self.costs)


def run_once(command):
    """The cost of a command by the kernel's account. A peer that prints `{"wall_s": ..., "cpu_s":
    ...}` as its last line has counted by itself, from after its imports; `peak_mb` too, where the
    work is another process's."""
    with tempfile.TemporaryFile() as output:
        begin = time.perf_counter()
        child = subprocess.Popen(list(map(str, command)), stdout=output, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall_s = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))[:200]} ended with {child.returncode}")
        output.seek(0)
        last = (output.read().decode(errors="replace").strip().splitlines() or [""])[-1]
    cost = Cost(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
    if last.startswith('{"wall_s"'):
        own = json.loads(last)
        cost = Cost(own["wall_s"], own["cpu_s"], own.get("peak_mb", cost.peak_mb))
    return cost


def files_below(folder):
    """Inode and size of every file, by its path."""
    if folder is None:
        return {}
    states = {path: path.stat() for path in folder.rglob("*") if path.is_file()}
    return {path: (state.st_ino, state.st_size) for path, state in states.items()}


def measure(subjects, runs):
    """Fills in the costs: a warm-up each, then `runs` rounds in which every subject has its turn."""
    for turn in range(runs + 1):
        for subject in subjects:
            if turn == 0 and not subject.warms_up:
                continue
            subject.prepare()
            before = files_below(subject.folder)
            cost = run_once(subject.command)
            new = files_below(subject.folder).items() - before.items()
            cost.written_mb = sum(size for _, (_, size) in new) / 1e6
            if turn > 0:
                subject.costs.append(cost)


def report(title, subjects, figure, per=1.0, unit=""):
    """Prints one line per subject: minimum, median, peak memory, ratio to the first subject."""
    print(f"\n{title}")
    ours = subjects[0].best(figure)
    for subject in subjects:
        best, median = subject.best(figure) * per, subject.median(figure) * per
        ratio = subject.best(figure) / ours
        print(
            f"  {subject.name:32} {figure.removesuffix('_s')} {best:9.3f} {unit or 's'} (median {median:.3f})"
            f"  peak {subject.best('peak_mb'):6.0f} MB  {ratio:5.2f} x {subjects[0].name}"
        )


def report_written(subjects):
    """What the subjects with a folder left there."""
    for subject in subjects:
        print(f"  {subject.name:32} wrote {subject.best('written_mb'):9.2f} MB")


def python_peer(code):
    """A Python program that counts from after its imports: `code` defines `prepare` and `work`."""
    program = f"""
import json, time
{code}
wall, cpu = time.perf_counter(), time.process_time()
work()
print(json.dumps({{"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}}))
"""
    return [sys.executable, "-c", program]


def sql_string(value):
    return "'" + str(value).replace("'", "''") + "'"


def make_lake(folder):
    folder.mkdir(parents=True)
    (folder / "laguna.yaml").write_text("name: bench\n")
    return folder


def laguna_sql(lake, text):
    return [LAGUNA, "--lake", lake, "sql", "-c", text]


def argument_parser():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    return parser


def arguments():
    return argument_parser().parse_args()
