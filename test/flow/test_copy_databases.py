# SPDX-License-Identifier: Apache-2.0
"""Copies of tables of SQLite and PostgreSQL, whole and incrementally."""

import json
import os
import subprocess
import time

import pytest

from story.copies import RUN_LIMIT_S, copy, landed, refused, rows_of, write
from story.copies import office  # noqa: F401  (a fixture)
from story.postgres import PASSWORD, postgres  # noqa: F401  (a fixture)


def test_a_sqlite_table_whole(lake, office):  # noqa: F811
    report = copy(lake, "office:areas", "landing/office/")
    assert report["files"][0]["file"] == "landing/office/areas.csv" and report["rows"] == 2
    text = (lake.folder / "lake/landing/office/areas.csv").read_text()
    assert text.splitlines() == [
        "id,name,budget,since,last_modified",
        "1,north,0.1,2013-01-01,2013-01-01 10:00:00",
        '2,"",,,2013-01-01 11:00:00',
    ]
    assert copy(lake, "office:areas", "landing/office/")["unchanged"] == 1
    office.execute("DELETE FROM areas WHERE id = 2")
    office.execute("INSERT INTO areas VALUES (2, '', NULL, NULL, '2013-01-01 11:00:00')")
    office.commit()
    assert copy(lake, "office:areas", "landing/office/")["unchanged"] == 1
    office.execute("UPDATE areas SET name = 'south' WHERE id = 2")
    office.commit()
    assert copy(lake, "office:areas", "landing/office/")["rows"] == 2
    report = copy(lake, "office:main.areas", "landing/office/a.parquet")
    assert lake.sql("SELECT name, since FROM 'landing/office/a.parquet' ORDER BY id") == [
        {"name": "north", "since": "2013-01-01"}, {"name": "south", "since": None}
    ]


def test_a_sqlite_table_incrementally(lake, office):  # noqa: F811
    run = lambda: copy(lake, "office:areas", "landing/office/", "--incremental")  # noqa: E731
    assert run()["rows"] == 2
    assert run()["files"] == []
    office.execute("INSERT INTO areas VALUES (3, 'x', 1, NULL, '2013-01-01 11:00:00')")
    office.execute("UPDATE areas SET name = 'n', last_modified = '2013-01-02' WHERE id = 1")
    office.commit()
    assert sorted(row[0] for row in rows_of(lake, run())[1:]) == ["1", "3"]


def test_sqlite_values_of_another_type(lake, office):  # noqa: F811
    office.executescript("CREATE TABLE dirty(id INTEGER, amount INTEGER); INSERT INTO dirty VALUES (1, 'many'), (2, '')")
    office.commit()
    error = refused(lake, "office:dirty", "landing/")
    assert error["code"] == "copy.dirty_value" and '"amount"' in error["message"] and "--as-text" in error["hint"]
    report = copy(lake, "office:dirty", "landing/", "--as-text")
    assert rows_of(lake, report)[1:] == [["1", "many"], ["2", ""]]


def test_what_a_block_has_not(lake, office):  # noqa: F811
    error = refused(lake, "office:aeras", "landing/")
    assert error["code"] == "copy.table" and error["kind"] == "NotFound" and "'areas'" in error["hint"]
    assert refused(lake, "offise:areas", "landing/")["code"] == "block.unknown"
    assert refused(lake, "office:", "landing/")["code"] == "copy.table"
    error = refused(lake, "office:areas", "landing/", "--incremental", "--cursor", "name")
    assert error["code"] == "copy.cursor_value"
    (lake.folder / "office.db").rename(lake.folder / "gone.db")
    error = refused(lake, "office:areas", "landing/")
    assert error["kind"] == "NotFound" and "office.db" in error["message"]
    write(lake.folder / "office.db", "no database at all, but long enough to be read as one " * 20)
    error = refused(lake, "office:areas", "landing/")
    assert "office" in error["message"] and landed(lake) == []


def test_a_postgres_table_whole(lake, postgres):  # noqa: F811
    secret = postgres.block(lake)
    postgres.sql(
        "CREATE TABLE orders(id int, price numeric(10,2), exact numeric, at timestamptz, tags text[], note text);"
        "INSERT INTO orders VALUES (1, 1.50, 12345678901234567890.123456789, '2013-01-01 10:00:00+02', '{a,b}', NULL),"
        "(2, -0.01, NULL, NULL, NULL, '')"
    )
    report = copy(lake, "shop:orders", "landing/shop/", **secret)
    assert rows_of(lake, report) == [
        ["id", "price", "exact", "at", "tags", "note"],
        ["1", "1.50", "12345678901234567890.123456789", "2013-01-01 08:00:00+00", "[a, b]", ""],
        ["2", "-0.01", "", "", "", ""],
    ]
    assert copy(lake, "shop:public.orders", "landing/shop/", **secret)["unchanged"] == 1
    postgres.sql("UPDATE orders SET exact = exact + 0.000000001 WHERE id = 1")
    assert copy(lake, "shop:orders", "landing/shop/", **secret)["rows"] == 2


def test_a_postgres_table_incrementally(lake, postgres):  # noqa: F811
    secret = postgres.block(lake)
    postgres.sql(
        'CREATE SCHEMA "Odd.One"; CREATE TABLE "Odd.One".sales(id int, last_modified timestamp);'
        "INSERT INTO \"Odd.One\".sales SELECT i, timestamp '2013-01-01' + i * interval '1 min' FROM generate_series(1, 5000) i"
    )
    run = lambda *more: copy(lake, 'shop:"Odd.One".sales', "landing/", "--incremental", *more, **secret)  # noqa: E731
    assert run("--lag", "10m")["rows"] == 5000
    assert run("--lag", "10m")["files"] == []
    postgres.sql(
        "INSERT INTO \"Odd.One\".sales SELECT i, timestamp '2013-01-01' + (i - 10) * interval '1 min'"
        " FROM generate_series(5001, 5020) i"
    )
    # The last cursor was minute 5000, the lag goes down to 4990; new rows begin at minute 4991.
    assert run("--lag", "10m")["rows"] == 20


WIDE = """
CREATE TYPE mood AS ENUM ('ok', 'bad');
CREATE TABLE wide(i smallint, b bigint, n numeric, n2 numeric(10,2), f real, d double precision, t text, v varchar(5),
  c char(3), o boolean, da date, ts timestamp, tz timestamptz, tm time, iv interval, u uuid, j jsonb, a int[],
  ta text[], m mood, by bytea, mo money, ip inet);
INSERT INTO wide VALUES (1, 2, 1e-30, 1.5, 0.1, 0.1, 'x', 'y', 'z', true, '2013-01-01', '2013-01-01 10:00:00.123456',
  '2013-01-01 10:00:00+02', '10:00', '1 day 2 h', '00000000-0000-0000-0000-000000000001', '{"a": [1, null]}', '{1,2}',
  '{"a,b","\\"q"}', 'ok', '\\x00ff', 12.34, '10.0.0.1'), (1, NULL, 'NaN', NULL, 'NaN', 'infinity', '', NULL, NULL, NULL,
  NULL, '2013-01-01 10:00:00', 'infinity', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', NULL, NULL);
"""


@pytest.mark.parametrize("cursor, lag", [("ts", "1d"), ("tz", "1d"), ("da", "1d"), ("i", "3"), ("n2", "1"), ("d", "1")])
def test_rows_of_every_type_are_known_again(lake, postgres, cursor, lag):  # noqa: F811
    secret = postgres.block(lake)
    postgres.sql("DROP TABLE IF EXISTS wide; DROP TYPE IF EXISTS mood;" + WIDE)
    arguments = ["shop:wide", "landing/", "--incremental", "--cursor", cursor, "--lag", lag]
    assert copy(lake, *arguments, **secret)["rows"] == 2
    assert copy(lake, *arguments, **secret)["files"] == []
    postgres.sql("UPDATE wide SET t = 'changed' WHERE b = 2")
    assert copy(lake, *arguments, **secret)["rows"] == 1
    assert copy(lake, *arguments, **secret)["files"] == []


def test_postgres_finds_new_rows_itself(lake, postgres):  # noqa: F811
    secret = postgres.block(lake)
    postgres.sql(
        "CREATE TABLE events AS SELECT i AS id FROM generate_series(1, 20000) i; CREATE INDEX ON events(id)"
    )
    postgres.sql("ALTER SYSTEM SET log_statement = 'all'")
    postgres.sql("SELECT pg_reload_conf()")
    arguments = ["shop:events", "landing/", "--incremental", "--cursor", "id", "--lag", "10"]
    assert copy(lake, *arguments, **secret)["rows"] == 20000
    postgres.sql("INSERT INTO events VALUES (20001), (NULL)")
    assert copy(lake, *arguments, **secret)["rows"] == 2
    assert """WHERE "id" >= '19990' OR "id" IS NULL""" in (postgres.folder / "log").read_text()


def test_what_goes_wrong_with_postgres(lake, postgres):  # noqa: F811
    secret = postgres.block(lake)
    postgres.sql("CREATE TABLE customers(id int); INSERT INTO customers VALUES (1)")
    error = refused(lake, "shop:customer", "landing/", **secret)
    assert error["code"] == "copy.table" and "'customers'" in error["hint"]
    error = refused(lake, "shop:customers", "landing/", LAGUNA_SECRET_SHOP_PASSWORD="wrong")
    assert error["code"] == "block.database" and "password authentication failed" in error["message"]
    assert "wrong" not in json.dumps(error)
    assert refused(lake, "shop:customers", "landing/")["code"] == "secret.missing"
    assert refused(lake, "shop:customers", "landing/", "--as-text", **secret)["code"] == "copy.option"
    postgres.stop()
    try:
        error = refused(lake, "shop:customers", "landing/", **secret)
    finally:
        postgres.start()
    assert error["kind"] == "Unavailable" and error["code"] == "block.database", error
    assert PASSWORD not in json.dumps(error) and landed(lake) == []
    assert copy(lake, "shop:customers", "landing/", **secret)["rows"] == 1


def test_a_postgres_that_goes_away_midway(lake, postgres):  # noqa: F811
    secret = postgres.block(lake)
    postgres.sql(
        "CREATE TABLE big(id int); INSERT INTO big VALUES (1);"
        "CREATE VIEW slow AS SELECT id, pg_sleep(30)::text AS nap FROM big"
    )
    process = subprocess.Popen(
        [str(lake.program), "--lake", str(lake.folder), "--json", "copy", "shop:slow", "landing/"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **secret},
    )
    time.sleep(2)
    postgres.stop()
    _, stderr = process.communicate(timeout=RUN_LIMIT_S)
    postgres.start()
    error = json.loads(stderr)["error"]
    assert process.returncode == 1 and error["kind"] == "Unavailable", error
    assert landed(lake) == []


def test_a_table_under_another_case_is_refused(lake, office):  # noqa: F811
    copy(lake, "office:areas", "landing/", "--incremental")
    error = refused(lake, "office:Areas", "landing/", "--incremental")
    assert error["code"] == "copy.other_name" and "'office:areas'" in error["hint"]


def test_a_file_that_is_no_sqlite_database_is_named(lake, office):  # noqa: F811
    write(lake.folder / "office.db", "no database at all, but long enough to be read as one " * 20)
    error = refused(lake, "office:areas", "landing/")
    assert error["code"] == "block.database" and "no SQLite database" in error["message"], error
