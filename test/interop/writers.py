# SPDX-License-Identifier: Apache-2.0
"""Laguna and Spark as two who write one table in turn, by statements in words that both understand."""

import pyarrow.parquet as pq
from comparison import rows_of

from story.lake import CommandFailed


class Refused(Exception):
    """A program did not want to."""


def in_order(table):
    return sorted(rows_of(table), key=repr)


class Laguna:
    name = "laguna"

    def __init__(self, lake):
        self.lake, self.table = lake, self.named("t")
        self.path = lake.table_path(self.table)

    def named(self, table):
        return f"bronze.{table}"

    def run(self, text):
        try:
            # Back-quoted names are Spark's, and Laguna's too.
            self.lake.run("sql", "-c", text.replace("{t}", self.table))
        except CommandFailed as failed:
            raise Refused(failed.stderr) from None

    def read(self, query):
        out = self.lake.folder / "rows.parquet"
        self.lake.run("sql", "-c", f"COPY ({query}) TO '{out}' (FORMAT parquet)")
        return in_order(pq.read_table(out))

    def rows(self, columns="*"):
        return self.read(f"SELECT {columns} FROM {self.table}")

    def changes(self, since):
        return self.read(f"SELECT * EXCLUDE (_commit_timestamp) FROM table_changes('{self.table}', {since})")

    def row_ids(self):
        return self.read(f"SELECT id, _row_id AS row_id, _row_commit_version AS row_commit_version FROM {self.table}")

    def features(self):
        return self.lake.sql(f"SELECT unnest(tableFeatures) AS name FROM laguna_detail('{self.table}')")


class Spark:
    name = "spark"

    def __init__(self, session, path):
        self.session, self.path = session, path

    @property
    def table(self):
        return self.named(self.path.name)

    def named(self, table):
        return f"delta.`{self.path.parent / table}`"

    def run(self, text):
        from py4j.protocol import Py4JJavaError
        from pyspark.errors import PySparkException

        try:
            # It takes one statement at a time.
            for statement in text.split("; "):
                self.session.sql(statement.replace("{t}", self.table)).collect()
        except (PySparkException, Py4JJavaError) as error:
            raise Refused(str(error)) from None

    def rows(self, columns="*"):
        return in_order(self.session.sql(f"SELECT {columns} FROM {self.table}").toArrow())

    def changes(self, since):
        feed = self.session.read.format("delta").option("readChangeFeed", "true").option("startingVersion", since).load(str(self.path))
        return in_order(feed.drop("_commit_timestamp").toArrow())

    def row_ids(self):
        columns = "id, _metadata.row_id AS row_id, _metadata.row_commit_version AS row_commit_version"
        return in_order(self.session.sql(f"SELECT {columns} FROM {self.table}").toArrow())
