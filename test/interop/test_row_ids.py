# SPDX-License-Identifier: Apache-2.0
"""Rows keep their ids through the changes of both programs, in turns."""

import pytest

pytestmark = pytest.mark.spark


def ids_by_spark(spark, path):
    read = spark.read.format("delta").load(str(path)).select("k", "v", "_metadata.row_id", "_metadata.row_commit_version")
    return sorted((row["k"], row["v"], row["row_id"], row["row_commit_version"]) for row in read.collect())


def ids_by_laguna(lake):
    rows = lake.sql("SELECT k, v, _row_id AS id, _row_commit_version AS version FROM bronze.t")
    return sorted((row["k"], row["v"], int(row["id"]), int(row["version"])) for row in rows)


CHANGES = [
    "UPDATE {t} SET v = v || '1' WHERE k % 3 = 0",
    "DELETE FROM {t} WHERE k % 5 = 4",
    "MERGE INTO {t} AS t USING (SELECT k + 15 AS k, v FROM {t}) AS s ON t.k = s.k "
    "WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (k, v) VALUES (s.k, s.v)",
    "UPDATE {t} SET v = 'all'",
]


@pytest.mark.parametrize("vectors", ["true", "false"])
@pytest.mark.parametrize("first", ["laguna", "spark"])
def test_ids_stay_with_their_rows(lake, spark, first, vectors):
    path = lake.table_path("bronze.t")
    run = {
        "laguna": lambda statement: lake.sql(statement.format(t="bronze.t")),
        "spark": lambda statement: spark.sql(statement.format(t=f"delta.`{path}`")),
    }
    second = "spark" if first == "laguna" else "laguna"
    properties = f"'delta.enableRowTracking' = 'true', 'delta.enableDeletionVectors' = '{vectors}'"
    create = {"laguna": "INTEGER, v VARCHAR) WITH", "spark": "INT, v STRING) USING delta TBLPROPERTIES"}[first]
    run[first](f"CREATE TABLE {{t}} (k {create} ({properties})")
    run[first]("INSERT INTO {t} VALUES " + ", ".join(f"({k}, 'v{k}')" for k in range(20)))
    run[second]("INSERT INTO {t} VALUES " + ", ".join(f"({k}, 'w{k}')" for k in range(20, 25)))
    before = {row[0]: row[2] for row in ids_by_laguna(lake)}
    for number, change in enumerate(CHANGES):
        run[(first, second)[number % 2]](change)
        ids = ids_by_laguna(lake)
        assert ids == ids_by_spark(spark, path), change
        assert len({row[2] for row in ids}) == len(ids)
        for k, _, row_id, _ in ids:
            assert before.setdefault(k, row_id) == row_id, (change, k)


def test_laguna_begins_to_track_the_rows_of_a_table(lake, spark):
    path = lake.table_path("bronze.t")
    spark.sql(f"CREATE TABLE delta.`{path}` (k INT, v STRING) USING delta")
    spark.sql(f"INSERT INTO delta.`{path}` VALUES (1, 'a'), (2, 'b')")
    lake.sql("INSERT INTO bronze.t VALUES (3, 'c')")
    lake.sql("ALTER TABLE bronze.t SET ('delta.enableRowTracking' = 'true')")
    ids = ids_by_laguna(lake)
    assert ids == ids_by_spark(spark, path)
    assert len({row[2] for row in ids}) == 3
    spark.sql(f"UPDATE delta.`{path}` SET v = 'x' WHERE k = 2")
    assert [(row[0], row[2]) for row in ids_by_laguna(lake)] == [(row[0], row[2]) for row in ids]
