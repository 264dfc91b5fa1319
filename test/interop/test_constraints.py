# SPDX-License-Identifier: Apache-2.0
"""CHECK constraints that one program makes hold for the rows of the other, and the other way round."""

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError


def rows(*keys):
    return pa.table({"k": pa.array(keys, pa.int32()), "s": ["red" for _ in keys]})


def test_delta_rs_holds_to_our_constraints_and_we_to_its(lake):
    lake.sql(
        "CREATE TABLE bronze.t (k INTEGER NOT NULL, s VARCHAR, "
        "CONSTRAINT positive CHECK (k > 0 AND s IN ('red', 'green') AND s LIKE 'r%')) "
        "WITH ('delta.enableDeletionVectors' = 'false')"
    )
    path = str(lake.table_path("bronze.t"))
    write_deltalake(path, rows(1, 2), mode="append")
    with pytest.raises(DeltaError, match="failed validation"):
        write_deltalake(path, rows(3, -3), mode="append")

    DeltaTable(path).alter.add_constraint({"small": "k < 100 AND s IS NOT NULL"})
    lake.sql("INSERT INTO bronze.t VALUES (99, 'red')")
    for row in ("(100, 'red')", "(5, NULL)", "(-1, 'red')"):
        with pytest.raises(Exception, match="CHECK constraint"):
            lake.sql(f"INSERT INTO bronze.t VALUES {row}")
    lake.sql("ALTER TABLE bronze.t DROP CONSTRAINT small")
    lake.sql("INSERT INTO bronze.t VALUES (100, 'red')")
    write_deltalake(path, rows(101), mode="append")

    keys = DeltaTable(path).to_pyarrow_table()["k"].to_pylist()
    assert sorted(keys) == [1, 2, 99, 100, 101]
