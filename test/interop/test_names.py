# SPDX-License-Identifier: Apache-2.0
"""Names in any script, for tables and columns."""

from comparison import rows_of


def test_the_others_read_names_in_any_script(lake, other):
    lake.sql('CREATE TABLE bronze."größe_湖" AS SELECT 1 AS "número", \'x\' AS "名前", 2 AS "UPPER"')

    rows = rows_of(other.read(lake.table_path("bronze.größe_湖")))
    assert rows == [{"número": 1, "名前": "x", "UPPER": 2}]


def test_laguna_finds_a_table_that_another_made(lake, other):
    import pyarrow as pa

    other.append(lake.table_path("silver.été"), pa.table({"Zähler": pa.array([1, 2], pa.int64())}))

    assert lake.sql('SELECT sum("zähler")::INTEGER AS total FROM silver."été"') == [{"total": 3}]
    names = [row["name"] for row in lake.sql("SELECT table_name AS name FROM information_schema.tables")]
    assert "été" in names
