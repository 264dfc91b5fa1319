# SPDX-License-Identifier: Apache-2.0
"""Checkpoints go both ways, read without the commits they stand for."""

import json

import pyarrow as pa

ODD = ["plain", "a b/c=d:%25#?", "ñandú 湖", None]


def forget_commits(log, through):
    """What a clean-up of the log does: the versions up to `through` are told by a checkpoint alone."""
    for version in range(through + 1):
        (log / f"{version:020d}.json").unlink()
        (log / f"{version:020d}.crc").unlink(missing_ok=True)


def write_eleven_versions(lake):
    lake.sql("CREATE TABLE bronze.t (id INTEGER, place VARCHAR, d DECIMAL(10,2)) PARTITIONED BY (place)")
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
