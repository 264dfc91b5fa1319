# SPDX-License-Identifier: Apache-2.0
"""Spark as a peer: runs one SQL statement and counts what its JVM spends on it, the start left out, and so the
statements that warm the session up.

    python bench/spark_peer.py [--setting NAME=VALUE]... [--warm-up TEXT]... TEXT

Needs the part `spark` of scripts/setup.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

from measure import Subject

ROOT = pathlib.Path(__file__).resolve().parent.parent


# After so many statements of one kind the JVM has compiled what they need.
WARM_UPS = 2


def peer(text, warm_ups=(), settings=None):
    """The command that runs `text` behind the `warm_ups`; nothing where Spark is not installed."""
    if not list(jars()):
        return None
    options = [f"--setting={name}={value}" for name, value in (settings or {}).items()]
    options += [f"--warm-up={warm_up}" for warm_up in warm_ups]
    return [sys.executable, __file__, *options, text]


def warm_subject(copies, with_vectors, statement):
    """Spark with a session that has run the same on other copies of the table, as a list of one subject; an empty one
    where Spark is not installed. `statement` makes the text for a table."""
    names = ["spark", *(f"spark-warm-up-{number}" for number in range(WARM_UPS))]
    text, *warm_ups = [statement(f"delta.`{copies.folder(name)}`") for name in names]
    command = peer(text, warm_ups)
    if command is None:
        return []

    def prepare():
        for name in names:
            copies.fresh(name, with_vectors)()

    return [Subject("Spark, warm", command, prepare, copies.folder("spark"), warms_up=False)]


def jars():
    folder = subprocess.check_output([ROOT / "scripts/setup", "--jars"], text=True).strip()
    return sorted(pathlib.Path(folder).glob("*.jar"))


def session(settings):
    from pyspark.sql import SparkSession

    cores = len(os.sched_getaffinity(0))
    builder = (
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
    )
    for setting in settings:
        builder = builder.config(*setting.split("=", 1))
    return builder.getOrCreate()


def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--setting", action="append", default=[])
    parser.add_argument("--warm-up", action="append", default=[])
    parser.add_argument("text")
    options = parser.parse_args()
    spark = session(options.setting)
    spark.sparkContext.setLogLevel("ERROR")
    spark.sql("SELECT 1").collect()
    for warm_up in options.warm_up:
        spark.sql(warm_up).collect()
    # spark-submit ends as the JVM itself.
    jvm = spark.sparkContext._gateway.proc.pid
    wall, cpu = time.perf_counter(), cpu_s(jvm)
    print(spark.sql(options.text).collect())
    cost = {"wall_s": time.perf_counter() - wall, "cpu_s": cpu_s(jvm) - cpu, "peak_mb": peak_mb(jvm)}
    spark.stop()
    print(json.dumps(cost))


if __name__ == "__main__":
    main()
