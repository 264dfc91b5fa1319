# SPDX-License-Identifier: Apache-2.0
"""Several programs append to one table; every row arrives once."""

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa


def test_laguna_and_another_append_at_the_same_time(lake, other):
    # delta-rs writes to no table with deletion vectors.
    lake.sql("CREATE TABLE bronze.log (id BIGINT, who VARCHAR) WITH ('delta.enableDeletionVectors' = 'false')")
    path = lake.table_path("bronze.log")
    rounds = 5

    def laguna(i):
        lake.sql(f"INSERT INTO bronze.log VALUES ({i}, 'laguna')")

    def another(i):
        other.append(path, pa.table({"id": pa.array([i], pa.int64()), "who": ["other"]}))

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(writer, i) for i in range(rounds) for writer in (laguna, another)]
        for future in done:
            future.result()

    rows = lake.sql("SELECT who, count(*)::INTEGER AS n, count(DISTINCT id)::INTEGER AS ids FROM bronze.log GROUP BY who ORDER BY who")
    assert rows == [{"who": "laguna", "n": rounds, "ids": rounds}, {"who": "other", "n": rounds, "ids": rounds}]
    assert other.read(path).num_rows == 2 * rounds
