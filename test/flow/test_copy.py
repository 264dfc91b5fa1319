# SPDX-License-Identifier: Apache-2.0
"""Copies: files, folders, tables of SQLite and PostgreSQL, whole and incrementally."""

import csv
import gzip
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

import pytest

from story.lake import CommandFailed, Lake
from story.postgres import PASSWORD, postgres  # noqa: F401  (a fixture)

RUN_LIMIT_S = 60


def copy(lake, *arguments, **environment):
    """`laguna copy ... --json`, as a dict."""
    return json.loads(lake.run("--json", "copy", *map(str, arguments), **environment))


def refused(lake, *arguments, **environment):
    """The error of a copy that has to fail."""
    with pytest.raises(CommandFailed) as failure:
        copy(lake, *arguments, **environment)
    return json.loads(failure.value.stderr)["error"]


def landed(lake, folder="landing"):
    """Every file of a zone's folder, by path below the storage root."""
    root = lake.folder / "lake"
    return sorted(str(path.relative_to(root)) for path in (root / folder).rglob("*") if path.is_file())


def rows_of(lake, report):
    """The rows of the one CSV file of a report, as lists; header first."""
    assert len(report["files"]) == 1, report
    with open(lake.folder / "lake" / report["files"][0]["file"], newline="") as file:
        return list(csv.reader(file))


def write(path, text, encoding="utf-8"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding=encoding)
    return path


# --- Full copies of files


def test_a_file_is_copied_as_it_is_and_only_once(lake, tmp_path):
    source = tmp_path / "odd name.bin"
    content = bytes(range(256)) * 5000
    source.write_bytes(content)
    report = copy(lake, source, "landing/sales/")
    assert [file["file"] for file in report["files"]] == ["landing/sales/odd name.bin"]
    assert report["bytes"] == len(content) and report["rows"] is None
    target = lake.folder / "lake/landing/sales/odd name.bin"
    assert target.read_bytes() == content

    before = target.stat()
    again = copy(lake, source, "landing/sales/")
    assert again["files"] == [] and again["unchanged"] == 1
    assert target.stat().st_mtime_ns == before.st_mtime_ns

    source.touch()  # another time, the same bytes
    assert copy(lake, source, "landing/sales/")["files"] == []
    source.write_bytes(content[:-1] + b"x")
    changed = copy(lake, source, "landing/sales/")
    assert len(changed["files"]) == 1 and changed["replaced"] == 1 and report["replaced"] == 0
    assert target.read_bytes() == source.read_bytes()
    history = lake.sql("SELECT file, rows, bytes, mode FROM laguna.copies")
    assert history == [
        {"file": "landing/sales/odd name.bin", "rows": None, "bytes": len(content), "mode": "full"}
    ] * 2


def test_a_removed_or_spoilt_copy_is_made_again(lake, tmp_path):
    source = write(tmp_path / "a.csv", "a,b\n1,2\n")
    copy(lake, source, "landing/")
    target = lake.folder / "lake/landing/a.csv"
    target.unlink()
    assert len(copy(lake, source, "landing/")["files"]) == 1
    target.write_text("a,b\n1,3\n")
    assert len(copy(lake, source, "landing/")["files"]) == 1
    assert target.read_text() == "a,b\n1,2\n"


def test_a_folder_keeps_its_structure_and_leaves_hidden_files_out(lake, tmp_path):
    for name in ["a.csv", "2013/01/b.csv", "2013/.c.csv", "_draft/d.csv", "empty.csv"]:
        write(tmp_path / "shop" / name, "" if name == "empty.csv" else name)
    done = subprocess.run(
        [str(lake.program), "--lake", str(lake.folder), "copy", str(tmp_path / "shop"), "landing/shop"],
        capture_output=True, text=True, timeout=RUN_LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    assert "2 hidden files are left out" in done.stderr
    assert done.stdout.splitlines()[0] == "landing/shop/: 3 files copied (18 B)."
    assert landed(lake) == ["landing/shop/2013/01/b.csv", "landing/shop/a.csv", "landing/shop/empty.csv"]

    write(tmp_path / "shop/2013/02/e.csv", "e")
    report = copy(lake, tmp_path / "shop", "landing/shop/")
    assert [file["file"] for file in report["files"]] == ["landing/shop/2013/02/e.csv"]
    assert report["unchanged"] == 3 and report["hidden"] == 2


def test_a_pattern_and_a_zone_to_another(lake, tmp_path):
    (lake.folder / "laguna.yaml").write_text("name: x\nzones:\n  - landing: files\n  - raw: files\n  - clean\n")
    for name in ["a.csv", "b.csv", "c.txt", "sub/d.csv"]:
        write(tmp_path / "shop" / name, name)
    report = copy(lake, tmp_path / "shop/*.csv", "landing/shop/")
    assert len(report["files"]) == 2
    copy(lake, tmp_path / "shop/", "landing/all/")
    report = copy(lake, "landing/", "raw/")
    assert len(report["files"]) == 6
    assert [name.replace("raw/", "") for name in landed(lake, "raw")] == [
        name.replace("landing/", "") for name in landed(lake)
    ]
    assert copy(lake, "landing/", "raw/")["unchanged"] == 6
    assert copy(lake, tmp_path / "shop/*.parquet", "landing/shop/")["files"] == []


def test_more_files_than_one_record_holds(lake, tmp_path):
    for i in range(1203):
        write(tmp_path / "many" / f"{i:04}.csv", f"{i}\n")
    assert len(copy(lake, tmp_path / "many", "landing/many/")["files"]) == 1203
    assert copy(lake, tmp_path / "many", "landing/many/")["unchanged"] == 1203
    assert lake.sql("SELECT count(*) AS n FROM laguna.copies") == [{"n": 1203}]


def test_a_file_target_renames(lake, tmp_path):
    source = write(tmp_path / "export.csv", "x\n")
    assert copy(lake, source, "landing/sales.csv")["files"][0]["file"] == "landing/sales.csv"
    write(tmp_path / "two/a.csv", "x")
    assert refused(lake, tmp_path / "two", "landing/x.csv")["code"] == "copy.target"


def test_a_foreign_file_is_replaced_with_a_word(lake, tmp_path):
    source = write(tmp_path / "a.csv", "ours")
    write(lake.folder / "lake/landing/a.csv", "somebody else's")
    done = subprocess.run(
        [str(lake.program), "--lake", str(lake.folder), "copy", str(source), "landing/"],
        capture_output=True, text=True, timeout=RUN_LIMIT_S,
    )
    assert "landing/a.csv is replaced; it was not made by this copy." in done.stderr


def test_a_file_that_grows_while_it_is_read_is_not_published(lake, tmp_path):
    source = tmp_path / "growing.csv"
    source.write_text("a\n" * 1000)

    def grow():
        time.sleep(0.7)
        with open(source, "a") as file:
            file.write("b\n")

    writer = threading.Thread(target=grow)
    writer.start()
    error = refused(lake, source, "landing/", LAGUNA_FAULT="append:landing:before:delay=2000ms:1")
    writer.join()
    assert error["code"] == "copy.source_changed" and "growing.csv" in error["message"]
    assert landed(lake) == []
    assert len(copy(lake, source, "landing/")["files"]) == 1


def without_root_rights(command):
    """Root reads everything; without these rights it is a user like others."""
    if os.geteuid() != 0:
        return command
    dropped = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={dropped}", f"--inh-caps={dropped}", "--", *command]


@pytest.mark.parametrize("which", ["file", "folder", "target"])
def test_no_permission_names_the_path(lake, tmp_path, which):
    source = write(tmp_path / "shop/sub/a.csv", "x")
    (lake.folder / "lake/landing").mkdir(parents=True)
    locked = {"file": source, "folder": source.parent, "target": lake.folder / "lake/landing"}[which]
    locked.chmod(0o500 if which == "target" else 0)
    try:
        done = subprocess.run(
            without_root_rights(
                [str(lake.program), "--lake", str(lake.folder), "--json", "copy", str(tmp_path / "shop"), "landing/"]
            ),
            capture_output=True, text=True, timeout=RUN_LIMIT_S,
        )
    finally:
        locked.chmod(0o755)
    assert done.returncode != 0
    error = json.loads(done.stderr)["error"]
    assert error["kind"] == "PermissionDenied" and str(locked) in error["message"], error
    assert len(copy(lake, tmp_path / "shop", "landing/")["files"]) == 1


def test_a_full_disk_leaves_nothing_half_done(lake, tmp_path):
    source = write(tmp_path / "a.csv", "x\n" * 1000)
    error = refused(lake, source, "landing/", LAGUNA_FAULT="append:landing:before:error=Exhausted:1")
    assert error["kind"] == "Exhausted"
    assert landed(lake) == []
    assert len(copy(lake, source, "landing/")["files"]) == 1


# --- Wrong words


@pytest.mark.parametrize(
    "arguments, code, says",
    [
        (["a.csv", "lending/"], "copy.target", "landing"),
        (["a.csv", "bronze/x"], "copy.target", "holds tables"),
        (["a.csvv", "landing/"], "copy.source", "a.csv"),
        (["shopp:sales", "landing/"], "block.unknown", "shopp"),
        (["landing/", "landing/sub/"], "copy.into_itself", "beside"),
        (["s3://bucket/a.csv", "landing/"], "copy.url", "s3://"),
        (["a.csv", "landing/", "--lag", "1h"], "copy.option", "incremental"),
        (["a.csv", "landing/", "--format", "csv"], "copy.option", "full copy"),
        (["a.csv", "landing/", "--incremental", "--cursor", "modified"], "copy.cursor", "last_modified"),
        (["a.csv", "landing/", "--incremental", "--cursor", "name"], "copy.cursor_value", "cursor_format"),
        (["a.csv", "landing/", "--incremental", "--lag", "5"], "copy.lag", "1h"),
        (["a.csv", "landing/x.json", "--incremental"], "copy.format", ".csv"),
        (["a.csv", "landing/x.csv", "--incremental", "--format", "parquet"], "copy.format", "parquet"),
        (["b.xlsx", "landing/", "--incremental"], "copy.rows", ".csv"),
    ],
)
def test_wrong_words_are_errors_that_help(lake, arguments, code, says):
    write(lake.folder / "a.csv", "id,name,last_modified\n1,x,2013-01-01\n")
    write(lake.folder / "b.xlsx", "PK")
    write(lake.folder / "lake/landing/c.csv", "x")
    error = refused(lake, *arguments)
    assert error["code"] == code
    assert says in error["message"] + (error["hint"] or ""), error


# --- Incremental copies of files

HEADER = "id,amount,last_modified\n"


def test_only_new_rows_go_into_a_new_file_per_run(lake):
    source = write(lake.folder / "shop/sales.csv", HEADER + "1,007,2013-01-01\n2,,2013-01-02\n")
    first = copy(lake, "shop/sales.csv", "landing/sales/", "--incremental")
    assert re.fullmatch(r"landing/sales/sales_\d{8}T\d{6}Z_1_[0-9a-f]{16}\.csv", first["files"][0]["file"])
    assert first["rows"] == 2 and first["cursor_to"] == "2013-01-02 00:00:00"
    # Cells are the text they were.
    assert rows_of(lake, first)[1:] == [["1", "007", "2013-01-01"], ["2", "", "2013-01-02"]]

    assert copy(lake, "shop/sales.csv", "landing/sales/", "--incremental")["files"] == []
    assert len(landed(lake)) == 1

    with open(source, "a") as file:
        file.write("3,9,2013-01-02\n4,5,2013-01-03\n2,8,2013-01-03\n")
    second = copy(lake, "shop/sales.csv", "landing/sales/", "--incremental")
    # A row equal to the last cursor, a new one, and an old one that was updated.
    assert [row[0] for row in rows_of(lake, second)[1:]] == ["3", "4", "2"]
    assert len(landed(lake)) == 2
    history = lake.sql('SELECT "from", "to", rows, cursor_from, cursor_to FROM laguna.copies ORDER BY started')
    assert history == [
        {"from": "shop/sales.csv", "to": "landing/sales/", "rows": 2, "cursor_from": None,
         "cursor_to": "2013-01-02 00:00:00"},
        {"from": "shop/sales.csv", "to": "landing/sales/", "rows": 3, "cursor_from": "2013-01-02 00:00:00",
         "cursor_to": "2013-01-03 00:00:00"},
    ]


def test_late_rows_within_the_lag_are_found_and_nothing_twice(lake):
    source = lake.folder / "s.csv"
    run = lambda *more: copy(lake, "s.csv", "landing/", "--incremental", "--lag", "1h", *more)  # noqa: E731
    write(source, HEADER + "1,1,2013-01-01 10:00:00\n2,2,2013-01-01 11:00:00\n")
    assert run()["rows"] == 2
    with open(source, "a") as file:
        file.write("3,3,2013-01-01 10:00:00\n")  # late, on the edge of the window
        file.write("4,4,2013-01-01 09:59:59\n")  # later than the lag allows
    assert [row[0] for row in rows_of(lake, run())[1:]] == ["3"]
    assert run()["files"] == []
    # Another lag than before does not copy again what lies below the old window.
    wider = copy(lake, "s.csv", "landing/", "--incremental", "--lag", "10d")
    assert wider["files"] == []


def test_equal_rows_are_copied_as_often_as_they_stand_there(lake):
    source = write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n1,1,2013-01-01\n")
    run = lambda: copy(lake, "s.csv", "landing/", "--incremental")  # noqa: E731
    assert run()["rows"] == 2
    assert run()["files"] == []
    with open(source, "a") as file:
        file.write("1,1,2013-01-01\n")
    assert run()["rows"] == 1
    assert run()["files"] == []


def test_rows_without_a_cursor_are_copied_once(lake):
    source = write(lake.folder / "s.csv", HEADER + "1,1,\n2,2,2013-01-01\n")
    report = copy(lake, "s.csv", "landing/", "--incremental")
    assert report["rows"] == 2 and report["rows_without_cursor"] == 1
    for day in range(2, 5):
        with open(source, "a") as file:
            file.write(f"{day + 1},1,2013-01-0{day}\n")
        report = copy(lake, "s.csv", "landing/", "--incremental")
        assert report["rows"] == 1 and report["rows_without_cursor"] == 0
    with open(source, "a") as file:
        file.write("9,9,\n")
    assert copy(lake, "s.csv", "landing/", "--incremental")["rows_without_cursor"] == 1


def test_rows_without_any_cursor_value(lake):
    source = write(lake.folder / "s.csv", HEADER + "1,1,\n")
    assert copy(lake, "s.csv", "landing/", "--incremental")["rows"] == 1
    assert copy(lake, "s.csv", "landing/", "--incremental")["files"] == []
    with open(source, "a") as file:
        file.write("2,2,17\n")
    assert copy(lake, "s.csv", "landing/", "--incremental")["cursor_to"] == "17"


def test_a_new_column_does_not_copy_old_rows_again(lake):
    source = write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n")
    copy(lake, "s.csv", "landing/", "--incremental")
    write(source, "id,amount,last_modified,note\n1,1,2013-01-01,\n2,2,2013-01-02,hello\n")
    report = copy(lake, "s.csv", "landing/", "--incremental")
    assert rows_of(lake, report) == [["id", "amount", "last_modified", "note"], ["2", "2", "2013-01-02", "hello"]]


def test_a_folder_of_files_is_one_source(lake):
    write(lake.folder / "shop/1.csv", HEADER + "1,1,2013-01-01\n")
    write(lake.folder / "shop/2.csv", "last_modified;id\n2013-01-02;2\n")
    write(lake.folder / "shop/empty.csv", "")
    report = copy(lake, "shop/", "landing/", "--incremental")
    assert sorted(row[0] for row in rows_of(lake, report)[1:]) == ["1", "2"]
    assert report["files"][0]["file"].startswith("landing/shop_")
    write(lake.folder / "shop/3.csv", HEADER + "3,1,2013-01-03\n")
    assert copy(lake, "shop/", "landing/", "--incremental")["rows"] == 1


def test_day_first_dates_want_a_format(lake):
    source = write(lake.folder / "s.csv", "id,day\n1,31/12/2012\n2,1/01/2013\n")
    arguments = ["s.csv", "landing/", "--incremental", "--cursor", "day"]
    error = refused(lake, *arguments)
    assert error["code"] == "copy.cursor_value" and "'%d/%m/%Y'" in error["hint"]
    report = copy(lake, *arguments, "--cursor-format", "%d/%m/%Y")
    assert report["cursor_to"] == "2013-01-01 00:00:00"
    assert rows_of(lake, report)[1] == ["1", "31/12/2012"]
    with open(source, "a") as file:
        file.write("3,2/01/2013\n")
    assert copy(lake, *arguments, "--cursor-format", "%d/%m/%Y")["rows"] == 1
    with open(source, "a") as file:
        file.write("4,soon\n")
    error = refused(lake, *arguments, "--cursor-format", "%d/%m/%Y")
    assert "'soon'" in error["message"]


def test_numbers_are_cursors_too(lake):
    source = write(lake.folder / "s.csv", "id\n8\n9\n10\n")
    run = lambda *more: copy(lake, "s.csv", "landing/", "--incremental", "--cursor", "ID", *more)  # noqa: E731
    assert run("--lag", "5")["cursor_to"] == "10"
    with open(source, "a") as file:
        file.write("6\n4\n11\n")
    assert [row[0] for row in rows_of(lake, run("--lag", "5"))[1:]] == ["6", "11"]


@pytest.mark.parametrize("text", ["", HEADER])
def test_a_source_without_rows_makes_no_file(lake, text):
    write(lake.folder / "s.csv", text)
    assert copy(lake, "s.csv", "landing/", "--incremental")["files"] == []
    assert landed(lake) == [] if (lake.folder / "lake/landing").exists() else True
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n")
    assert copy(lake, "s.csv", "landing/", "--incremental")["rows"] == 1


def test_latin_1_is_named_and_read(lake):
    write(lake.folder / "s.csv", HEADER.replace("amount", "town") + "1,Bogotá,2013-01-01\n", "latin-1")
    assert copy(lake, "s.csv", "landing/asis/")["bytes"] > 0
    assert (lake.folder / "lake/landing/asis/s.csv").read_bytes() == (lake.folder / "s.csv").read_bytes()
    error = refused(lake, "s.csv", "landing/", "--incremental")
    assert error["code"] == "copy.encoding" and "latin-1" in error["hint"]
    report = copy(lake, "s.csv", "landing/", "--incremental", "--encoding", "latin-1")
    assert rows_of(lake, report)[1][1] == "Bogotá"


@pytest.mark.parametrize("line", ["2,2,2013-01-02,extra,more", "2", '2,"open,2013-01-02'])
def test_broken_lines_are_errors_with_their_line_and_nothing_is_copied(lake, line):
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n" + line + "\n" + "3,3,2013-01-03\n" * 3)
    error = refused(lake, "s.csv", "landing/", "--incremental")
    assert error["code"] == "copy.csv", error
    assert f"Line 3 of '{lake.folder}/s.csv' is broken" in error["message"] and line in error["hint"], error
    assert "2013-01-03" not in error["message"], error
    assert lake.sql("SELECT count(*) AS n FROM laguna.copies") == [{"n": 0}]


@pytest.mark.parametrize("newline, mark", [("\r\n", ""), ("\n", "\ufeff"), ("\r\n", "\ufeff")])
def test_line_ends_and_byte_order_marks_are_no_data(lake, newline, mark):
    text = mark + 'id;note;last_modified\n1;"two\nlines, ""quoted""";2013-01-01\n2;x,y;2013-01-02'
    (lake.folder / "s.csv").write_bytes(text.replace("\n", newline).encode())
    report = copy(lake, "s.csv", "landing/", "--incremental", "--cursor", "id")
    rows = rows_of(lake, report)
    assert [[value.replace("\r", "") for value in row] for row in rows] == [
        ["id", "note", "last_modified"],
        ["1", 'two\nlines, "quoted"', "2013-01-01"],
        ["2", "x,y", "2013-01-02"],
    ]


def test_a_hundred_files_with_broken_neighbours(lake):
    for i in range(100):
        write(lake.folder / f"shop/{i:03}.csv", HEADER + f"{i},1,2013-01-01\n")
    assert copy(lake, "shop/", "landing/", "--incremental")["rows"] == 100
    write(lake.folder / "shop/050.csv", HEADER + "50,1\n")
    error = refused(lake, "shop/", "landing/", "--incremental")
    assert "050.csv" in error["message"], error
    write(lake.folder / "shop/050.csv", "last_modified,id\n2013-01-02,50\n")
    report = copy(lake, "shop/", "landing/", "--incremental")
    assert sorted(rows_of(lake, report)[1]) == ["", "2013-01-02", "50"]


def test_a_file_that_grows_while_its_rows_are_read(lake):
    source = write(lake.folder / "lake/landing/s.csv", HEADER + "1,1,2013-01-01\n")

    def grow():
        time.sleep(0.7)
        with open(source, "a") as file:
            file.write("2,2,2013-01-02\n")

    writer = threading.Thread(target=grow)
    writer.start()
    error = refused(lake, "landing/s.csv", "landing/new/", "--incremental",
                    LAGUNA_FAULT="open:landing/s.csv:before:delay=2000ms:1")
    writer.join()
    assert error["code"] == "copy.source_changed"
    assert copy(lake, "landing/s.csv", "landing/new/", "--incremental")["rows"] == 2


def test_parquet_json_and_packed_files(lake):
    lake.sql("COPY (SELECT 1 AS id, TIMESTAMP '2013-01-01' AS at, [1, 2] AS list) TO 'p.parquet'")
    report = copy(lake, "p.parquet", "landing/p/", "--incremental", "--cursor", "at")
    assert report["files"][0]["file"].endswith(".parquet")
    assert lake.sql("SELECT * FROM 'landing/p/*.parquet'") == [{"id": 1, "at": "2013-01-01 00:00:00", "list": [1, 2]}]
    assert copy(lake, "p.parquet", "landing/p/", "--incremental", "--cursor", "at")["files"] == []

    write(lake.folder / "j.jsonl", '{"id": 1, "at": "2013-01-01", "more": {"a": 1}}\n')
    report = copy(lake, "j.jsonl", "landing/j/", "--incremental", "--cursor", "at", "--format", "csv")
    assert rows_of(lake, report)[0] == ["id", "at", "more"]

    with gzip.open(lake.folder / "z.csv.gz", "wt") as file:
        file.write(HEADER + "1,1,2013-01-01\n")
    report = copy(lake, "z.csv.gz", "landing/z/", "--incremental")
    assert re.search(r"landing/z/z_.*\.csv$", report["files"][0]["file"]) and report["rows"] == 1


def test_odd_names_are_only_names(lake):
    name = "a 'b' \"c\" [d] {e}.csv"
    write(lake.folder / name, 'id,"we""ird, \'x\'"\n1,2013-01-01\n')
    report = copy(lake, name, "landing/", "--incremental", "--cursor", "we\"ird, 'x'")
    assert report["rows"] == 1
    assert rows_of(lake, report)[0] == ["id", "we\"ird, 'x'"]


# --- Databases


@pytest.fixture
def office(lake):
    """A SQLite database behind the block `office`."""
    path = lake.folder / "office.db"
    (lake.folder / "blocks").mkdir()
    (lake.folder / "blocks/office.yaml").write_text("type: sqlite\npath: office.db\n")
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE areas(id INTEGER, name TEXT, budget REAL, since DATE, last_modified TIMESTAMP);"
        "INSERT INTO areas VALUES (1, 'north', 0.1, '2013-01-01', '2013-01-01 10:00:00'),"
        "(2, '', NULL, NULL, '2013-01-01 11:00:00');"
    )
    connection.commit()
    yield connection
    connection.close()


def test_a_sqlite_table_whole(lake, office):
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


def test_a_sqlite_table_incrementally(lake, office):
    run = lambda: copy(lake, "office:areas", "landing/office/", "--incremental")  # noqa: E731
    assert run()["rows"] == 2
    assert run()["files"] == []
    office.execute("INSERT INTO areas VALUES (3, 'x', 1, NULL, '2013-01-01 11:00:00')")
    office.execute("UPDATE areas SET name = 'n', last_modified = '2013-01-02' WHERE id = 1")
    office.commit()
    assert sorted(row[0] for row in rows_of(lake, run())[1:]) == ["1", "3"]


def test_sqlite_values_of_another_type(lake, office):
    office.executescript("CREATE TABLE dirty(id INTEGER, amount INTEGER); INSERT INTO dirty VALUES (1, 'many'), (2, '')")
    office.commit()
    error = refused(lake, "office:dirty", "landing/")
    assert error["code"] == "copy.dirty_value" and '"amount"' in error["message"] and "--as-text" in error["hint"]
    report = copy(lake, "office:dirty", "landing/", "--as-text")
    assert rows_of(lake, report)[1:] == [["1", "many"], ["2", ""]]


def test_what_a_block_has_not(lake, office):
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
    assert error["code"] == "copy.database" and "password authentication failed" in error["message"]
    assert "wrong" not in json.dumps(error)
    assert refused(lake, "shop:customers", "landing/")["code"] == "secret.missing"
    assert refused(lake, "shop:customers", "landing/", "--as-text", **secret)["code"] == "copy.option"
    postgres.stop()
    try:
        error = refused(lake, "shop:customers", "landing/", **secret)
    finally:
        postgres.start()
    assert error["kind"] == "Unavailable" and error["code"] == "copy.database", error
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


def said(lake, *arguments):
    """What a copy says to people: its result, and beside it."""
    done = subprocess.run(
        [str(lake.program), "--lake", str(lake.folder), "copy", *arguments],
        capture_output=True, text=True, timeout=RUN_LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def test_another_cursor_does_not_begin_anew_without_a_word(lake):
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n")
    copy(lake, "s.csv", "landing/", "--incremental", "--cursor", "id")
    error = refused(lake, "s.csv", "landing/", "--incremental")
    assert error["code"] == "copy.other_cursor" and "--cursor id" in error["hint"], error
    assert copy(lake, "s.csv", "landing/other/", "--incremental")["rows"] == 1


def test_a_source_under_another_spelling_is_the_same_copy(lake, tmp_path):
    write(lake.folder / "a/s.csv", HEADER + "1,1,2013-01-01\n")
    outside = write(tmp_path / "out/s.csv", HEADER + "1,1,2013-01-01\n")
    (lake.folder / "link").symlink_to("a")
    for folder, spellings in [
        ("one", ["a/s.csv", lake.folder / "a/s.csv", "link/s.csv", "./a/../a/s.csv"]),
        ("two", [outside, os.path.relpath(outside, lake.folder)]),
    ]:
        rows = [copy(lake, name, f"landing/{folder}/", "--incremental")["rows"] for name in spellings]
        assert rows == [1] + [0] * (len(spellings) - 1)
    assert copy(lake, "a/s.csv", "landing/one/", "--incremental", "--cursor", "LAST_MODIFIED")["rows"] == 0


def test_a_table_under_another_case_is_refused(lake, office):
    copy(lake, "office:areas", "landing/", "--incremental")
    error = refused(lake, "office:Areas", "landing/", "--incremental")
    assert error["code"] == "copy.other_name" and "'office:areas'" in error["hint"]


def test_a_cursor_that_is_to_come_hides_no_later_row(lake):
    source = write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n9,9,9999-12-31\n")
    result, note = said(lake, "s.csv", "landing/", "--incremental")
    assert "(2 rows)" in result and "1 new row has" in note and "'9999-12-31 00:00:00'" in note, note
    assert lake.sql("SELECT cursor_to FROM laguna.copies") == [{"cursor_to": "2013-01-01 00:00:00"}]
    with open(source, "a") as file:
        file.write("2,2,2013-01-02\n")
    report = copy(lake, "s.csv", "landing/", "--incremental")
    assert [row[0] for row in rows_of(lake, report)[1:]] == ["2"]
    assert copy(lake, "s.csv", "landing/", "--incremental")["files"] == []


@pytest.mark.parametrize("pattern, to", [("landing/s/*.csv", "landing/s/"), ("landing/**/*.csv", "landing/x/")])
def test_a_pattern_that_finds_what_it_makes_is_refused(lake, pattern, to):
    write(lake.folder / "lake/landing/s/a.csv", HEADER + "1,1,2013-01-01\n")
    assert refused(lake, pattern, to)["code"] == "copy.into_itself"
    assert refused(lake, pattern, to, "--incremental")["code"] == "copy.into_itself"


def test_a_time_zone_or_a_wider_type_copies_nothing_twice(lake):
    lake.sql("COPY (SELECT 1 AS id, TIMESTAMPTZ '2013-01-01 10:00:00Z' AS at) TO 'p.parquet'")
    write(lake.folder / "j.jsonl", '{"id": 1, "n": 1}\n')
    arguments = [["p.parquet", "landing/p/", "--incremental", "--cursor", "at"],
                 ["j.jsonl", "landing/j/", "--incremental", "--cursor", "id"]]
    assert [copy(lake, *words)["rows"] for words in arguments] == [1, 1]
    with open(lake.folder / "laguna.yaml", "a") as file:
        file.write("\ntimezone: America/Bogota\n")
    write(lake.folder / "j.jsonl", '{"id": 1, "n": 1}\n{"id": 2, "n": 2.5}\n')
    assert [copy(lake, *words)["rows"] for words in arguments] == [0, 1]
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n")
    copy(lake, "s.csv", "landing/s/", "--incremental")
    write(lake.folder / "s.csv", HEADER.replace("id", "ID") + "1,1,2013-01-01\n")
    assert copy(lake, "s.csv", "landing/s/", "--incremental")["rows"] == 0


@pytest.mark.parametrize("packed", [False, True])
def test_json_that_is_nested_without_end_is_refused(lake, packed):
    text = '{"id": 1, "y": ' + "[\n" * 200000 + "]" * 200000 + "}\n"
    name = "j.json.gz" if packed else "j.json"
    (lake.folder / name).write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    error = refused(lake, name, "landing/", "--incremental", "--cursor", "id")
    assert error["code"] == "copy.json" and name in error["message"], error


def test_json_times_keep_their_zone(lake):
    with open(lake.folder / "laguna.yaml", "a") as file:
        file.write("\ntimezone: America/Bogota\n")
    write(lake.folder / "j.jsonl", '{"id": 1, "a": "2024-01-01T10:00:00Z", "b": "2024-01-01T10:00:00", "more": {"x": [1]}}\n')
    copy(lake, "j.jsonl", "landing/", "--incremental", "--cursor", "id")
    assert lake.sql("SELECT epoch(a)::BIGINT AS a, b, typeof(b) AS type, more.x[1] AS x FROM 'landing/*.parquet'") == [
        {"a": 1704103200, "b": "2024-01-01 10:00:00", "type": "TIMESTAMP", "x": 1}
    ]


def test_a_file_name_that_is_no_text_is_named(lake):
    (lake.folder / "shop").mkdir()
    (lake.folder / os.fsdecode(b"shop/lat\xe1.csv")).write_text("x")
    error = refused(lake, "shop/", "landing/")
    assert error["code"] == "copy.file_name" and "lat\\xE1.csv" in error["message"], error


def test_a_folder_into_a_file_is_refused_before_it_is_read(lake):
    assert refused(lake, "/", "landing/all.csv")["code"] == "copy.target"


def test_the_value_that_is_of_no_type_is_named(lake):
    write(lake.folder / "s.csv", "id\n10\nx\n")
    assert "'x'" in refused(lake, "s.csv", "landing/", "--incremental", "--cursor", "id")["message"]


def test_a_damaged_history_is_named(lake):
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n")
    copy(lake, "s.csv", "landing/", "--incremental")
    [record] = (lake.folder / "lake/_laguna/copies").glob("*/*1.json")
    record.write_text("{")
    error = refused(lake, "s.csv", "landing/", "--incremental")
    assert error["code"] == "copy.damaged_record" and "'s.csv'" in error["message"] and "backup" in error["hint"]


def test_a_file_that_is_no_sqlite_database_is_named(lake, office):
    write(lake.folder / "office.db", "no database at all, but long enough to be read as one " * 20)
    error = refused(lake, "office:areas", "landing/")
    assert error["code"] == "copy.database" and "no SQLite database" in error["message"], error


def test_a_line_without_end_is_shown_in_part(lake):
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n2," + "x" * 3_000_000 + ",2013-01-02\n")
    error = refused(lake, "s.csv", "landing/", "--incremental")
    assert "Line 3 of" in error["message"] and "2000000 bytes" in error["message"] and len(error["hint"]) < 500, error


def test_a_target_out_of_its_zone_is_refused_plainly(lake):
    write(lake.folder / "s.csv", HEADER)
    error = refused(lake, "s.csv", "landing/../../x.csv")
    assert error["code"] == "copy.target" and "'landing/../../x.csv'" in error["message"], error


def test_a_link_shows_no_file_twice(lake):
    write(lake.folder / "shop/2013/a.csv", HEADER + "1,1,2013-01-01\n")
    (lake.folder / "shop/0-loop").symlink_to(".")
    (lake.folder / "shop/2013/again").symlink_to("../2013")
    result, note = said(lake, "shop/", "landing/shop/")
    assert landed(lake) == ["landing/shop/2013/a.csv"] and "a link shows a second time" in note
    assert copy(lake, "shop/**/*.csv", "landing/rows/", "--incremental")["rows"] == 1


def test_a_lost_window_is_named(lake):
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n")
    copy(lake, "s.csv", "landing/", "--incremental")
    [window] = (lake.folder / "lake/_laguna/copies").glob("*/*.window.parquet")
    window.unlink()
    error = refused(lake, "s.csv", "landing/", "--incremental")
    assert error["code"] == "copy.window_gone" and "'s.csv'" in error["message"] and error["hint"]


def test_bytes_changed_behind_a_kept_time_are_copied(lake, tmp_path):
    source = write(tmp_path / "a.csv", "AAAA")
    copy(lake, source, "landing/")
    before = source.stat()
    source.write_text("BBBB")
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert len(copy(lake, source, "landing/")["files"]) == 1
    assert (lake.folder / "lake/landing/a.csv").read_text() == "BBBB"


@pytest.mark.parametrize("text", ["id,last_modified\n1,2013-01-01\n" * 1, "id,last_modified\n" + "1,2013-01-01\n" * 50000])
@pytest.mark.parametrize("harm", ["cut", "flipped", "checksum", "behind"])
def test_a_damaged_gz_is_refused(lake, text, harm):
    whole = gzip.compress(text.encode())
    middle = len(whole) // 2
    (lake.folder / "s.csv.gz").write_bytes({
        "cut": whole[:middle],
        "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:],
        "checksum": whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:],
        "behind": whole + b"junk",
    }[harm])
    error = refused(lake, "s.csv.gz", "landing/", "--incremental", "--cursor", "id")
    assert error["code"] == "copy.packed" and "s.csv.gz" in error["message"], error
    (lake.folder / "s.csv.gz").write_bytes(whole + gzip.compress(b"2,2013-01-02\n"))
    assert copy(lake, "s.csv.gz", "landing/", "--incremental", "--cursor", "id")["rows"] == text.count("\n")


# --- Kills and neighbours


def test_two_processes_make_one_copy(lake):
    write(lake.folder / "s.csv", HEADER + "".join(f"{i},1,2013-01-01\n" for i in range(1000)))
    command = [str(lake.program), "--lake", str(lake.folder), "copy", "s.csv", "landing/", "--incremental"]
    slow = {**os.environ, "LAGUNA_FAULT": "finish:landing:before:delay=2000ms:1"}
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=slow)
    time.sleep(1)
    second = subprocess.run(command, capture_output=True, text=True, timeout=RUN_LIMIT_S)
    out, err = first.communicate(timeout=RUN_LIMIT_S)
    assert first.returncode == 0 and second.returncode == 0, (err, second.stderr)
    assert "1 file copied (1,000 rows)" in out
    assert f"Waiting for process {first.pid}" in second.stderr
    assert "no new rows" in second.stdout
    assert len(landed(lake)) == 1


def test_copies_of_equal_name_never_take_each_others_file(lake):
    for folder in ["a", "b", "c"]:
        write(lake.folder / folder / "s.csv", HEADER + "".join(f"{folder}{i},1,2013-01-01\n" for i in range(3)))
    command = [str(lake.program), "--lake", str(lake.folder), "copy"]
    for run in range(3):
        started = [
            subprocess.Popen([*command, f"{folder}/s.csv", f"landing/{run}/", "--incremental"], stdout=subprocess.DEVNULL)
            for folder in ["a", "b", "c"]
        ]
        assert [process.wait(timeout=RUN_LIMIT_S) for process in started] == [0, 0, 0]
        assert len(landed(lake, f"landing/{run}")) == 3
        assert lake.sql(f"SELECT count(DISTINCT id) AS n FROM 'landing/{run}/*.csv'") == [{"n": 9}]


def test_two_machines_on_one_storage_double_nothing(lake, tmp_path):
    write(tmp_path / "s.csv", HEADER + "1,1,2013-01-01\n2,2,2013-01-02\n")
    other = Lake(lake.program, tmp_path / "other")
    other.folder.mkdir()  # locks of its own, as on another machine
    settings = (lake.folder / "laguna.yaml").read_text()
    write(other.folder / "laguna.yaml", settings + f"\nstorage: {{root: '{lake.folder}/lake'}}\n")
    words = [tmp_path / "s.csv", "landing/", "--incremental"]
    slow = subprocess.Popen(
        [str(lake.program), "--lake", str(lake.folder), "--json", "copy", *map(str, words)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "LAGUNA_FAULT": "finish:landing:before:delay=3000ms:1"},
    )
    time.sleep(1.5)
    assert copy(other, *words)["rows"] == 2
    _, stderr = slow.communicate(timeout=RUN_LIMIT_S)
    assert slow.returncode != 0 and json.loads(stderr)["error"]["code"] == "copy.conflict", stderr
    assert len(landed(lake)) == 1
    with open(tmp_path / "s.csv", "a") as file:
        file.write("3,3,2013-01-03\n")
    assert copy(lake, *words)["rows"] == 1 and copy(other, *words)["rows"] == 0
    assert lake.sql("SELECT count(*) AS n FROM 'landing/*.csv'") == [{"n": 3}]


def test_ctrl_c_stops_and_leaves_nothing(lake, tmp_path):
    source = write(tmp_path / "a.csv", "x\n" * 100000)
    process = subprocess.Popen(
        [str(lake.program), "--lake", str(lake.folder), "copy", str(source), "landing/"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "LAGUNA_FAULT": "append:landing:before:delay=2000ms:1"},
    )
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, said_last = process.communicate(timeout=RUN_LIMIT_S)
    assert process.returncode == 130 and "Stopped. Nothing was copied;" in said_last
    assert landed(lake) == []
    assert len(copy(lake, source, "landing/")["files"]) == 1


def test_as_a_task_of_a_flow(lake, office):
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n2,2,2013-01-02\n")
    write(
        lake.folder / "flows/fetch.yaml",
        "flow: fetch\n"
        "tasks:\n"
        "  sales: {type: copy, from: s.csv, to: landing/sales/, mode: incremental, lag: 1h}\n"
        "  areas: {type: copy, from: 'office:areas', to: landing/office/}\n"
        "  check:\n"
        "    type: sql\n"
        "    needs: [sales, areas]\n"
        "    sql: SELECT $n AS n\n"
        "    parameters: {n: '{{ tasks.sales.rows + tasks.areas.rows + tasks.sales.files }}'}\n",
    )
    lake.run("flow", "run", "fetch")
    assert len(landed(lake)) == 2
    outputs = lake.sql("SELECT outputs::VARCHAR AS o FROM laguna.task_runs WHERE task = 'check'")
    assert '"n"' in outputs[0]["o"] and "5" in outputs[0]["o"], outputs
    lake.run("flow", "run", "fetch")
    assert len(landed(lake)) == 2


def test_a_wrong_task_is_found_before_it_runs(lake):
    write(lake.folder / "flows/f.yaml", "flow: f\ntasks:\n  t: {type: copy, from: a, to: landing/, mod: full}\n")
    with pytest.raises(CommandFailed) as failure:
        lake.run("flow", "run", "f")
    assert "'mode'" in failure.value.stderr


def test_the_lake_can_be_moved(lake, tmp_path):
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n")
    copy(lake, "s.csv", "landing/", "--incremental")
    moved = tmp_path / "elsewhere"
    shutil.move(lake.folder, moved)
    lake.folder = moved
    assert copy(lake, "s.csv", "landing/", "--incremental")["files"] == []
