# SPDX-License-Identifier: Apache-2.0
"""Pipelines when things go wrong, or change underneath: what goes on, what stops, and what is said."""

import csv
import json
import os
import re
import signal
import subprocess
import time

import pytest

from story.lake import TIME_LIMIT_S
from story.pipeline import attempt, run_pipeline, states
from story.shop import SILVER, check_shop, date_of, write_day, write_pipeline, write_shop


def test_a_terminal_shows_how_much_is_done(lake):
    write_pipeline(
        lake,
        s="CREATE STREAMING TABLE bronze.s AS "
        "SELECT md5(a::VARCHAR) AS b FROM STREAM read_files('landing/s/*.csv', max_files_per_batch => 1);",
    )
    folder = lake.folder / "lake/landing/s"
    folder.mkdir(parents=True)
    numbers = "a\n" + "".join(f"{number}\n" for number in range(300_000))
    for name in range(8):
        (folder / f"{name}.csv").write_text(numbers)
    terminal, its_end = os.openpty()
    with subprocess.Popen(
        [str(lake.program), "--lake", str(lake.folder), "pipeline", "run"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=its_end,
    ) as running:
        os.close(its_end)
        shown = read_all(terminal)
    assert running.returncode == 0
    assert re.search(r"bronze\.s  .* m?s, table 1 of 1, [\d,]+ rows in \d+ batch(es)? so far", shown), shown


def read_all(terminal):
    shown = b""
    try:
        while part := os.read(terminal, 65536):
            shown += part
    except OSError:  # the other end is closed
        pass
    os.close(terminal)
    return shown.decode()


def test_damaged_control_state_stops_no_table(lake):
    write_shop(lake)
    write_day(lake, 1)
    run_pipeline(lake)
    write_day(lake, 2)
    (lake.folder / ".laguna/state.db").write_text("garbage\n" * 100)
    done = attempt(lake, "pipeline", "run")
    assert done.returncode == 0, done.stderr
    assert "file is not a database" in done.stderr
    assert "not counted" in done.stderr
    assert "silver.sales: sold failed for 1 of 8 rows" in done.stderr
    check_shop(lake, [1, 2])


def test_a_reader_that_goes_away_stops_nothing(lake):
    write_shop(lake)
    write_day(lake, 1)
    command = f"'{lake.program}' --lake '{lake.folder}' pipeline run | head -1"
    subprocess.run(["bash", "-c", command], capture_output=True, timeout=TIME_LIMIT_S, stdin=subprocess.DEVNULL)
    check_shop(lake, [1])


def test_a_new_column_widens_the_table(lake):
    write_shop(lake)
    write_day(lake, 1)
    run_pipeline(lake)
    write_pipeline(lake, **{"silver/sales": SILVER.replace("price, day FROM", "price, day, upper(item) AS big FROM")})
    write_day(lake, 2)
    run_pipeline(lake)
    rows = lake.sql("SELECT DISTINCT day::VARCHAR AS day, big IS NULL AS none FROM silver.sales ORDER BY day")
    assert rows == [{"day": date_of(1), "none": True}, {"day": date_of(2), "none": False}]


def test_a_streaming_table_replaced_by_hand_is_made_anew_on_demand_only(lake):
    write_shop(lake)
    write_day(lake, 1)
    run_pipeline(lake)
    refused = attempt(lake, "sql", "-c", "CREATE OR REPLACE TABLE bronze.sales AS SELECT 1 AS a")
    assert refused.returncode == 1
    assert "bronze.sales is a streaming table: a pipeline fills it" in refused.stderr
    check_shop(lake, [1])
    lake.sql("DROP TABLE bronze.sales")
    lake.sql("CREATE TABLE bronze.sales AS SELECT 1 AS a")
    done = attempt(lake, "pipeline", "run")
    assert done.returncode == 1
    assert "bronze.sales is there, but no stream feeds it" in done.stderr
    assert "laguna pipeline run --full-refresh bronze.sales" in done.stderr
    assert lake.sql("FROM bronze.sales") == [{"a": 1}]
    run_pipeline(lake, "--full-refresh")
    check_shop(lake, [1])


def test_a_reader_of_a_stream_made_anew_is_told_how_to_go_on(lake):
    write_shop(lake)
    write_day(lake, 1)
    run_pipeline(lake)
    told = attempt(lake, "pipeline", "run", "--full-refresh", "bronze.sales")
    assert "silver.sales streams bronze.sales, which is made anew" in told.stderr
    done = attempt(lake, "pipeline", "run")
    assert done.returncode == 1
    assert "pipelines/silver/sales.sql:6:56:" in done.stderr
    assert "laguna pipeline run --full-refresh silver.sales+" in done.stderr
    run_pipeline(lake, "--full-refresh", "silver.sales+")
    check_shop(lake, [1])


def test_a_table_with_a_feature_to_come_stops_only_its_readers(lake):
    write_shop(lake)
    write_day(lake, 1)
    lake.sql("CREATE TABLE bronze.new AS SELECT 1 AS a")
    log = lake.table_path("bronze.new") / "_delta_log/00000000000000000001.json"
    protocol = {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": ["x"], "writerFeatures": ["x"]}
    log.write_text(json.dumps({"protocol": protocol}) + "\n")
    write_pipeline(lake, n="CREATE MATERIALIZED VIEW gold.n AS SELECT * FROM bronze.new;")
    done = attempt(lake, "pipeline", "run")
    assert done.returncode == 1, done.stderr
    assert "✗ gold.n" in done.stdout
    check_shop(lake, [1])


def test_a_failed_table_stops_only_what_reads_it(lake):
    write_shop(lake)
    write_day(lake, 1)
    write_pipeline(
        lake,
        bad="CREATE MATERIALIZED VIEW silver.bad AS SELECT 1 AS a, error('no luck') AS b;\n"
        "CREATE MATERIALIZED VIEW gold.bad AS SELECT * FROM silver.bad;\n"
        "CREATE MATERIALIZED VIEW gold.worse AS SELECT * FROM gold.bad;",
    )
    done = attempt(lake, "--json", "pipeline", "run")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    tables = {table["table"]: table for table in document["tables"]}
    assert states(tables) == {
        "silver.bad": "failed",
        "bronze.sales": "updated",
        "silver.sales": "updated",
        "gold.daily": "updated",
        "gold.bad": "skipped",
        "gold.worse": "skipped",
    }
    assert tables["gold.worse"]["reason"] == "silver.bad failed"
    assert "No luck" in tables["silver.bad"]["error"]["message"]
    check_shop(lake, [1])


def test_an_unreadable_log_of_a_source(lake):
    write_shop(lake)
    write_day(lake, 1)
    lake.sql("CREATE TABLE bronze.prices AS SELECT 1 AS a")
    write_pipeline(lake, prices="CREATE MATERIALIZED VIEW gold.prices AS SELECT * FROM bronze.prices;")
    log = lake.table_path("bronze.prices") / "_delta_log/00000000000000000000.json"
    log.write_text('{"metaData": {"broken\n')
    checked = attempt(lake, "pipeline", "check")
    assert checked.returncode == 1
    done = attempt(lake, "pipeline", "run")
    assert done.returncode == 1
    assert "00000000000000000000.json" in done.stderr
    assert "✗ gold.prices" in done.stdout
    check_shop(lake, [1])


def test_two_processes_run_one_pipeline(lake, shared):
    landing = lake.folder / "lake/landing/retail"
    landing.mkdir(parents=True)
    rows = 0
    for day in sorted((shared / "data/retail-by-day").glob("*.csv"))[:40]:
        text = day.read_text()
        rows += len(list(csv.reader(text.splitlines()))) - 1
        (landing / day.name).write_text(text)
    write_pipeline(
        lake,
        retail="""
CREATE STREAMING TABLE bronze.retail AS
SELECT * FROM STREAM read_files('landing/retail/*.csv', all_varchar => true, max_files_per_batch => 5);
CREATE MATERIALIZED VIEW gold.total AS SELECT count(*) AS n FROM bronze.retail;
""",
    )
    command = [str(lake.program), "--lake", str(lake.folder), "--json", "pipeline", "run"]
    runs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        for _ in range(3)
    ]
    written = 0
    for run in runs:
        out, err = run.communicate(timeout=TIME_LIMIT_S)
        assert run.returncode == 0, out + err
        written += json.loads(out)["tables"][0]["rows"]
    assert written == rows
    assert lake.sql("SELECT count(*) AS n FROM bronze.retail") == [{"n": rows}]
    assert lake.sql("FROM gold.total") == [{"n": rows}]


def test_ctrl_c_stops_soon_and_the_next_run_takes_up_the_rest(lake):
    write_shop(lake)
    for day in range(1, 20):
        write_day(lake, day)
    write_pipeline(
        lake,
        **{
            "gold/endless": "CREATE MATERIALIZED VIEW bronze.endless AS "
            "SELECT count(*) AS n FROM range(100000000) a, range(100000000) b;"
        },
    )
    run = subprocess.Popen(
        [str(lake.program), "--lake", str(lake.folder), "pipeline", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    time.sleep(3)
    started = time.monotonic()
    run.send_signal(signal.SIGINT)
    out, _ = run.communicate(timeout=30)
    assert run.returncode == 130, out
    assert time.monotonic() - started < 10
    (lake.folder / "pipelines/gold/endless.sql").unlink()
    run_pipeline(lake)
    check_shop(lake, range(1, 20))


def test_a_flow_refreshes_a_pipeline(lake):
    write_shop(lake)
    write_day(lake, 1)
    flows = lake.folder / "flows"
    flows.mkdir()
    (flows / "nightly.yaml").write_text(
        """flow: nightly
tasks:
  refresh:
    type: pipeline
    select: [bronze.sales+]
  tell:
    type: sql
    sql: "CREATE TABLE gold.told AS SELECT {{ tasks.refresh.rows }} AS rows, {{ tasks.refresh.quarantined }} AS held"
    needs: [refresh]
    when: "{{ tasks.refresh.rows > 0 }}"
"""
    )
    lake.run("flow", "run", "nightly")
    assert lake.sql("FROM gold.told") == [{"rows": 18, "held": 1}]
    check_shop(lake, [1])
    assert "silver.sales (streaming table): 6 rows, 1 dropped, 1 quarantined" in lake.run("logs")


@pytest.mark.parametrize("name", ["pipelines/notes.md", "pipelines/.hidden.sql"])
def test_other_files_are_no_pipeline(lake, name):
    write_shop(lake)
    (lake.folder / name).write_text("not SQL")
    assert attempt(lake, "pipeline", "check").returncode == 0
