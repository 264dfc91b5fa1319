# SPDX-License-Identifier: Apache-2.0
"""Checkpoints go both ways, read without the commits they stand for."""

import json

import pyarrow as pa
import pytest

ODD = ["plain", "a b/c=d:%25#?", "ñandú 湖", None]


def forget_commits(log, through):
    """What a clean-up of the log does: the versions up to `through` are told by a checkpoint alone."""
    for version in range(through + 1):
        (log / f"{version:020d}.json").unlink()
        (log / f"{version:020d}.crc").unlink(missing_ok=True)


def write_eleven_versions(lake):
    # delta-rs writes to no table with deletion vectors.
    lake.sql(
        "CREATE TABLE bronze.t (id INTEGER, place VARCHAR, d DECIMAL(10,2)) PARTITIONED BY (place) "
        "WITH ('delta.enableDeletionVectors' = 'false')"
    )
    for i in range(12):
        place = ODD[i % len(ODD)]
        text = "NULL" if place is None else "'" + place + "'"
        lake.sql(f"INSERT INTO bronze.t VALUES ({i}, {text}, {i}.25)")


EXPECTED = sorted(((str(i), ODD[i % len(ODD)], f"{i}.25") for i in range(12)), key=repr)


def read_by(other, path):
    rows = other.read(path).to_pylist()
    return sorted(((str(row["id"]), row["place"], str(row["d"])) for row in rows), key=repr)


def test_the_others_read_a_checkpoint_of_ours(lake, other):
    write_eleven_versions(lake)
    path = lake.table_path("bronze.t")
    log = path / "_delta_log"
    assert json.loads((log / "_last_checkpoint").read_text())["version"] == 10
    forget_commits(log, through=9)

    assert read_by(other, path) == EXPECTED
    assert lake.texts("SELECT id, place, d FROM bronze.t") == EXPECTED
    more = pa.table(
        {
            "id": pa.array([100], pa.int32()),
            "place": ["plain"],
            "d": pa.array([None], pa.decimal128(10, 2)),
        }
    )
    other.append(path, more, partition_by=["place"])
    assert lake.texts("SELECT count(*), max(id) FROM bronze.t") == [("13", "100")]


# More adds than one file of a V2 checkpoint of ours holds.
GHOSTS = 100_001


def add_ghosts(lake, version):
    """A commit by hand: files that are named and not there, in a partition that nobody reads."""
    add = {"size": 1, "modificationTime": 0, "dataChange": True, "partitionValues": {"place": "ghost"}}
    lines = [json.dumps({"commitInfo": {"timestamp": 0, "operation": "WRITE"}})]
    lines += [json.dumps({"add": {"path": f"place=ghost/{i}.parquet", **add}}) for i in range(GHOSTS)]
    log = lake.table_path("bronze.t") / "_delta_log"
    (log / f"{version:020d}.json").write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("sidecars", [0, 2])
def test_the_others_read_a_v2_checkpoint_of_ours(lake, other, sidecars):
    lake.sql(
        "CREATE TABLE bronze.t (id INTEGER, place VARCHAR) PARTITIONED BY (place) "
        "WITH ('delta.checkpointPolicy' = 'v2', 'delta.enableDeletionVectors' = 'false')"
    )
    lake.sql(";".join(f"INSERT INTO bronze.t VALUES ({i}, 'here')" for i in range(8)))
    if sidecars:
        add_ghosts(lake, 9)
    else:
        lake.sql("INSERT INTO bronze.t VALUES (8, 'here')")
    lake.sql("INSERT INTO bronze.t VALUES (9, 'here')")
    path = lake.table_path("bronze.t")
    log = path / "_delta_log"
    assert (log / f"{10:020d}.checkpoint.parquet").exists()
    assert len(list(log.glob("_sidecars/*.parquet"))) == sidecars
    forget_commits(log, through=9)

    expected = [*range(8), *([] if sidecars else [8]), 9]
    assert sorted(read_here(other, path)) == expected
    assert lake.texts("SELECT id FROM bronze.t WHERE place = 'here' ORDER BY id") == [(str(i),) for i in expected]
    more = pa.table({"id": pa.array([100], pa.int32()), "place": ["here"]})
    other.append(path, more, partition_by=["place"])
    assert sorted(read_here(other, path)) == [*expected, 100]


def read_here(other, path):
    if other.name == "spark":
        rows = other.session.read.format("delta").load(str(path)).where("place = 'here'").collect()
        return [row["id"] for row in rows]
    # delta-rs has several readers; the one through Arrow's data sets refuses tables with V2 checkpoints.
    from deltalake import DeltaTable, QueryBuilder

    query = QueryBuilder().register("t", DeltaTable(str(path)))
    return pa.table(query.execute("SELECT id FROM t WHERE place = 'here'").read_all()).column("id").to_pylist()


def test_laguna_reads_checkpoints_of_the_others(lake, other):
    path = lake.table_path("bronze.t")
    for i in range(12):
        rows = pa.table({"id": pa.array([i], pa.int32()), "place": pa.array([ODD[i % len(ODD)]], pa.string())})
        other.append(path, rows, partition_by=["place"])
    log = path / "_delta_log"
    if not list(log.glob("*.checkpoint.parquet")):
        make_checkpoint(path)
    newest = max(int(name.name[:20]) for name in log.glob("*.checkpoint.parquet"))
    forget_commits(log, through=newest - 1)

    expected = sorted(((str(i), ODD[i % len(ODD)]) for i in range(12)), key=repr)
    assert lake.texts("SELECT id, place FROM bronze.t") == expected


def make_checkpoint(path):
    from deltalake import DeltaTable

    DeltaTable(str(path)).create_checkpoint()


TYPED = {
    "b": ("TINYINT", "-128", "127"),
    "i": ("INTEGER", "-5", "7"),
    "l": ("BIGINT", "-9223372036854775808", "9223372036854775807"),
    "f": ("FLOAT", "-1.5", "2.5"),
    "n": ("DECIMAL(38,10)", "-1234567890123456789012345678.0123456789", "0.0000000001"),
    "day": ("DATE", "'1582-01-01'", "'9999-12-31'"),
    "moment": ("TIMESTAMPTZ", "'2024-02-29 12:34:56.789Z'", "'2024-03-01 00:00:00.001Z'"),
    "wall": ("TIMESTAMP", "'2024-02-29 12:34:56.789'", "'2024-03-01 00:00:00.001'"),
    "s": ("VARCHAR", "'a'", "'größer'"),
    "t": ("STRUCT(x INTEGER, \"a.b\" VARCHAR)", "{'x': 1, 'a.b': 'k'}", "{'x': 2, 'a.b': 'l'}"),
    "many": ("INTEGER[]", "[1]", "[NULL]"),
    "sure": ("BOOLEAN", "true", "false"),
}


@pytest.mark.parametrize("policy", ["classic", "v2"])
def test_statistics_stand_in_checkpoints_as_structs(lake, spark, policy):
    """Without those in JSON: what is left out must be left out by the structs."""
    columns = ", ".join(f'"{name}" {column[0]}' for name, column in TYPED.items())
    lake.sql(
        f"CREATE TABLE bronze.t (id INTEGER, place VARCHAR, since DATE, {columns}) PARTITIONED BY (place, since) WITH ("
        "'delta.checkpoint.writeStatsAsStruct' = 'true', 'delta.checkpoint.writeStatsAsJson' = 'false', "
        f"'delta.columnMapping.mode' = 'name', 'delta.checkpointPolicy' = '{policy}')"
    )
    rows = [
        f"(1, 'here', '2024-01-01', {', '.join(column[1] for column in TYPED.values())})",
        f"(2, NULL, NULL, {', '.join(column[2] for column in TYPED.values())})",
        f"(3, 'there', '2024-01-02', {', '.join('NULL' for _ in TYPED)})",
    ]
    for i in range(10):
        lake.sql(f"INSERT INTO bronze.t VALUES {rows[i % 3]}")
    path = lake.table_path("bronze.t")
    forget_commits(path / "_delta_log", through=9)
    read = spark.read.format("delta").load(str(path))
    expected = [int(row["id"]) for row in lake.sql("SELECT id FROM bronze.t ORDER BY id")]
    assert sorted(row["id"] for row in read.select("id").collect()) == expected == [1] * 4 + [2] * 3 + [3] * 3
    for name, column in TYPED.items():
        if name in ("many", "t"):
            continue
        for found, value in ((1, column[1]), (2, column[2])):
            ids = lake.sql(f'SELECT id FROM bronze.t WHERE "{name}" = {value}')
            assert {row["id"] for row in ids} == {found}, name
        plan = lake.sql(f'EXPLAIN SELECT id FROM bronze.t WHERE "{name}" IS NOT NULL')
        assert "3 by statistics" in json.dumps(plan, ensure_ascii=False), name
    for name in ("i", "l", "day", "moment", "s", "n"):
        value = TYPED[name][2].strip("'")
        cast = f"cast('{value}' as {dict(i='int', l='bigint', day='date', moment='timestamp', s='string', n='decimal(38,10)')[name]})"
        assert {row["id"] for row in read.where(f"{name} = {cast}").select("id").collect()} == {2}, name
    assert {row["id"] for row in read.where("since = '2024-01-01'").select("id").collect()} == {1}
    typed = [file for file in read.where("t.x = 1").select("id").inputFiles()]
    assert len(typed) >= 4
