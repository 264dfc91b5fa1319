# SPDX-License-Identifier: Apache-2.0
"""The other programs: delta-rs (PyPI's deltalake) and Spark, one session for the whole run."""

import os
import pathlib
import subprocess

import pyarrow as pa
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def spark_session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spark")
    os.environ["TZ"] = "UTC"
    os.environ["SPARK_LOCAL_DIRS"] = str(folder)
    from pyspark.sql import SparkSession

    jars = subprocess.check_output([ROOT / "scripts/setup", "--jars"], text=True).strip()
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.jars", ",".join(map(str, sorted(pathlib.Path(jars).glob("*.jar")))))
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.sql.session.timeZone", "UTC")
        # Arrow's times without a zone are wall-clock times for Spark too.
        .config("spark.sql.timestampType", "TIMESTAMP_NTZ")
        # Tables of a few rows: what Spark does for large ones would take nine tenths of the time.
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.databricks.delta.snapshotPartitions", "1")
        # VACUUM would list a folder in so many tasks: 10,000.
        .config("spark.sql.sources.parallelPartitionDiscovery.parallelism", "1")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        # The quick compiler alone (-XX:TieredStopAtLevel=1) has no room for Spark's code: 48 MB.
        .config("spark.driver.extraJavaOptions", "-XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "2g")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture
def spark(spark_session):
    yield spark_session
    # For an hour it keeps every table it saw, with the plans that read it: some megabytes each.
    spark_session._jvm.org.apache.spark.sql.delta.DeltaLog.clearCache()


class DeltaRs:
    """delta-rs as a reader and writer of a table's folder."""

    name = "delta-rs"

    def read(self, path):
        from deltalake import DeltaTable, QueryBuilder

        table = DeltaTable(str(path))
        # Only its query engine heeds deletion vectors.
        if "deletionVectors" in (table.protocol().reader_features or []):
            return pa.table(QueryBuilder().register("t", table).execute("SELECT * FROM t").read_all())
        return table.to_pyarrow_table()

    def append(self, path, table, partition_by=()):
        from deltalake import write_deltalake

        write_deltalake(str(path), table, mode="append", partition_by=list(partition_by) or None)


class Spark:
    """Spark as a reader and writer of a table's folder."""

    name = "spark"

    def __init__(self, session):
        self.session = session

    def read(self, path):
        return self.session.read.format("delta").load(str(path)).toArrow()

    def append(self, path, table, partition_by=()):
        writer = self.session.createDataFrame(table).coalesce(1).write.format("delta")
        writer.mode("append").partitionBy(*partition_by).save(str(path))


@pytest.fixture(params=["delta-rs", pytest.param("spark", marks=pytest.mark.spark)])
def other(request):
    """Each of the other programs in turn."""
    if request.param == "delta-rs":
        return DeltaRs()
    return Spark(request.getfixturevalue("spark"))
