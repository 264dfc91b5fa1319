# SPDX-License-Identifier: Apache-2.0
"""`laguna table doctor`, what it says of tables of all sorts, and the task `maintain` that does what it says; the
commands beside it that are one statement each."""

import json
import os
import shutil

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from story.lake import CommandFailed

SMALL_FILES = "CREATE TABLE {0} (k INTEGER, v VARCHAR) WITH ({1});" + "".join(f"INSERT INTO {{0}} VALUES ({i}, 'v{i}');" for i in range(12))
ROWS = "SELECT count(*) AS n, sum(k) AS s FROM {0}"


def findings(lake, *names):
    return json.loads(lake.run("table", "doctor", *names, "--json"))


def names_of(found):
    return [finding["finding"] for finding in found]


def small_files(lake, table, properties="'owner' = 'me'"):
    lake.run("sql", "-c", SMALL_FILES.format(table, properties))


def write_flow(lake, text):
    (lake.folder / "flows").mkdir(exist_ok=True)
    (lake.folder / "flows/upkeep.yaml").write_text(f"flow: upkeep\ntasks:\n  upkeep:\n    type: maintain\n{text}")


def run_flow(lake):
    return json.loads(lake.run("--json", "flow", "run", "upkeep"))["tasks"][0]


def log_of(lake):
    return lake.run("logs", "upkeep")


def test_the_doctor_says_which_statement_mends_it(lake):
    small_files(lake, "bronze.t")
    small_files(lake, 'bronze."My table"')
    lake.sql("CREATE TABLE silver.well AS SELECT 1 AS a")
    told = lake.run("table", "doctor")
    assert "silver.well: in good health" in told
    assert "12 files are small; their rows fit in 1 of 256.0 MiB." in told
    assert "-> OPTIMIZE bronze.t\n" in told
    assert '-> OPTIMIZE bronze."My table"\n' in told
    assert [(f["table"], f["finding"]) for f in findings(lake, "bronze.t")] == [("bronze.t", "small_files")]
    for finding in findings(lake, "bronze.*"):
        lake.sql(finding["statement"])
    assert findings(lake) == []


def test_the_doctor_knows_names_that_are_none(lake):
    small_files(lake, "bronze.sales")
    with pytest.raises(CommandFailed) as failed:
        lake.run("table", "doctor", "bronze.sale")
    assert "'bronze.sale' names no table of the lake." in failed.value.stderr
    assert "Did you mean 'bronze.sales'?" in failed.value.stderr
    assert failed.value.exit_code == 2


def test_the_doctor_mends_what_is_routine(lake):
    small_files(lake, "bronze.t")
    before = lake.sql(ROWS.format("bronze.t"))
    assert "bronze.t: in good health" in lake.run("table", "doctor", "--mend")
    assert lake.sql(ROWS.format("bronze.t")) == before
    assert lake.sql("SELECT numFiles FROM laguna_detail('bronze.t')") == [{"numFiles": 1}]
    assert lake.sql("SELECT k FROM bronze.t AT (VERSION => 3) ORDER BY k") == [{"k": 0}, {"k": 1}, {"k": 2}]


def test_the_doctor_looks_at_tables_of_another_program(lake, tmp_path):
    for folder in (tmp_path / "elsewhere" / "t", lake.table_path("bronze.theirs")):
        for i in range(12):
            write_deltalake(str(folder), pa.table({"k": [i]}), mode="append")
    elsewhere = findings(lake, str(tmp_path / "elsewhere" / "t"))
    assert [(f["finding"], f["routine"]) for f in elsewhere] == [("small_files", False), ("not_writable", False)]
    assert [(f["finding"], f["routine"]) for f in findings(lake)] == [("small_files", True)]
    lake.run("table", "doctor", "lake/bronze/theirs", "--mend")
    assert findings(lake, "bronze.theirs") == []


def test_a_table_that_lost_a_file_has_a_problem(lake):
    small_files(lake, "bronze.t")
    lost = next(lake.table_path("bronze.t").glob("*.parquet"))
    lost.unlink()
    with pytest.raises(CommandFailed) as failed:
        lake.run("table", "doctor", "bronze.t")
    assert failed.value.exit_code == 1


def test_maintain_does_what_the_doctor_says(lake):
    small_files(lake, "bronze.t")
    small_files(lake, "bronze.worn", "'delta.enableDeletionVectors' = 'true'")
    small_files(lake, "silver.rest")
    lake.sql("OPTIMIZE bronze.worn; DELETE FROM bronze.worn WHERE k % 3 = 0")
    rows = [lake.sql(ROWS.format(table)) for table in ("bronze.t", "bronze.worn")]
    write_flow(lake, "    tables: [bronze.*]\n")
    task = run_flow(lake)
    assert task["state"] == "COMPLETED"
    assert task["outputs"] == {"tables": 2, "findings": 2, "statements": 2}
    assert [lake.sql(ROWS.format(table)) for table in ("bronze.t", "bronze.worn")] == rows
    assert findings(lake, "bronze.*") == []
    assert names_of(findings(lake)) == ["small_files"]
    assert run_flow(lake)["outputs"] == {"tables": 2, "findings": 0, "statements": 0}


def test_maintain_vacuums_what_the_table_does_not_keep(lake):
    small_files(lake, "bronze.t", "'delta.deletedFileRetentionDuration' = 'interval 0 seconds'")
    lake.sql("OPTIMIZE bronze.t")
    assert names_of(findings(lake, "bronze.t")) == ["unneeded_files"]
    write_flow(lake, "    findings: [unneeded_files]\n")
    assert run_flow(lake)["outputs"]["statements"] == 1
    assert len(list(lake.table_path("bronze.t").glob("*.parquet"))) == 1
    assert lake.sql(ROWS.format("bronze.t")) == [{"n": 12, "s": 66}]
    assert findings(lake, "bronze.t") == []


def test_maintain_writes_the_checkpoint_that_nobody_wrote(lake):
    statements = ["CREATE TABLE bronze.t (k INTEGER) WITH ('delta.checkpointInterval' = '1000')"]
    statements += [f"ALTER TABLE bronze.t SET TBLPROPERTIES ('n' = '{i}')" for i in range(100)]
    statements += ["ALTER TABLE bronze.t SET TBLPROPERTIES ('delta.checkpointInterval' = '10')"]
    lake.run("sql", "-c", ";".join(statements))
    assert names_of(findings(lake, "bronze.t")) == ["no_checkpoint"]
    write_flow(lake, "    dry_run: true\n")
    assert run_flow(lake)["outputs"]["statements"] == 0
    write_flow(lake, "    tables: [bronze.t]\n")
    assert run_flow(lake)["outputs"]["statements"] == 1
    assert findings(lake, "bronze.t") == []


def test_a_compaction_behind_a_commit_that_fails_is_a_warning_in_the_log(lake):
    lake.sql("CREATE TABLE bronze.t (k INTEGER) WITH ('delta.autoOptimize.autoCompact' = 'true')")
    lake.run("sql", "-c", ";".join(f"INSERT INTO bronze.t VALUES ({i})" for i in range(49)))
    lost = next(lake.table_path("bronze.t").glob("*.parquet"))
    lost.rename(lake.folder / "lost.parquet")
    assert lake.sql("INSERT INTO bronze.t VALUES (49)") == {"changed": 1}
    log = [json.loads(line) for line in (lake.folder / ".laguna/log/laguna.log").read_text().splitlines()]
    warnings = [event for event in log if event["level"] == "warning"]
    assert [event["table"] for event in warnings] == ["bronze.t"]
    assert "was not compacted behind a commit" in warnings[0]["message"]
    assert lost.name in warnings[0]["reason"]
    (lake.folder / "lost.parquet").rename(lost)
    lake.sql("INSERT INTO bronze.t VALUES (50)")
    assert lake.sql("SELECT numFiles FROM laguna_detail('bronze.t')") == [{"numFiles": 1}]
    assert lake.sql(ROWS.format("bronze.t")) == [{"n": 51, "s": 1275}]


def test_maintain_goes_on_behind_a_table_that_fails(lake):
    small_files(lake, "bronze.a")
    small_files(lake, "bronze.b")
    shutil.rmtree(lake.table_path("bronze.a") / "_delta_log")
    (lake.table_path("bronze.a") / "_delta_log").mkdir()
    (lake.table_path("bronze.a") / "_delta_log" / f"{0:020d}.json").write_text("{broken")
    write_flow(lake, "")
    with pytest.raises(CommandFailed):
        run_flow(lake)
    assert findings(lake, "bronze.b") == []


def test_maintain_refuses_findings_it_does_not_mend(lake):
    write_flow(lake, "    findings: [small_file]\n")
    with pytest.raises(CommandFailed) as failed:
        lake.run("flow", "run", "upkeep")
    assert "'small_file', which is no finding that a task mends" in failed.value.stderr
    assert "Did you mean 'small_files'?" in failed.value.stderr


# The commands that are one statement.


def test_optimize_from_the_command_line(lake):
    lake.sql("CREATE TABLE bronze.t (k INTEGER, p INTEGER) PARTITIONED BY (p) WITH ('delta.enableDeletionVectors' = 'true')")
    for i in range(4):
        lake.sql(f"INSERT INTO bronze.t SELECT i, i % 2 FROM range({i}, {i} + 8) r(i)")
    lake.run("table", "optimize", "bronze.t", "--where", "p = 1")
    assert lake.sql("SELECT numFiles FROM laguna_detail('bronze.t')") == [{"numFiles": 5}]
    lake.run("table", "optimize", "bronze.t", "--zorder", "k")
    assert lake.sql("SELECT numFiles FROM laguna_detail('bronze.t')") == [{"numFiles": 2}]
    lake.sql("DELETE FROM bronze.t WHERE k = 1")
    lake.run("table", "optimize", "bronze.t", "--purge")
    assert lake.sql("SELECT \"statistics\"['numDeletionVectors'] AS n FROM laguna_detail('bronze.t')") == [{"n": 0}]
    assert lake.sql("SELECT operation FROM laguna_history('bronze.t') LIMIT 1") == [{"operation": "REORG"}]


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["optimize", "bronze.t", "--where", "p = 1; DROP TABLE bronze.t"], "is not one condition"),
        (["optimize", "bronze.t", "--zorder", "k) APPLY"], "--zorder"),
        (["optimize", "bronze.t; SELECT 1"], "bronze.t; SELECT 1"),
        (["optimize", "bronze.t", "--zorder", "k", "--purge"], "exclude one another"),
        (["restore", "bronze.t"], "To which version?"),
        (["restore", "bronze.t", "--version", "1", "--time", "2024-01-01"], "--time"),
        (["restore", "bronze.t", "--version", "-1"], "--version"),
        (["vacuum", "bronze.t", "--retain", "many"], "--retain"),
    ],
)
def test_what_is_typed_wrongly_changes_nothing(lake, arguments, sentence):
    lake.sql("CREATE TABLE bronze.t AS SELECT 1 AS k, 1 AS p")
    with pytest.raises(CommandFailed) as failed:
        lake.run("table", *arguments)
    assert sentence in failed.value.stderr
    assert failed.value.exit_code == 2
    assert lake.sql("SELECT version FROM laguna_table('bronze.t')") == [{"version": 0}]


def test_restore_and_clone_from_the_command_line(lake):
    lake.sql("CREATE TABLE bronze.t AS SELECT 1 AS k; INSERT INTO bronze.t VALUES (2); DELETE FROM bronze.t WHERE k = 1")
    lake.run("table", "restore", "bronze.t", "--version", "1")
    assert lake.sql("SELECT k FROM bronze.t ORDER BY k") == [{"k": 1}, {"k": 2}]
    lake.run("table", "clone", "bronze.t", "silver.c", "--version", "0")
    assert lake.sql("SELECT k FROM silver.c") == [{"k": 1}]
    lake.sql("INSERT INTO silver.c VALUES (9)")
    assert lake.sql("SELECT k FROM bronze.t ORDER BY k") == [{"k": 1}, {"k": 2}]
    lake.run("table", "clone", "bronze.t", "silver.c", "--replace")
    assert lake.sql("SELECT k FROM silver.c ORDER BY k") == [{"k": 1}, {"k": 2}]


def test_vacuum_from_the_command_line(lake):
    small_files(lake, "bronze.t")
    lake.sql("OPTIMIZE bronze.t")
    table = lake.table_path("bronze.t")
    for file in table.glob("*.parquet"):
        moment = file.stat().st_mtime - 30 * 86_400
        os.utime(file, (moment, moment))
    (table / "stray.parquet").write_text("nobody's")
    os.utime(table / "stray.parquet", (0, 0))
    assert "stray.parquet" in lake.run("table", "vacuum", "bronze.t", "--dry-run")
    assert (table / "stray.parquet").exists()
    lake.run("table", "vacuum", "bronze.t")
    assert not (table / "stray.parquet").exists()
    assert len(list(table.glob("*.parquet"))) == 13
    with pytest.raises(CommandFailed) as failed:
        lake.run("table", "vacuum", "bronze.t", "--retain", "0")
    assert "retention" in failed.value.stderr
