# SPDX-License-Identifier: Apache-2.0
"""Mistakes in a pipeline, told with their place before anything runs."""

import json
import re

from story.pipeline import attempt, run_pipeline, states, stored
from story.shop import SILVER, write_day, write_pipeline, write_shop


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


def test_there_is_no_pipeline(lake):
    done = attempt(lake, "pipeline", "run")
    assert done.returncode == 2
    assert "There is no pipeline here" in done.stderr


def test_check_tells_of_properties_that_a_table_does_not_take_over(lake):
    write_day(lake, 1)

    def notices(properties):
        write_pipeline(
            lake,
            t=f"CREATE STREAMING TABLE bronze.t TBLPROPERTIES ({properties}) AS\n"
            "SELECT * FROM STREAM read_files('landing/sales/*.csv', format => 'csv');",
        )
        return json.loads(lake.run("--json", "pipeline", "check"))["notices"]

    wish = "'team' = 'sales', 'delta.minWriterVersion' = '7', 'delta.feature.rowTracking' = 'supported'"
    assert notices(wish) == []
    run_pipeline(lake)
    assert notices(wish) == []
    (notice,) = notices(wish + ", 'delta.feature.v2Checkpoint' = 'supported'")
    assert notice.startswith("bronze.t: the table is there and keeps its own TBLPROPERTIES")


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
