# SPDX-License-Identifier: Apache-2.0
"""The others agree with each other on what the stories compare, so a failure elsewhere is Laguna's."""

from comparison import rows_of
from conftest import DeltaRs, Spark
from every_type import arrow_table


def test_spark_reads_what_delta_rs_wrote(spark, tmp_path):
    DeltaRs().append(tmp_path / "t", arrow_table())

    assert rows_of(Spark(spark).read(tmp_path / "t")) == rows_of(arrow_table())


def test_delta_rs_reads_what_spark_wrote(spark, tmp_path):
    Spark(spark).append(tmp_path / "t", arrow_table())

    assert rows_of(DeltaRs().read(tmp_path / "t")) == rows_of(arrow_table())
