# SPDX-License-Identifier: Apache-2.0
"""What changed in tables with a change data feed, as the program that wrote them says it."""

import pyarrow as pa
import pytest
from conftest import DeltaRs
from deltalake import DeltaTable, write_deltalake

COLUMNS = "k, v, p, _change_type, _commit_version"


def with_history(path, partition_by):
    """Appends, an update, deletes of rows and of a whole file, a merge, an overwrite."""
    start = pa.table({"k": [1, 2, 3, 4], "v": ["a", "b", "c", None], "p": ["x", "x", "y", None]})
    feed = {"delta.enableChangeDataFeed": "true"}
    write_deltalake(path, start, configuration=feed, partition_by=partition_by)
    DeltaRs().append(path, pa.table({"k": [5, 6], "v": ["e", "f"], "p": ["x", "z"]}))
    table = DeltaTable(path)
    table.update(updates={"v": "'U'"}, predicate="k in (2, 5)")
    table.delete("k = 1")
    table.delete("p = 'z'")
    source = pa.table({"k": [3, 9], "v": ["M", "new"], "p": ["y", "q"]})
    merge = table.merge(source, "t.k = s.k", source_alias="s", target_alias="t")
    merge.when_matched_update_all().when_not_matched_insert_all().execute()
    write_deltalake(path, start.slice(0, 1), mode="overwrite")
    return DeltaTable(path)


def changes_of(table, first, last):
    reader = table.load_cdf(starting_version=first, ending_version=last)
    return pa.table(reader.read_all()).select(COLUMNS.split(", ")).to_pylist()


@pytest.mark.parametrize("partition_by", [[], ["p"]], ids=["flat", "partitioned"])
def test_changes_are_those_delta_rs_wrote(lake, partition_by):
    path = str(lake.table_path("bronze.t"))
    table = with_history(path, partition_by)

    for first, last in [(0, table.version()), (2, 2), (3, 5), (6, 6)]:
        ours = lake.sql(f"SELECT {COLUMNS} FROM table_changes('bronze.t', {first}, {last})")
        assert sorted(ours, key=repr) == sorted(changes_of(table, first, last), key=repr), (first, last)
