# SPDX-License-Identifier: Apache-2.0
"""Pipelines as their users run them: files in, tables out, mistakes told with their place."""

import csv
import hashlib
import json
import os
import re
import signal
import subprocess
import time
from collections import defaultdict
from decimal import Decimal

import pytest

from story.lake import TIME_LIMIT_S
from story.shop import GOLD, SILVER, check_shop, date_of, write_day, write_pipeline, write_shop

RETAIL_ROWS = 541_909


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


# --- From files to gold.


def test_rows_go_from_files_through_three_zones(lake):
    write_shop(lake)
    for day in range(1, 4):
        write_day(lake, day)
    tables = run_pipeline(lake)
    assert list(tables) == ["bronze.sales", "silver.sales", "gold.daily"]
    assert states(tables) == dict.fromkeys(tables, "updated")
    check_shop(lake, range(1, 4))
    silver = tables["silver.sales"]
    assert (silver["rows"], silver["dropped"], silver["quarantined"]) == (18, 3, 3)
    assert lake.sql("SELECT comment FROM duckdb_tables() WHERE schema_name = 'bronze' AND table_name = 'sales'")
    assert (lake.table_path("silver.sales") / f"day={date_of(2)}").is_dir()


def test_day_by_day_gives_what_all_at_once_gives(lake):
    write_shop(lake)
    for day in range(1, 6):
        write_day(lake, day)
        assert states(run_pipeline(lake)) == {
            "bronze.sales": "updated",
            "silver.sales": "updated",
            "gold.daily": "updated",
        }
        check_shop(lake, range(1, day + 1))
    assert versions(lake, "bronze.sales") >= 5


def test_a_second_run_changes_nothing(lake):
    write_shop(lake)
    write_day(lake, 1)
    run_pipeline(lake)
    before = stored(lake)
    tables = run_pipeline(lake)
    assert states(tables) == dict.fromkeys(tables, "unchanged")
    assert stored(lake) == before


def test_the_lines_for_people_say_what_happened(lake):
    write_shop(lake)
    write_day(lake, 1)
    first = lake.run("pipeline", "run").splitlines()
    assert [line.split() for line in first] == [
        "✓ bronze.sales streaming table 8 rows".split(),
        "✓ silver.sales streaming table 6 rows, 1 dropped, 1 quarantined".split(),
        "✓ gold.daily materialized view 4 rows".split(),
    ]
    assert len({line.index("table" if "table" in line else "view") for line in first}) <= 2
    again = lake.run("pipeline", "run").splitlines()
    assert all(line.startswith("– ") and line.endswith("nothing new") for line in again)


def test_a_table_waits_for_its_first_file(lake):
    write_shop(lake)
    assert states(run_pipeline(lake)) == {
        "bronze.sales": "waiting",
        "silver.sales": "waiting",
        "gold.daily": "waiting",
    }
    assert not (lake.folder / "lake/bronze").exists()
    write_day(lake, 1)
    run_pipeline(lake)
    check_shop(lake, [1])


def test_a_view_of_files_waits_for_them_too(lake):
    write_pipeline(
        lake,
        v="CREATE MATERIALIZED VIEW gold.items AS SELECT * FROM read_csv('landing/items/*.csv');\n"
        "CREATE MATERIALIZED VIEW gold.same AS SELECT * FROM read_files('landing/items/*.csv');\n"
        "CREATE MATERIALIZED VIEW gold.sum AS SELECT count(*) AS n FROM gold.items;",
    )
    said = lake.run("pipeline", "check")
    assert "not checked: no file yet: read_csv('landing/items/*.csv')" in said
    assert "not checked: no file yet: read_files('landing/items/*.csv')" in said
    assert set(states(run_pipeline(lake)).values()) == {"waiting"}
    folder = lake.folder / "lake/landing/items"
    folder.mkdir(parents=True)
    (folder / "1.csv").write_text("item,price\nmug,8\n")
    assert set(states(run_pipeline(lake)).values()) == {"updated"}
    assert lake.sql("FROM gold.sum") == [{"n": 1}]
    # Files that go away are no reason to wait.
    (folder / "1.csv").unlink()
    assert attempt(lake, "pipeline", "run").returncode == 1
    assert lake.sql("FROM gold.sum") == [{"n": 1}]


def test_a_file_that_cannot_be_read_stops_only_its_table(lake):
    write_shop(lake)
    write_day(lake, 1)
    write_pipeline(lake, bad="CREATE STREAMING TABLE bronze.bad AS SELECT * FROM STREAM read_files('landing/bad/*.csv');")
    folder = lake.folder / "lake/landing/bad"
    folder.mkdir(parents=True)
    (folder / "1.csv").write_bytes(bytes(range(256)) * 20)
    done = attempt(lake, "pipeline", "run")
    assert done.returncode in (0, 1)
    check_shop(lake, [1])


def test_old_versions_may_be_read(lake):
    write_shop(lake)
    write_day(lake, 1)
    write_pipeline(lake, old="CREATE MATERIALIZED VIEW gold.old AS SELECT item FROM silver.sales AT (VERSION => 0);")
    assert "not checked: silver.sales has no old versions yet" in lake.run("pipeline", "check")
    run_pipeline(lake)
    write_day(lake, 2)
    run_pipeline(lake)
    assert lake.sql("SELECT count(*) AS n FROM gold.old") == [{"n": 6}]
    assert "✓ gold.old" in lake.run("pipeline", "check")


def test_select_takes_names_and_what_hangs_on_them(lake):
    write_shop(lake)
    write_day(lake, 1)
    assert list(run_pipeline(lake, "bronze.*")) == ["bronze.sales"]
    assert list(run_pipeline(lake, "SILVER.sales+")) == ["silver.sales", "gold.daily"]
    assert list(run_pipeline(lake, "+gold.daily")) == ["bronze.sales", "silver.sales", "gold.daily"]
    check_shop(lake, [1])
    wrong = attempt(lake, "pipeline", "run", "silver.sale")
    assert wrong.returncode == 2
    assert "Did you mean 'silver.sales'?" in wrong.stderr


def test_a_source_left_out_has_to_be_there(lake):
    write_shop(lake)
    write_day(lake, 1)
    done = attempt(lake, "pipeline", "run", "silver.sales")
    assert done.returncode == 1
    assert "bronze.sales is not there yet" in done.stderr
    assert "laguna pipeline run +silver.sales" in done.stderr


def test_full_refresh_reads_what_is_there_now(lake):
    write_shop(lake)
    for day in (1, 2):
        write_day(lake, day)
    run_pipeline(lake)
    (lake.folder / f"lake/landing/sales/{date_of(1)}.csv").unlink()
    assert states(run_pipeline(lake)) == dict.fromkeys(("bronze.sales", "silver.sales", "gold.daily"), "unchanged")
    tables = run_pipeline(lake, "--full-refresh")
    assert states(tables) == dict.fromkeys(tables, "updated")
    check_shop(lake, [2])


def test_a_file_that_changes_after_it_was_read_is_counted(lake):
    write_shop(lake)
    write_day(lake, 1)
    run_pipeline(lake)
    (file,) = (lake.folder / "lake/landing").rglob("*.csv")
    file.write_text(file.read_text() + file.read_text().splitlines()[-1] + "\n")
    tables = run_pipeline(lake)
    assert states(tables) == dict.fromkeys(("bronze.sales", "silver.sales", "gold.daily"), "unchanged")
    assert [table["files_changed"] for table in tables.values()] == [1, 0, 0]
    said = attempt(lake, "pipeline", "run")
    assert "nothing new, 1 changed file not read again" in said.stdout
    assert "--full-refresh" in said.stderr
    flows = lake.folder / "flows"
    flows.mkdir()
    (flows / "f.yaml").write_text(
        "flow: f\ntasks:\n  load: {type: pipeline}\n"
        "  alarm: {type: sql, sql: CREATE TABLE gold.alarm AS SELECT 1 AS a, needs: [load], "
        "when: '{{ tasks.load.changed > 0 }}'}\n"
    )
    lake.run("flow", "run", "f")
    assert lake.sql("FROM gold.alarm") == [{"a": 1}]
    tables = run_pipeline(lake, "--full-refresh")
    assert (tables["bronze.sales"]["files_changed"], tables["bronze.sales"]["rows"]) == (0, 9)


def test_the_real_shop_of_a_year(lake, shared):
    days = sorted((shared / "data/retail-by-day").glob("*.csv"))
    landing = lake.folder / "lake/landing/retail"
    landing.mkdir(parents=True)
    write_pipeline(
        lake,
        retail="""
CREATE STREAMING TABLE bronze.retail AS
SELECT * FROM STREAM read_files('landing/retail/*.csv', format => 'csv',
                                types => {'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR'});
CREATE STREAMING TABLE silver.orders (
  CONSTRAINT customer EXPECT (CustomerID IS NOT NULL) ON VIOLATION QUARANTINE,
  CONSTRAINT paid EXPECT (Quantity > 0 AND UnitPrice > 0) ON VIOLATION DROP ROW
) AS SELECT *, CAST(InvoiceDate AS DATE) AS Day FROM STREAM bronze.retail;
CREATE MATERIALIZED VIEW gold.revenue AS
SELECT Country, count(*) AS lines, sum(Quantity * CAST(UnitPrice AS DECIMAL(12, 3))) AS revenue
FROM silver.orders GROUP BY ALL;
""",
    )
    # Some days first, then the rest.
    for some in (days[:10], days[10:]):
        for day in some:
            (landing / day.name).write_bytes(day.read_bytes())
        run_pipeline(lake)
    lines, revenue, dropped, quarantined = defaultdict(int), defaultdict(Decimal), 0, 0
    for day in days:
        for row in csv.DictReader(day.open(newline="", encoding="utf-8")):
            paid = int(row["Quantity"]) > 0 and Decimal(row["UnitPrice"]) > 0
            quarantined += not row["CustomerID"]
            dropped += not paid and bool(row["CustomerID"])
            if paid and row["CustomerID"]:
                lines[row["Country"]] += 1
                revenue[row["Country"]] += int(row["Quantity"]) * round(Decimal(row["UnitPrice"]), 3)
    assert lake.sql("SELECT count(*) AS n FROM bronze.retail") == [{"n": RETAIL_ROWS}]
    assert lake.sql("SELECT count(*) AS n FROM silver.orders__quarantine") == [{"n": quarantined}]
    assert lake.sql("SELECT count(*) AS n FROM silver.orders") == [{"n": RETAIL_ROWS - dropped - quarantined}]
    seen = lake.texts("SELECT Country, lines, revenue::DECIMAL(18, 3) FROM gold.revenue")
    assert seen == sorted(((c, str(lines[c]), f"{revenue[c]:.3f}") for c in lines), key=repr)


# --- Expectations.


def test_expectations_count_every_row(lake):
    write_shop(lake)
    for day in (1, 2):
        write_day(lake, day)
    counts = run_pipeline(lake)["silver.sales"]["expectations"]
    assert [tuple(count.values()) for count in counts] == [
        ("has_invoice", "quarantine", 14, 2),
        ("sold", "drop row", 14, 2),
        ("cheap", "keep", 14, 2),
    ]
    write_day(lake, 3)
    said = attempt(lake, "pipeline", "run").stderr
    assert "silver.sales: has_invoice failed for 1 of 8 rows (quarantined)" in said
    rows = lake.sql(
        'SELECT pipeline, "table", batch, name, passed, failed FROM laguna.expectations ORDER BY batch, name'
    )
    assert {row["pipeline"] for row in rows} == {"pipelines/silver/sales.sql"}
    assert [(row["name"], row["passed"], row["failed"]) for row in rows] == [
        ("cheap", 14, 2),
        ("has_invoice", 14, 2),
        ("sold", 14, 2),
        ("cheap", 7, 1),
        ("has_invoice", 7, 1),
        ("sold", 7, 1),
    ]
    times = lake.sql("SELECT count(DISTINCT counted) AS n FROM laguna.expectations WHERE counted > now() - INTERVAL 1 HOUR")
    assert times == [{"n": 2}]


def test_a_row_that_fails_two_ways_is_told_by_both(lake):
    write_pipeline(
        lake,
        t="""
CREATE STREAMING TABLE bronze.t (
  CONSTRAINT a EXPECT (x > 0) ON VIOLATION QUARANTINE,
  CONSTRAINT b EXPECT (y > 0) ON VIOLATION QUARANTINE
) AS SELECT x, y FROM STREAM read_files('landing/t/*.csv');""",
    )
    folder = lake.folder / "lake/landing/t"
    folder.mkdir(parents=True)
    (folder / "1.csv").write_text("x,y\n1,1\n-1,1\n-1,-1\n1,\n")
    run_pipeline(lake)
    assert lake.texts("FROM bronze.t") == [("1", "1")]
    assert lake.texts("SELECT x, y, _violations FROM bronze.t__quarantine") == [
        ("-1", "-1", "[a, b]"),
        ("-1", "1", "[a]"),
        ("1", None, "[b]"),
    ]


def test_fail_update_commits_nothing(lake):
    write_shop(lake)
    write_pipeline(lake, **{"silver/sales": SILVER.replace("ON VIOLATION DROP ROW", "ON VIOLATION FAIL UPDATE")})
    write_day(lake, 1)
    done = attempt(lake, "pipeline", "run")
    assert done.returncode == 1
    assert "sold" in done.stderr and "pipelines/silver/sales.sql:3" in done.stderr
    lines = [line.split(maxsplit=2)[:2] for line in done.stdout.splitlines()]
    assert lines == [["✓", "bronze.sales"], ["✗", "silver.sales"], ["–", "gold.daily"]]
    assert "skipped: silver.sales failed" in done.stdout
    assert not lake.table_path("silver.sales").exists()
    # Mended, it takes up what is left.
    write_pipeline(lake, **{"silver/sales": SILVER})
    run_pipeline(lake)
    check_shop(lake, [1])


def test_expectations_of_a_materialized_view(lake):
    write_shop(lake)
    write_pipeline(
        lake,
        **{
            "gold/daily": GOLD.replace(
                "gold.daily AS", "gold.daily (CONSTRAINT many EXPECT (quantity > 3) ON VIOLATION DROP ROW) AS"
            )
        },
    )
    write_day(lake, 1)
    daily = run_pipeline(lake)["gold.daily"]
    assert daily["dropped"] > 0
    assert lake.sql("SELECT count(*) AS n FROM gold.daily WHERE quantity <= 3") == [{"n": 0}]
    rows = lake.sql("SELECT stream, passed, failed FROM laguna.expectations WHERE name = 'many'")
    assert rows == [{"stream": None, "passed": daily["rows"], "failed": daily["dropped"]}]
    before = stored(lake)
    assert run_pipeline(lake)["gold.daily"]["state"] == "unchanged"
    assert stored(lake) == before


# --- Mistakes, found before anything runs.


def test_check_finds_every_mistake_with_its_place(lake):
    write_shop(lake)
    write_day(lake, 1)
    write_pipeline(
        lake,
        a_table="CREATE MATERIALIZED VIEW gold.a AS\nSELECT * FROM silver.sale;",
        b_column="CREATE MATERIALIZED VIEW gold.b AS\nSELECT itm FROM silver.sales;",
        c_type="CREATE MATERIALIZED VIEW gold.c AS\nSELECT item + 1 AS x FROM silver.sales;",
        d_twice="CREATE MATERIALIZED VIEW gold.d AS SELECT 1 AS x;\nCREATE MATERIALIZED VIEW gold.D AS SELECT 2 AS x;",
        e_syntax="CREATE MATERIALIZED VIEW gold.e AS\nSELECT FROM WHERE;",
        f_expectation="CREATE MATERIALIZED VIEW gold.f (\n  CONSTRAINT q EXPECT (quantity),\n"
        "  CONSTRAINT r EXPECT (quantty > 0)\n) AS SELECT quantity FROM silver.sales;",
        f_sum="CREATE MATERIALIZED VIEW gold.s (\n  CONSTRAINT q EXPECT (sum(x) > 0)\n) AS SELECT 1 AS x;",
        g_partition="CREATE MATERIALIZED VIEW gold.g PARTITIONED BY (dya) AS\nSELECT day FROM silver.sales;",
        h_stream="CREATE MATERIALIZED VIEW gold.h AS\nSELECT * FROM STREAM silver.sales;",
        i_no_stream="CREATE STREAMING TABLE gold.i AS\nSELECT * FROM silver.sales;",
        j_columns="CREATE MATERIALIZED VIEW gold.j AS\nSELECT item, day AS ITEM FROM silver.sales;",
        k_stored="CREATE MATERIALIZED VIEW gold.k AS\nSELECT INTERVAL 1 DAY AS x;",
        l_of_view="CREATE STREAMING TABLE gold.l AS\nSELECT * FROM STREAM gold.daily;",
        m_zone="CREATE MATERIALIZED VIEW gold.m AS\nSELECT * FROM sales;",
    )
    before = stored(lake)
    done = attempt(lake, "pipeline", "check")
    assert done.returncode == 2
    expected = [
        ("pipelines/a_table.sql:2:15", "silver.sale", "Did you mean 'silver.sales'?"),
        ("pipelines/b_column.sql:2:8", "itm", "item"),
        ("pipelines/c_type.sql:2:", "", ""),
        ("pipelines/d_twice.sql:2:26", "defined twice: here and at pipelines/d_twice.sql:1:26", ""),
        ("pipelines/e_syntax.sql:2:", "syntax", ""),
        ("pipelines/f_expectation.sql:2:24", "'q'", "Write a condition"),
        ("pipelines/f_expectation.sql:3:24", "quantty", "quantity"),
        ("pipelines/f_sum.sql:2:24", "x", "a condition on one row"),
        ("pipelines/g_partition.sql:1:49", "'dya'", "Did you mean 'day'?"),
        ("pipelines/h_stream.sql:2:", "reads all rows, not a stream", "Leave STREAM out"),
        ("pipelines/i_no_stream.sql:2:1", "reads no stream", "Write STREAM before"),
        ("pipelines/j_columns.sql:2:1", "two columns", "AS"),
        ("pipelines/k_stored.sql:1:26", "INTERVAL", ""),
        ("pipelines/l_of_view.sql:2:", "gold.daily is a materialized view", ""),
        ("pipelines/m_zone.sql:2:15", "without a zone", "sales"),
    ]
    reports = re.split(r"^(?=pipelines/)", done.stderr, flags=re.MULTILINE)
    for place, says, hint in expected:
        report = [text for text in reports if text.startswith(place)]
        assert len(report) == 1, (place, done.stderr)
        assert says.lower() in report[0].lower() and hint in report[0], report[0]
        assert "^" in report[0], report[0]
    assert done.stderr.count("error:") == len(expected), done.stderr
    assert "✓ silver.sales" in done.stdout and "✗ gold.a" in done.stdout
    # And nothing runs.
    assert attempt(lake, "pipeline", "run").returncode == 2
    assert stored(lake) == before


# What reads batch by batch as it would read all at once, and what does not.
ROW_BY_ROW = [
    "SELECT upper(v) AS v, k * 2 AS k FROM STREAM bronze.s WHERE k > 1 ORDER BY v",
    "SELECT s.*, t.w FROM STREAM bronze.s JOIN bronze.t USING (k)",
    "SELECT s.*, t.w FROM STREAM bronze.s LEFT JOIN bronze.t USING (k)",
    "SELECT s.*, t.w FROM bronze.t RIGHT JOIN STREAM bronze.s USING (k)",
    "SELECT s.*, t.w FROM STREAM bronze.s ASOF JOIN bronze.t ON s.k >= t.k",
    "SELECT s.*, t.w FROM STREAM bronze.s CROSS JOIN bronze.t",
    "SELECT s.*, m.w FROM STREAM bronze.s JOIN (SELECT k, max(w) AS w FROM bronze.t GROUP BY k) AS m USING (k)",
    "SELECT * FROM STREAM bronze.s WHERE k IN (SELECT k FROM bronze.t)",
    "SELECT * FROM STREAM bronze.s WHERE NOT EXISTS (SELECT 1 FROM bronze.t WHERE t.k = s.k)",
    "SELECT *, (SELECT max(w) FROM bronze.t WHERE t.k = s.k) AS w FROM STREAM bronze.s",
    "SELECT *, (SELECT max(w) FROM bronze.t) AS w FROM STREAM bronze.s",
    "SELECT k, u.part FROM STREAM bronze.s, unnest(string_split(v, ',')) AS u(part)",
    "SELECT k, unnest(string_split(v, ',')) AS part FROM STREAM bronze.s",
    "SELECT k FROM STREAM bronze.s UNION ALL SELECT k + 1 FROM STREAM bronze.s",
    "WITH x AS (SELECT k FROM STREAM bronze.s) SELECT * FROM x WHERE k > 0",
    "WITH x AS MATERIALIZED (SELECT k FROM STREAM bronze.s) SELECT * FROM x",
    "SELECT k, x.w FROM STREAM bronze.s, LATERAL (SELECT w FROM bronze.t WHERE t.k = s.k ORDER BY w LIMIT 1) AS x",
    "SELECT k, list_sum(list_transform([1, 2], lambda e: e + k)) AS n FROM STREAM bronze.s",
]
NOT_ROW_BY_ROW = [
    ("SELECT * FROM STREAM bronze.s LIMIT 1", "LIMIT"),
    ("SELECT * FROM STREAM bronze.s ORDER BY k LIMIT 1", "LIMIT"),
    ("SELECT k, count(*) AS n FROM STREAM bronze.s GROUP BY k", "GROUP BY"),
    ("SELECT max(k) AS k FROM STREAM bronze.s", "GROUP BY"),
    ("SELECT DISTINCT k FROM STREAM bronze.s", "DISTINCT"),
    ("SELECT *, row_number() OVER () AS r FROM STREAM bronze.s", "a window"),
    ("FROM STREAM bronze.s QUALIFY row_number() OVER (PARTITION BY k) = 1", "a window"),
    ("SELECT * FROM STREAM bronze.s RIGHT JOIN bronze.t USING (k)", "keeps rows"),
    ("SELECT * FROM bronze.t LEFT JOIN STREAM bronze.s USING (k)", "keeps rows"),
    ("SELECT * FROM STREAM bronze.s FULL JOIN bronze.t USING (k)", "FULL JOIN"),
    ("SELECT a.k FROM STREAM bronze.s AS a JOIN STREAM bronze.s AS b USING (k)", "a join of two streams"),
    ("SELECT * FROM bronze.t WHERE k IN (SELECT k FROM STREAM bronze.s)", "keeps rows"),
    ("SELECT k FROM STREAM bronze.s UNION ALL SELECT k FROM bronze.t", "UNION ALL with a part"),
    ("SELECT k FROM STREAM bronze.s UNION SELECT k FROM STREAM bronze.s", "UNION without ALL"),
    ("SELECT k FROM bronze.t EXCEPT SELECT k FROM STREAM bronze.s", "EXCEPT"),
    ("SELECT k FROM STREAM bronze.s INTERSECT ALL SELECT k FROM bronze.t", "INTERSECT"),
    ("SELECT * FROM STREAM bronze.s USING SAMPLE 10%", "a sample"),
    ("PIVOT (FROM STREAM bronze.s) ON v IN ('a', 'b') USING count(*)", ""),
    ("WITH x AS (SELECT count(*) AS n FROM STREAM bronze.s) SELECT * FROM x", "GROUP BY"),
]


def test_streams_are_read_row_by_row(lake):
    lake.sql("CREATE TABLE bronze.s AS SELECT 1 AS k, 'a,b' AS v")
    lake.sql("CREATE TABLE bronze.t AS SELECT 1 AS k, 2 AS w")
    for number, query in enumerate(ROW_BY_ROW):
        write_pipeline(lake, **{f"ok{number}": f"CREATE STREAMING TABLE silver.t{number} AS\n{query};"})
    tables = run_pipeline(lake)
    assert set(states(tables).values()) == {"updated"}
    for number, (query, _) in enumerate(NOT_ROW_BY_ROW):
        write_pipeline(lake, **{f"no{number}": f"CREATE STREAMING TABLE silver.n{number} AS\n{query};"})
    done = attempt(lake, "--json", "pipeline", "check")
    assert done.returncode == 2
    errors = {error["place"]["file"]: error for error in json.loads(done.stdout)["errors"]}
    for number, (query, what) in enumerate(NOT_ROW_BY_ROW):
        error = errors.pop(f"pipelines/no{number}.sql", None)
        assert error is not None, query
        assert error["code"] == "pipeline.not_row_by_row" and what in error["message"], (query, error)
    assert not errors


def test_an_expectation_looks_at_one_row(lake):
    conditions = [
        "unnest([true, false])",
        "COLUMNS(*) IS NOT NULL",
        "row_number() OVER () > 1",
        "sum(k) > 1",
        "k IN (SELECT 1)",
        "k > (SELECT 0)",
    ]
    for number, condition in enumerate(conditions):
        write_pipeline(
            lake,
            **{
                f"c{number}": f"CREATE MATERIALIZED VIEW gold.c{number} (\n"
                f"  CONSTRAINT c EXPECT ({condition})\n) AS SELECT 1 AS k, 2 AS v;"
            },
        )
    done = attempt(lake, "pipeline", "check")
    assert done.returncode == 2
    for number, condition in enumerate(conditions):
        assert re.search(rf"^pipelines/c{number}.sql:2:\d+: error:", done.stderr, re.MULTILINE), condition
    assert done.stderr.count("error:") == len(conditions), done.stderr
    assert len(re.findall("(looks at|a condition on) one row", done.stderr)) == len(conditions), done.stderr


def test_names_that_expectations_need_are_refused(lake):
    write_pipeline(
        lake,
        v="CREATE MATERIALIZED VIEW gold.v (CONSTRAINT c EXPECT (a > 0) ON VIOLATION QUARANTINE) AS\n"
        "SELECT 1 AS a, 2 AS _Batch;",
        w="CREATE MATERIALIZED VIEW gold.w AS SELECT 1 AS a, 2 AS _batch;",
    )
    done = attempt(lake, "pipeline", "check")
    assert "pipelines/v.sql:2:1: error: The query of gold.v gives a column '_Batch'" in done.stderr
    assert "✓ gold.w" in done.stdout


def test_sums_that_threads_add_up_differently_are_no_change(lake):
    folder = lake.folder / "lake/landing/p"
    folder.mkdir(parents=True)
    lake.sql(f"COPY (SELECT random() AS p, range % 3 AS k FROM range(1500000)) TO '{folder}/1.parquet'")
    write_pipeline(
        lake,
        v="CREATE MATERIALIZED VIEW gold.v AS SELECT k, sum(p) AS s, avg(p) AS a "
        "FROM read_parquet('landing/p/*.parquet') GROUP BY k;",
    )
    run_pipeline(lake)
    for _ in range(3):
        assert run_pipeline(lake)["gold.v"]["state"] == "unchanged"


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
    assert re.search(r"bronze\.s  .* s, table 1 of 1, [\d,]+ rows in \d batch(es)? so far", shown), shown


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


def test_a_side_table_of_others_is_left_alone(lake):
    write_shop(lake)
    write_day(lake, 1)
    lake.sql("CREATE TABLE silver.sales__quarantine AS SELECT 7 AS mine")
    done = attempt(lake, "pipeline", "run")
    assert done.returncode == 1
    assert "silver.sales__quarantine is there, but silver.sales, whose rows it would keep, is not." in done.stderr
    assert lake.sql("FROM silver.sales__quarantine") == [{"mine": 7}]


def test_a_circle_is_told_all_the_way_round(lake):
    write_pipeline(
        lake,
        a="CREATE MATERIALIZED VIEW silver.a AS SELECT * FROM silver.b;",
        b="CREATE MATERIALIZED VIEW silver.b AS SELECT * FROM silver.c;",
        c="CREATE MATERIALIZED VIEW silver.c AS\nSELECT * FROM silver.a;",
        d="CREATE MATERIALIZED VIEW gold.d AS SELECT * FROM silver.a;",
        e="CREATE MATERIALIZED VIEW gold.e AS SELECT 1 AS one;",
    )
    done = attempt(lake, "pipeline", "check")
    assert done.returncode == 2
    assert (
        "These tables read each other: silver.a reads silver.b (pipelines/a.sql:1:52), which reads silver.c "
        "(pipelines/b.sql:1:52), which reads silver.a (pipelines/c.sql:2:15)." in done.stderr
    )
    assert done.stderr.count("error:") == 1
    assert "✓ gold.e" in done.stdout and "– gold.d" in done.stdout


def test_check_of_a_lake_without_data(lake):
    write_shop(lake)
    done = attempt(lake, "pipeline", "check")
    assert done.returncode == 0, done.stderr
    assert "not checked: no file yet: read_files('landing/sales/*.csv')" in done.stdout
    assert "not checked: bronze.sales is not checked" in done.stdout
    assert not (lake.folder / "lake").exists() or not stored(lake)


def test_check_looks_at_files_and_makes_nothing(lake):
    write_shop(lake)
    write_day(lake, 1)
    before = stored(lake)
    document = json.loads(lake.run("--json", "pipeline", "check"))
    assert [table["state"] for table in document["tables"]] == ["fine"] * 3
    columns = {column["name"]: column["type"] for column in document["tables"][2]["columns"]}
    assert columns == {"day": "DATE", "item": "VARCHAR", "quantity": "BIGINT", "revenue": "DECIMAL(38,2)"}
    assert stored(lake) == before


def test_a_broken_definition_hides_no_other_mistake_and_makes_none(lake):
    write_shop(lake)
    write_day(lake, 1)
    write_pipeline(
        lake,
        **{
            "silver/sales": SILVER.replace("EXPECT (quantity", "EXPECTED (quantity"),
            "other": "CREATE MATERIALIZED VIEW gold.other AS SELECT nothing FROM bronze.sales;",
        },
    )
    done = attempt(lake, "pipeline", "check")
    assert done.returncode == 2
    assert done.stderr.count("error:") == 2, done.stderr
    assert "pipelines/silver/sales.sql:3:26: error: Expected EXPECT here" in done.stderr
    assert "– gold.daily    materialized view  not checked: silver.sales has errors" in done.stdout
    run = attempt(lake, "pipeline", "run", "silver.sales+")
    assert run.returncode == 2
    assert "Expected EXPECT here" in run.stderr and not (lake.folder / "lake/bronze").exists()


def test_a_view_may_read_a_quarantine(lake):
    write_shop(lake)
    write_pipeline(
        lake,
        a="CREATE MATERIALIZED VIEW gold.amiss AS SELECT count(*) AS n FROM silver.sales__quarantine;\n"
        "CREATE MATERIALIZED VIEW gold.never AS SELECT count(*) AS n FROM bronze.sales__errors;",
    )
    write_day(lake, 1)
    assert "not checked: silver.sales__quarantine is not there yet" in lake.run("pipeline", "check")
    tables = run_pipeline(lake)
    assert tables["gold.amiss"]["state"] == "updated"
    assert tables["gold.never"]["state"] == "waiting"
    assert lake.sql("FROM gold.amiss") == [{"n": 1}]
    write_day(lake, 2)
    run_pipeline(lake)
    assert lake.sql("FROM gold.amiss") == [{"n": 2}]


def test_a_type_that_changes_is_told_before_the_run(lake):
    write_shop(lake)
    write_day(lake, 1)
    run_pipeline(lake)
    write_pipeline(lake, **{"silver/sales": SILVER.replace("quantity, price", "quantity::DOUBLE AS quantity, price")})
    done = attempt(lake, "pipeline", "run")
    assert done.returncode == 2
    assert "silver.sales has the column 'quantity' as BIGINT, but its query gives DOUBLE." in done.stderr
    assert "laguna pipeline run --full-refresh silver.sales" in done.stderr
    run_pipeline(lake, "--full-refresh", "silver.sales+")
    assert lake.sql("SELECT DISTINCT typeof(quantity) AS t FROM silver.sales") == [{"t": "DOUBLE"}]


def test_a_new_column_widens_the_table(lake):
    write_shop(lake)
    write_day(lake, 1)
    run_pipeline(lake)
    write_pipeline(lake, **{"silver/sales": SILVER.replace("price, day FROM", "price, day, upper(item) AS big FROM")})
    write_day(lake, 2)
    run_pipeline(lake)
    rows = lake.sql("SELECT DISTINCT day::VARCHAR AS day, big IS NULL AS none FROM silver.sales ORDER BY day")
    assert rows == [{"day": date_of(1), "none": True}, {"day": date_of(2), "none": False}]


def test_there_is_no_pipeline(lake):
    done = attempt(lake, "pipeline", "run")
    assert done.returncode == 2
    assert "There is no pipeline here" in done.stderr


# --- Materialized views.


def test_a_view_is_made_anew_only_when_something_changed(lake):
    write_shop(lake)
    write_day(lake, 1)
    run_pipeline(lake)
    assert versions(lake, "gold.daily") == 1
    # Its definition.
    write_pipeline(lake, **{"gold/daily": GOLD.replace("sum(quantity) AS", "2 * sum(quantity) AS")})
    assert run_pipeline(lake)["gold.daily"]["state"] == "updated"
    assert versions(lake, "gold.daily") == 2
    # Its source.
    lake.sql("INSERT INTO silver.sales VALUES ('x', 'mug', 1, 1, '2024-03-09')")
    assert run_pipeline(lake)["gold.daily"]["state"] == "updated"
    assert run_pipeline(lake)["gold.daily"]["state"] == "unchanged"
    assert versions(lake, "gold.daily") == 3


def test_a_view_of_the_clock_is_never_taken_for_steady(lake):
    lake.sql("CREATE TABLE bronze.t AS SELECT TIMESTAMP '2020-01-01' AS t")
    for number, expression in enumerate(["age(t)", "t < now()", "ago(INTERVAL 1 DAY) > t", "t < current_date"]):
        query = f"SELECT ({expression})::VARCHAR AS x FROM bronze.t"
        write_pipeline(lake, **{f"v{number}": f"CREATE MATERIALIZED VIEW gold.v{number} AS {query};"})
    run_pipeline(lake)
    views = lake.folder / "lake/_laguna/views"
    assert not views.exists() or not list(views.iterdir())


def test_a_view_of_files_is_committed_only_when_rows_differ(lake):
    landing = lake.folder / "lake/landing"
    landing.mkdir(parents=True)
    (landing / "items.csv").write_text("item,price\nmug,8\nlamp,40\n")
    write_pipeline(
        lake,
        v="CREATE MATERIALIZED VIEW gold.items AS SELECT * FROM read_csv('landing/items.csv');\n"
        "CREATE MATERIALIZED VIEW gold.old AS SELECT * FROM gold.items WHERE DATE '2020-01-01' < current_date;",
    )
    run_pipeline(lake)
    assert states(run_pipeline(lake)) == {"gold.items": "unchanged", "gold.old": "unchanged"}
    (landing / "items.csv").write_text("item,price\nlamp,40\nmug,8\n")
    assert states(run_pipeline(lake)) == {"gold.items": "unchanged", "gold.old": "unchanged"}
    (landing / "items.csv").write_text("item,price\nlamp,40\nmug,9\nmug,9\n")
    assert states(run_pipeline(lake)) == {"gold.items": "updated", "gold.old": "updated"}
    assert (versions(lake, "gold.items"), versions(lake, "gold.old")) == (2, 2)
    assert lake.texts("FROM gold.old") == [("lamp", "40"), ("mug", "9"), ("mug", "9")]


def test_a_table_that_no_pipeline_made_is_left_alone(lake):
    lake.sql("CREATE TABLE gold.mine AS SELECT 1 AS a")
    write_pipeline(lake, mine="CREATE MATERIALIZED VIEW gold.mine AS SELECT 2 AS a;")
    done = attempt(lake, "pipeline", "run")
    assert done.returncode != 0
    assert "gold.mine is there, but no materialized view made it" in done.stderr
    assert lake.sql("FROM gold.mine") == [{"a": 1}]


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
    assert "pipelines/silver/sales.sql:1:" in done.stderr
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


def test_nobody_else_writes_to_a_view(lake):
    write_pipeline(lake, v="CREATE MATERIALIZED VIEW gold.v AS SELECT 2 AS a;")
    run_pipeline(lake)
    for statement in (
        "INSERT INTO gold.v VALUES (3)",
        "CREATE OR REPLACE TABLE gold.v AS SELECT 3 AS a",
        "CREATE OR REPLACE TABLE gold.V (b INTEGER)",
    ):
        done = attempt(lake, "sql", "-c", statement)
        assert done.returncode == 1, statement
        assert "gold.v is a materialized view" in done.stderr
    assert lake.sql("FROM gold.v") == [{"a": 2}]


def test_check_tells_of_a_table_whose_definition_is_gone(lake):
    write_shop(lake)
    write_day(lake, 1)
    run_pipeline(lake)
    lake.sql("CREATE TABLE bronze.mine AS SELECT 1 AS a")
    lake.sql("CREATE VIEW gold.other AS SELECT 1 AS a")
    assert attempt(lake, "pipeline", "check").stderr == ""
    (lake.folder / "pipelines/gold/daily.sql").unlink()
    (lake.folder / "pipelines/silver/sales.sql").unlink()
    checked = attempt(lake, "pipeline", "check")
    assert checked.returncode == 0, checked.stderr
    assert [line.split(",")[0] for line in checked.stderr.splitlines()] == [
        "gold.daily was made as a materialized view",
        "silver.sales was made as a streaming table",
    ]
    assert 'laguna sql -c "DROP TABLE gold.daily"' in checked.stderr
    notices = json.loads(lake.run("--json", "pipeline", "check"))["notices"]
    assert len(notices) == 2
    lake.sql("DROP TABLE gold.daily")
    lake.sql("DROP TABLE silver.sales")
    assert attempt(lake, "pipeline", "check").stderr == ""


def test_views_of_the_lake_are_seen_through(lake):
    lake.sql("CREATE TABLE bronze.t AS SELECT 1 AS a")
    write_pipeline(lake, y="CREATE MATERIALIZED VIEW silver.first AS SELECT a + 1 AS a FROM bronze.t;")
    run_pipeline(lake)
    lake.sql("CREATE VIEW silver.v AS SELECT a FROM silver.first")
    write_pipeline(lake, a="CREATE MATERIALIZED VIEW gold.last AS SELECT a + 1 AS a FROM silver.v;")
    lake.sql("INSERT INTO bronze.t VALUES (10)")
    assert list(run_pipeline(lake)) == ["silver.first", "gold.last"]
    assert lake.texts("FROM gold.last") == [("12",), ("3",)]
    assert states(run_pipeline(lake)) == {"silver.first": "unchanged", "gold.last": "unchanged"}


# --- When things go wrong.


def test_a_failed_table_stops_only_what_reads_it(lake):
    write_shop(lake)
    write_day(lake, 1)
    write_pipeline(
        lake,
        bad="CREATE MATERIALIZED VIEW silver.bad AS SELECT (1 / 0)::INTEGER AS a, error('no luck') AS b;\n"
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
