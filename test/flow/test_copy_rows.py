# SPDX-License-Identifier: Apache-2.0
"""Incremental copies of files: the rows that are new, each once."""

import csv
import gzip
import json
import re
import threading
import time

import pytest

from story.copies import HEADER, copy, landed, refused, rows_of, said, write


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
    assert lake.sql("SELECT * FROM 'landing/p/*.parquet'") == [{"id": 1, "at": "2013-01-01T00:00:00", "list": [1, 2]}]
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
        {"a": 1704103200, "b": "2024-01-01T10:00:00", "type": "TIMESTAMP", "x": 1}
    ]


def test_times_within_json_values_stay_as_they_are_written(lake):
    write(
        lake.folder / "j.jsonl",
        '{"id": 1, "n": {"at": "2024-01-01T10:00:00Z"}, "l": ["2024-01-01T10:00:00+02:00"], "m": [{"timestamp": "2024-01-01"}]}\n',
    )
    copy(lake, "j.jsonl", "landing/", "--incremental", "--cursor", "id")
    with open(lake.folder / "j.jsonl", "a") as file:
        file.write('{"id": 2, "n": {"at": "2024-01-01 11:00:00"}, "l": [], "m": []}\n')
    assert copy(lake, "j.jsonl", "landing/", "--incremental", "--cursor", "id")["rows"] == 1
    assert lake.sql("SELECT id, n, l FROM 'landing/*.parquet' ORDER BY id") == [
        {"id": 1, "n": {"at": "2024-01-01T10:00:00Z"}, "l": ["2024-01-01T10:00:00+02:00"]},
        {"id": 2, "n": {"at": "2024-01-01 11:00:00"}, "l": []},
    ]


def test_the_value_that_is_of_no_type_is_named(lake):
    write(lake.folder / "s.csv", "id\n10\nx\n")
    assert "'x'" in refused(lake, "s.csv", "landing/", "--incremental", "--cursor", "id")["message"]


def test_a_line_without_end_is_shown_in_part(lake):
    write(lake.folder / "s.csv", HEADER + "1,1,2013-01-01\n2," + "x" * 3_000_000 + ",2013-01-02\n")
    error = refused(lake, "s.csv", "landing/", "--incremental")
    assert "Line 3 of" in error["message"] and "2000000 bytes" in error["message"] and len(error["hint"]) < 500, error


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
