# SPDX-License-Identifier: Apache-2.0
"""A table asks of its readers and writers no more than its columns need."""

from deltalake import DeltaTable


def protocol_of(lake, name):
    return DeltaTable(str(lake.table_path(name))).protocol()


WITHOUT_VECTORS = "WITH ('delta.enableDeletionVectors' = 'false')"


def test_a_new_table_asks_for_deletion_vectors(lake):
    lake.sql("CREATE TABLE bronze.new AS SELECT 1 AS id")

    protocol = protocol_of(lake, "bronze.new")
    assert (protocol.min_reader_version, protocol.min_writer_version) == (3, 7)
    assert protocol.reader_features == ["deletionVectors"]


def test_a_plain_table_is_readable_by_the_oldest_reader(lake):
    lake.sql(f"CREATE TABLE bronze.plain {WITHOUT_VECTORS} AS SELECT 1 AS id, now() AS at")

    protocol = protocol_of(lake, "bronze.plain")
    assert (protocol.min_reader_version, protocol.min_writer_version) == (1, 2)


def test_a_wall_clock_time_asks_for_its_feature_alone(lake):
    lake.sql(f"CREATE TABLE bronze.wall {WITHOUT_VECTORS} AS SELECT 1 AS id, TIMESTAMP '2024-01-01 00:00:00' AS at")

    protocol = protocol_of(lake, "bronze.wall")
    assert (protocol.min_reader_version, protocol.min_writer_version) == (3, 7)
    assert protocol.reader_features == ["timestampNtz"]
    # Writer version 7 names what version 2 implied.
    assert set(protocol.writer_features) <= {"timestampNtz", "appendOnly", "invariants"}
    assert "timestampNtz" in protocol.writer_features
