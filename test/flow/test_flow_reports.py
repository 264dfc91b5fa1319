# SPDX-License-Identifier: Apache-2.0
"""What a run of a flow tells, while it goes on and afterwards: places of errors, results, logs."""

import json
import resource
import subprocess
import time

import pytest

from story.lake import CommandFailed

TIME_LIMIT_S = 60


def write_flow(lake, name, text):
    folder = lake.folder / "flows"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(f"flow: {name}\n{text}")


def run_flow(lake, name, *arguments):
    """The run as --json tells it, and what stood on stderr."""
    done = subprocess.run(
        [str(lake.program), "--lake", str(lake.folder), "--json", "flow", "run", name, *arguments],
        capture_output=True, text=True, timeout=TIME_LIMIT_S, stdin=subprocess.DEVNULL,
    )
    return json.loads(done.stdout)


WRONG = """tasks:
  one: {type: sql, sql: "selec 1"}
  block:
    type: sql
    sql: |
      SELECT 1;
      SELECT nope FROM range(3)
  made: {type: sql, sql: "SELECT {{ 'x' || 'y' }}"}
  file: {type: sql, file: sql/day.sql}
  text: {type: shell, arguments: [echo, "{{ NULL }}"]}
"""


def test_errors_have_their_place_wherever_they_are_told(lake):
    (lake.folder / "sql").mkdir()
    (lake.folder / "sql/day.sql").write_text("SELECT 1;\nSELECT x\nFROM bronze.nope;\n")
    write_flow(lake, "wrong", WRONG)
    run = run_flow(lake, "wrong")
    tasks = {task["task"]: task for task in run["tasks"]}
    places = {
        "one": "flows/wrong.yaml:3:26",
        "block": "flows/wrong.yaml:8:14",
        "made": "flows/wrong.yaml:9:27",
        "file": "sql/day.sql:3:6",
        "text": "flows/wrong.yaml:11:41",
    }
    for name, place in places.items():
        error = tasks[name]["error"]
        told = f"{error['place']['file']}:{error['place']['line']}:{error['place']['column']}"
        assert told == place, error
        assert tasks[name]["message"] == f"{place}: {error['message']}"
    assert tasks["made"]["error"]["values"] == {"statement": "SELECT xy"}
    assert "coalesce(NULL, '')" in tasks["text"]["error"]["hint"]
    assert run["message"].startswith("5 tasks failed: 'one', 'block', 'made', 'file', 'text'. The first: flows/")
    [recorded] = json.loads(lake.run("runs", "--json"))
    assert recorded["message"] == run["message"]


def test_verbose_runs_show_a_log_line_by_line(lake):
    write_flow(lake, "wrong", 'tasks:\n  one: {type: sql, sql: "selec 1"}\n')
    with pytest.raises(CommandFailed) as failure:
        lake.run("flow", "run", "wrong", "--verbose")
    said = failure.value.stderr
    assert 'one | flows/wrong.yaml:3:26: error: Syntax error at or near "selec".\n' in said, said
    assert 'one |  3 |   one: {type: sql, sql: "selec 1"}\none |    |' in said, said
    assert "\\n" not in said
    assert "is FAILED: Task 'one' failed: flows/wrong.yaml:3:26: Syntax error" in said


def test_results_look_as_those_of_queries(lake):
    query = (
        "SELECT 25.50::DECIMAL(10, 2) AS price, sum(range) AS total, "
        "170141183460469231731687303715884105727::HUGEINT AS huge, 0.1::DOUBLE AS part, "
        "'nan'::DOUBLE AS nothing, DATE '2024-01-31' AS day, TIMESTAMP '2024-01-31 10:00:00' AS local, "
        "TIMESTAMPTZ '2024-01-31 10:00:00+00' AS moment, [1.5, NULL] AS list, "
        "{'a': TIMESTAMPTZ '2024-01-31 10:00:00+00'} AS nested FROM range(3)"
    )
    with open(lake.folder / "laguna.yaml", "a") as file:
        file.write("\ntimezone: America/Bogota\n")
    write_flow(lake, "result", f'tasks:\n  q: {{type: sql, sql: "{query}"}}\n')
    result = run_flow(lake, "result")["tasks"][0]["outputs"]["result"]
    assert [result] == lake.sql(query)
    assert result["price"] == 25.5 and result["total"] == 3 and result["moment"] == "2024-01-31T05:00:00-05:00"
    kept = lake.sql("SELECT outputs FROM laguna.task_runs")[0]["outputs"]
    assert (json.loads(kept) if isinstance(kept, str) else kept)["result"] == result


def test_logs_follow_a_run_that_goes_on(lake):
    write_flow(
        lake,
        "slow",
        "tasks:\n"
        "  first: {type: shell, command: 'echo one; while ! [ -e go ]; do sleep 0.05; done; echo two'}\n"
        "  second: {type: sql, sql: SELECT 1, needs: [first]}\n",
    )
    command = [str(lake.program), "--lake", str(lake.folder)]
    run = subprocess.Popen([*command, "flow", "run", "slow"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + TIME_LIMIT_S
    while not list(lake.folder.glob(".laguna/logs/runs/*/first.log")):
        assert time.monotonic() < end
        time.sleep(0.02)
    follow = subprocess.Popen([*command, "logs", "--follow"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seen = ""
    while " one" not in seen:
        seen += follow.stdout.readline()
    assert "first | " in seen and " two" not in seen
    (lake.folder / "go").touch()
    rest, notes = follow.communicate(timeout=TIME_LIMIT_S)
    assert run.wait(timeout=TIME_LIMIT_S) == 0 and follow.returncode == 0
    assert " two\n" in rest and "second | " in rest and "is COMPLETED." in notes
    lines = [json.loads(line) for line in lake.run("logs", "--follow", "--json").splitlines()]
    assert [line["text"] for line in lines if line["task"] == "first"][-2:] == ["one", "two"]


def test_a_disk_that_is_full_is_named(lake):
    write_flow(lake, "small", "tasks:\n  one: {type: sql, sql: SELECT 1}\n")

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))

    done = subprocess.run(
        [str(lake.program), "--lake", str(lake.folder), "flow", "run", "small"],
        capture_output=True, text=True, timeout=TIME_LIMIT_S, preexec_fn=limit, stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 1, done
    assert "state.db" in done.stderr and "File too large" in done.stderr, done.stderr
    assert "disk I/O error" not in done.stderr
