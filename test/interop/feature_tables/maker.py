# SPDX-License-Identifier: Apache-2.0
"""What makers of tables work with: a `Table` whose `sql` runs a statement in which {t} is the table. What they leave
behind is a Delta table at `path`. Small, because each commit of Spark takes a second.
"""

import contextlib

TABLES = {}

NAME = "'delta.columnMapping.mode' = 'name'"
ID = "'delta.columnMapping.mode' = 'id'"
VECTORS = "'delta.enableDeletionVectors' = true"
WIDENING = "'delta.enableTypeWidening' = true"
NTZ = "'delta.feature.timestampNtz' = 'supported'"


class Table:
    def __init__(self, spark, path):
        self.spark = spark
        self.path = path

    def sql(self, *statements):
        for statement in statements:
            self.spark.sql(statement.replace("{t}", f"delta.`{self.path}`"))

    def create(self, columns, *properties, more=""):
        listed = ", ".join(properties)
        text = f"CREATE TABLE {{t}} ({columns}) USING delta {more}"
        self.sql(text + (f" TBLPROPERTIES ({listed})" if listed else ""))

    def insert(self, *rows):
        """One commit of one file."""
        self.sql(f"INSERT INTO {{t}} SELECT /*+ COALESCE(1) */ * FROM VALUES {', '.join(rows)}")

    def set(self, *properties):
        self.sql(f"ALTER TABLE {{t}} SET TBLPROPERTIES ({', '.join(properties)})")

    @contextlib.contextmanager
    def conf(self, **settings):
        settings = {name.replace("__", "."): value for name, value in settings.items()}
        before = {name: self.spark.conf.get(name, None) for name in settings}
        for name, value in settings.items():
            self.spark.conf.set(name, value)
        try:
            yield
        finally:
            for name, value in before.items():
                self.spark.conf.unset(name) if value is None else self.spark.conf.set(name, value)


def table(maker):
    TABLES[maker.__name__] = maker
    return maker
