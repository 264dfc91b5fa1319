# SPDX-License-Identifier: Apache-2.0
"""Materialized views: equal to their query, made anew only when something changed, written by nobody else."""

from story.pipeline import attempt, run_pipeline, states, versions
from story.shop import GOLD, write_day, write_pipeline, write_shop


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


def test_a_view_that_asks_for_protocol_is_defined_once(lake):
    lake.sql("CREATE TABLE bronze.t AS SELECT 1 AS a")
    folder = lake.folder / "lake/landing"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("a\n1\n")

    def define(properties):
        write_pipeline(
            lake,
            v=f"CREATE MATERIALIZED VIEW gold.v TBLPROPERTIES ({properties}) AS SELECT a FROM bronze.t;\n"
            f"CREATE MATERIALIZED VIEW gold.f TBLPROPERTIES ({properties}) AS FROM read_csv('landing/a.csv');",
        )

    wish = "'delta.minWriterVersion' = '7', 'delta.feature.vacuumProtocolCheck' = 'supported'"
    define(wish)
    run_pipeline(lake)
    lake.sql("INSERT INTO bronze.t VALUES (2)")
    assert states(run_pipeline(lake)) == {"gold.v": "updated", "gold.f": "unchanged"}
    log = lake.table_path("gold.v") / "_delta_log"
    assert '"metaData"' not in (log / f"{versions(lake, 'gold.v') - 1:020}.json").read_text()
    # A feature that is new.
    define(f"{wish}, 'delta.feature.v2Checkpoint' = 'supported'")
    assert states(run_pipeline(lake)) == {"gold.v": "updated", "gold.f": "updated"}
    assert states(run_pipeline(lake)) == {"gold.v": "unchanged", "gold.f": "unchanged"}
    for table in ("gold.v", "gold.f"):
        features = lake.texts(f"SELECT tableFeatures::VARCHAR FROM laguna_detail('{table}')")[0][0]
        assert "v2Checkpoint" in features
        assert "vacuumProtocolCheck" in features


def test_a_table_that_no_pipeline_made_is_left_alone(lake):
    lake.sql("CREATE TABLE gold.mine AS SELECT 1 AS a")
    write_pipeline(lake, mine="CREATE MATERIALIZED VIEW gold.mine AS SELECT 2 AS a;")
    done = attempt(lake, "pipeline", "run")
    assert done.returncode != 0
    assert "gold.mine is there, but no materialized view made it" in done.stderr
    assert lake.sql("FROM gold.mine") == [{"a": 1}]


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
