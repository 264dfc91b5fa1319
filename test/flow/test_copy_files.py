# SPDX-License-Identifier: Apache-2.0
"""Copies of files as they are: one, a folder, a pattern; and what a copy refuses to begin with."""

import json
import os
import subprocess
import threading
import time

import pytest

from story.copies import HEADER, RUN_LIMIT_S, copy, landed, refused, said, write


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


def test_a_file_name_that_is_no_text_is_named(lake):
    (lake.folder / "shop").mkdir()
    (lake.folder / os.fsdecode(b"shop/lat\xe1.csv")).write_text("x")
    error = refused(lake, "shop/", "landing/")
    assert error["code"] == "copy.file_name" and "lat\\xE1.csv" in error["message"], error


def test_a_folder_into_a_file_is_refused_before_it_is_read(lake):
    assert refused(lake, "/", "landing/all.csv")["code"] == "copy.target"


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


def test_bytes_changed_behind_a_kept_time_are_copied(lake, tmp_path):
    source = write(tmp_path / "a.csv", "AAAA")
    copy(lake, source, "landing/")
    before = source.stat()
    source.write_text("BBBB")
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert len(copy(lake, source, "landing/")["files"]) == 1
    assert (lake.folder / "lake/landing/a.csv").read_text() == "BBBB"
