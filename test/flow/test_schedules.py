# SPDX-License-Identifier: Apache-2.0
"""Stories of schedules: flows that start by themselves, each time once, whoever serves and whoever is killed."""

import datetime
import json
import signal

from test_flows import finish, is_running, runs, start, wait_for, write_flow

EVERY_SECOND = "* * * * * *"
ECHO = """
tasks:
  tell: {type: shell, arguments: [echo, "due {{ run.due }}"]}
"""


def schedule(lake, name, tasks=ECHO, cron=EVERY_SECOND, more=""):
    write_flow(lake, name, f'triggers: [{{cron: "{cron}"{more}}}]\n{tasks}')


def ended(lake):
    return [run for run in runs(lake) if run["ended"]]


def dues(lake):
    """When the runs were due, in order."""
    return sorted(datetime.datetime.fromisoformat(run["due"]) for run in lake.sql("SELECT due::VARCHAR AS due FROM laguna.runs"))


def end(process):
    process.send_signal(signal.SIGTERM)
    status, out, err = finish(process)
    assert status == 0, err
    return out, err


def test_serve_runs_flows_and_tells_programs_of_it(lake):
    schedule(lake, "tick")
    server = start(lake, "flow", "serve", "--json")
    wait_for(lambda: len(ended(lake)) >= 3, "three runs")
    out, _ = end(server)
    told = [json.loads(line) for line in out.splitlines()]
    assert len(told) >= 3
    assert {(run["flow"], run["state"], run["trigger"]) for run in told} == {("tick", "COMPLETED", f"{EVERY_SECOND} UTC")}
    [of_first] = [run for run in lake.sql("SELECT id, due::VARCHAR AS due FROM laguna.runs") if run["id"] == told[0]["run"]]
    assert f"due {of_first['due']}" in lake.run("logs", told[0]["run"])


def test_programs_that_serve_one_lake_share_the_work(lake):
    schedule(lake, "tick")
    servers = [start(lake, "flow", "serve", "--json") for _ in range(3)]
    wait_for(lambda: len(ended(lake)) >= 5, "five runs")
    outs = [end(server)[0] for server in servers]
    told = [json.loads(line)["due"] for out in outs for line in out.splitlines()]
    assert len(told) == len(set(told)), "each time once"
    times = dues(lake)
    assert len(times) == len(set(times))


def test_what_was_missed_is_made_up_for_after_a_kill(lake):
    schedule(lake, "tick", more=", catchup: true")
    schedule(lake, "forgetful", cron="*/30 * * * * *")
    server = start(lake, "flow", "serve")
    wait_for(lambda: len(ended(lake)) >= 2, "two runs")
    server.kill()
    server.communicate()
    seen = max(dues(lake))
    gap = seen + datetime.timedelta(seconds=4)
    wait_for(lambda: datetime.datetime.now(datetime.timezone.utc) > gap, "some seconds to pass")
    server = start(lake, "flow", "serve")
    wait_for(lambda: max(dues(lake)) > gap, "what was missed")
    end(server)
    of_tick = [run["due"] for run in lake.sql("SELECT epoch(due)::BIGINT AS due FROM laguna.runs WHERE flow = 'tick' ORDER BY due")]
    assert of_tick == list(range(of_tick[0], of_tick[0] + len(of_tick)))


def test_changed_files_are_seen(lake):
    schedule(lake, "tick")
    server = start(lake, "flow", "serve")
    wait_for(lambda: ended(lake), "a run")
    schedule(lake, "tock")
    wait_for(lambda: any(run["flow"] == "tock" for run in ended(lake)), "the new flow")
    (lake.folder / "flows" / "bad.yaml").write_text('flow: bad\ntriggers: [{cron: "61 * * * *"}]\n' + ECHO)
    (lake.folder / "flows" / "tick.yaml").unlink()
    wait_for(lambda: {run["flow"] for run in ended(lake)[:5]} == {"tock"}, "the old flow to be forgotten")
    _, err = end(server)
    assert "'61' is no minute (0 to 59)" in err


def test_tables_are_maintained_on_a_schedule(lake):
    lake.run("sql", "-c", "CREATE TABLE bronze.sales (id BIGINT)")
    for number in range(12):
        lake.run("sql", "-c", f"INSERT INTO bronze.sales VALUES ({number})")
    assert json.loads(lake.run("table", "doctor", "bronze.sales", "--json"))
    schedule(lake, "upkeep", "\ntasks:\n  tables: {type: maintain}\n")
    server = start(lake, "flow", "serve")
    wait_for(lambda: ended(lake), "the upkeep")
    end(server)
    assert json.loads(lake.run("table", "doctor", "bronze.sales", "--json")) == []
    assert lake.sql("SELECT count(*) AS rows FROM bronze.sales") == [{"rows": 12}]
    assert lake.sql("SELECT numFiles FROM laguna_detail('bronze.sales')") == [{"numFiles": 1}]


def test_the_end_of_serving_cancels_what_runs(lake):
    schedule(lake, "sleeper", "concurrency: {limit: 1, overlap: skip}\ntasks:\n  a: {type: shell, command: 'echo $$ > sleeper; exec sleep 120'}\n")
    server = start(lake, "flow", "serve")
    note = lake.folder / "sleeper"
    wait_for(lambda: note.exists() and note.read_text().strip(), "the task")
    wait_for(lambda: any(run["name"] == "Skipped" for run in runs(lake)), "a run that is left out")
    end(server)
    assert not is_running(note.read_text().strip())
    assert {run["name"] for run in runs(lake)} == {"Cancelled", "Skipped"}
