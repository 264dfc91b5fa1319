# SPDX-License-Identifier: Apache-2.0
"""Stories of flows: what happens when somebody stops them, kills them, runs two, or keeps a secret."""

import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

from story.lake import CommandFailed

TIME_LIMIT_S = 60


def write_flow(lake, name, text):
    folder = lake.folder / "flows"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(f"flow: {name}\n{text}")


def start(lake, *arguments, **environment):
    """The program in the background; its own process group, as a terminal would give it."""
    return subprocess.Popen(
        [str(lake.program), "--lake", str(lake.folder), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        start_new_session=True,
        # Whatever started the tests may ignore the signal (nohup does), and a child would go on ignoring it.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )


def wait_for(condition, what):
    end = time.monotonic() + TIME_LIMIT_S
    while not condition():
        assert time.monotonic() < end, f"waited too long for {what}"
        time.sleep(0.02)


def finish(process):
    out, err = process.communicate(timeout=TIME_LIMIT_S)
    return process.returncode, out, err


def runs(lake):
    return json.loads(lake.run("runs", "--json"))


def tasks_of(lake, run):
    return {task["task"]: task for task in json.loads(lake.run("runs", run, "--json"))[0]["tasks"]}


def is_running(process_id):
    """Whether the process is there and no zombie."""
    try:
        status = pathlib.Path(f"/proc/{process_id}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


SLEEPER = """
tasks:
  first: {type: shell, arguments: ["true"]}
  sleep:
    type: shell
    command: 'echo $$ > sleeper; exec sleep 120'
    needs: [first]
  after: {type: sql, sql: SELECT 1, needs: [sleep]}
"""


def start_sleeper(lake):
    """A run that sleeps: its process, and the process id of its task."""
    write_flow(lake, "sleepy", SLEEPER)
    process = start(lake, "flow", "run", "sleepy")
    marker = lake.folder / "sleeper"
    wait_for(lambda: marker.exists() and marker.read_text().strip(), "the task to start")
    return process, int(marker.read_text())


# What Ctrl-C sends, what `timeout` and service managers send, and a terminal that is closed.
@pytest.mark.parametrize("asked_by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_cancels_the_run_and_its_tasks(lake, asked_by):
    process, sleeper = start_sleeper(lake)
    process.send_signal(asked_by)
    code, _, err = finish(process)
    assert code == 130, err
    assert "Stopping what runs" in err
    assert not is_running(sleeper)
    (run,) = runs(lake)
    assert run["state"] == "CANCELLED"
    states = {name: task["state"] for name, task in tasks_of(lake, run["id"]).items()}
    assert states == {"first": "COMPLETED", "sleep": "CANCELLED", "after": "CANCELLED"}


def test_a_killed_run_is_shown_as_crashed(lake):
    process, sleeper = start_sleeper(lake)
    assert runs(lake)[0]["state"] == "RUNNING"
    process.kill()
    finish(process)
    wait_for(lambda: not is_running(sleeper), "the task's program to end with its run")
    listed = start(lake, "runs", "--flow", "sleepy")
    code, out, err = finish(listed)
    assert code == 0
    assert "CRASHED" in out
    assert "is CRASHED" in err  # said once, by the command that found it
    (run,) = runs(lake)
    assert tasks_of(lake, run["id"])["sleep"]["state"] == "CRASHED"
    # Nothing is in the way of the next run.
    write_flow(lake, "sleepy", "tasks:\n  quick: {type: sql, sql: SELECT 1}\n")
    lake.run("flow", "run", "sleepy")


def test_runs_beyond_the_limit_wait_their_turn(lake):
    write_flow(
        lake,
        "one",
        "concurrency: {limit: 1, overlap: queue}\n"
        "tasks:\n  work: {type: shell, command: 'date +%s%N >> starts; sleep 0.7; date +%s%N >> ends'}\n",
    )
    first = start(lake, "flow", "run", "one")
    wait_for((lake.folder / "starts").exists, "the first run")
    second = start(lake, "flow", "run", "one")
    assert finish(first)[0] == 0
    code, _, err = finish(second)
    assert code == 0, err
    assert "It waits, as run" in err
    starts = [int(line) for line in (lake.folder / "starts").read_text().split()]
    ends = [int(line) for line in (lake.folder / "ends").read_text().split()]
    assert starts[1] > ends[0]


def test_a_run_too_many_is_skipped_when_the_flow_says_so(lake):
    write_flow(
        lake,
        "one",
        "concurrency: {limit: 1, overlap: skip}\n"
        "tasks:\n  work: {type: shell, command: 'touch started; sleep 60'}\n",
    )
    first = start(lake, "flow", "run", "one")
    wait_for((lake.folder / "started").exists, "the first run")
    code, _, err = finish(start(lake, "flow", "run", "one"))
    assert code == 0, "what was asked for is no failure"
    assert "Skipped (overlap: skip), as run" in err
    first.send_signal(signal.SIGINT)
    assert finish(first)[0] == 130


def test_tries_again_until_it_works_and_stops_what_takes_too_long(lake):
    write_flow(
        lake,
        "flaky",
        """
tasks:
  flaky:
    type: shell
    command: 'echo x >> tries; test $(wc -l < tries) -ge 3'
    retry: {attempts: 4, delay: 50ms, backoff: 2, jitter: 0}
  slow:
    type: shell
    command: sleep 60
    timeout: 200ms
    retry: {attempts: 2, delay: 50ms}
""",
    )
    with pytest.raises(CommandFailed) as failed:
        lake.run("flow", "run", "flaky")
    assert failed.value.exit_code == 1
    (run,) = runs(lake)
    attempts = json.loads(lake.run("runs", run["id"], "--json"))[0]["tasks"]
    flaky = [task["state"] for task in attempts if task["task"] == "flaky"]
    slow = [task["name"] for task in attempts if task["task"] == "slow"]
    assert flaky == ["FAILED", "FAILED", "COMPLETED"]
    assert slow == ["TimedOut", "TimedOut"]


def test_a_secret_reaches_its_program_alone(lake):
    secret = "hunter2-and-more"
    (lake.folder / "blocks").mkdir()
    (lake.folder / "blocks/shop.yaml").write_text(
        "type: postgres\nhost: /nowhere\ndatabase: shop\nuser: me\npassword: {secret: SHOP}\n"
    )
    write_flow(
        lake,
        "secretive",
        """
tasks:
  tell:
    type: shell
    command: 'tr "\\0" " " < /proc/$PPID/cmdline > parent; echo "$PASSWORD" | tee seen; ps -ef > processes'
    secrets: {PASSWORD: SHOP}
  none:
    type: shell
    command: 'echo "[$LAGUNA_SECRET_SHOP]" > inherited'
  attach: {type: sql, sql: SELECT 1, blocks: [shop]}
""",
    )
    process = start(lake, "flow", "run", "secretive", "--verbose", LAGUNA_SECRET_SHOP=secret)
    code, out, err = finish(process)
    assert code == 1  # nobody answers at /nowhere
    assert "The database of block 'shop' cannot be reached" in err
    assert (lake.folder / "seen").read_text().strip() == secret
    assert (lake.folder / "inherited").read_text().strip() == "[]"
    (lake.folder / "seen").unlink()
    said = out + err + lake.run("logs") + lake.run("runs", "--json")
    assert "tell | ***" in said
    for file in lake.folder.rglob("*"):
        if file.is_file():
            said += file.read_bytes().decode(errors="replace")
    assert secret not in said


def test_a_secret_that_is_not_set_is_found_before_anything_runs(lake):
    write_flow(
        lake,
        "late",
        """
tasks:
  first: {type: shell, command: touch ran}
  second: {type: shell, needs: [first], command: 'true', secrets: {PASSWORD: MAIL}}
""",
    )
    code, _, err = finish(start(lake, "flow", "run", "late"))
    assert code != 0
    assert "LAGUNA_SECRET_MAIL is not set" in err
    assert "export LAGUNA_SECRET_MAIL" in err
    assert "flows/late.yaml:5:" in err
    assert not (lake.folder / "ran").exists()
    assert runs(lake) == []


def test_a_template_sees_no_secret(lake):
    (lake.folder / "blocks").mkdir()
    (lake.folder / "blocks/shop.yaml").write_text(
        "type: postgres\ndatabase: shop\nuser: me\npassword: {secret: SHOP}\n"
    )
    write_flow(lake, "peek", 'tasks:\n  one: {type: shell, command: "echo {{ block.shop.password }}"}\n')
    with pytest.raises(CommandFailed) as refused:
        lake.run("flow", "run", "peek", LAGUNA_SECRET_SHOP="hunter2")
    assert refused.value.exit_code == 2
    assert "flows/peek.yaml:3:" in refused.value.stderr
    assert "hunter2" not in refused.value.stderr


def test_the_log_of_the_lake_has_every_command(lake):
    write_flow(lake, "f", "tasks:\n  one: {type: sql, sql: SELECT 1}\n")
    lake.run("version")
    assert not (lake.folder / ".laguna").exists()
    lake.run("flow", "run", "f", "--json")
    with pytest.raises(CommandFailed):
        lake.run("sql", "-c", "SELECT 'a secret' FROM bronze.nothing")
    text = (lake.folder / ".laguna/log/laguna.log").read_text()
    events = [json.loads(line) for line in text.splitlines()]
    told = [(event["command"], event["message"].split(":")[0]) for event in events]
    assert told == [
        ("flow run", "command started"),
        ("flow run", "run ended"),
        ("flow run", "command ended"),
        ("sql", "command started"),
        ("sql", "command failed"),
    ]
    assert events[2]["exit_code"] == 0
    assert events[4]["code"] and events[4]["place"] == "<command line>:1"
    assert "a secret" not in text


def test_a_query_opens_no_control_state(lake):
    lake.run("sql", "-c", "SELECT 1; SELECT * FROM laguna.runs; SHOW ALL TABLES")
    assert not list(lake.folder.rglob("state.db"))
