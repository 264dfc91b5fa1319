# SPDX-License-Identifier: Apache-2.0
"""Expectations: which rows are kept, set aside, counted, and what may be asked of a row."""

import re

from story.pipeline import attempt, run_pipeline, stored
from story.shop import GOLD, SILVER, check_shop, write_day, write_pipeline, write_shop


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
    lately = "FROM laguna.expectations WHERE counted > now() - INTERVAL 1 HOUR"
    assert lake.sql(f"SELECT count(DISTINCT counted) AS n {lately}") == [{"n": 2}]


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


def test_a_side_table_of_others_is_left_alone(lake):
    write_shop(lake)
    write_day(lake, 1)
    lake.sql("CREATE TABLE silver.sales__quarantine AS SELECT 7 AS mine")
    done = attempt(lake, "pipeline", "run")
    assert done.returncode == 1
    assert "silver.sales__quarantine is there, but silver.sales, whose rows it would keep, is not." in done.stderr
    assert lake.sql("FROM silver.sales__quarantine") == [{"mine": 7}]


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
