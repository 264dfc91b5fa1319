# SPDX-License-Identifier: Apache-2.0
"""Spark as a peer: runs one SQL statement and counts what its JVM spends on it, the start left out.

    python bench/spark_peer.py TEXT

Needs the part `spark` of scripts/setup.
"""

import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def peer(text):
    """The command that runs `text`; nothing where Spark is not installed."""
    if not list(jars()):
        return None
    return [sys.executable, __file__, text]


def jars():
    folder = subprocess.check_output([ROOT / "scripts/setup", "--jars"], text=True).strip()
    return sorted(pathlib.Path(folder).glob("*.jar"))


def session():
    from pyspark.sql import SparkSession

    cores = len(os.sched_getaffinity(0))
    return (
        SparkSession.builder.master(f"local[{cores}]")
        .config("spark.jars", ",".join(map(str, jars())))
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.sql.shuffle.partitions", cores)
        # Its default of 50 is for clusters.
        .config("spark.databricks.delta.snapshotPartitions", cores)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "4g")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )


def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def main():
    spark = session()
    spark.sparkContext.setLogLevel("ERROR")
    spark.sql("SELECT 1").collect()
    # spark-submit ends as the JVM itself.
    jvm = spark.sparkContext._gateway.proc.pid
    wall, cpu = time.perf_counter(), cpu_s(jvm)
    print(spark.sql(sys.argv[1]).collect())
    cost = {"wall_s": time.perf_counter() - wall, "cpu_s": cpu_s(jvm) - cpu, "peak_mb": peak_mb(jvm)}
    spark.stop()
    print(json.dumps(cost))


if __name__ == "__main__":
    main()
