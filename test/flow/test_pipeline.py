# SPDX-License-Identifier: Apache-2.0
"""Pipelines as their users run them: files in, tables out."""

import csv
import shutil
from collections import defaultdict
from decimal import Decimal

from story.lake import Lake
from story.pipeline import attempt, run_pipeline, states, stored, versions
from story.shop import SILVER, check_shop, date_of, write_day, write_pipeline, write_shop

RETAIL_ROWS = 541_909


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
    changed = str(file.relative_to(lake.folder / "lake"))
    assert tables["bronze.sales"]["changed_files"] == [changed]
    assert lake.sql("SELECT \"table\", file, state FROM laguna.files") == [
        {"table": "bronze.sales", "file": changed, "state": "changed"}
    ]
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


def test_a_copied_lake_reads_nothing_twice(lake):
    write_shop(lake)
    write_day(lake, 1)
    run_pipeline(lake)
    copy = lake.folder.with_name("copy")
    shutil.copytree(lake.folder, copy, copy_function=shutil.copyfile)
    said = attempt(Lake(lake.program, copy), "pipeline", "run")
    assert "changed" not in said.stdout + said.stderr
    assert states(run_pipeline(Lake(lake.program, copy)))["bronze.sales"] == "unchanged"


def test_a_misspelt_zone_is_a_mistake(lake):
    write_shop(lake)
    for file in (lake.folder / "pipelines").rglob("*.sql"):
        file.write_text(file.read_text().replace("landing/", "landng/"))
    said = attempt(lake, "pipeline", "check")
    assert said.returncode == 2
    assert "hint: Did you mean 'landing'?" in said.stderr


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
