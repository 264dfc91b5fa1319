# SPDX-License-Identifier: Apache-2.0
"""Every feature Laguna writes, with every statement, begun by Laguna and by Spark.

One of the two makes a table and fills it; then both in turn run the statement, and at last the second
one appends a row. After each step both read the same rows, the same changes where the table tells them,
and the same row ids where it has them. A cell is skipped where Spark itself refuses the statement; where
Laguna refuses what Spark does, it fails, but for REFUSED_BY_PROTOCOL.

The whole matrix takes three quarters of an hour; the normal run has a few cells of it.
"""

import itertools
import shutil

import pytest
from table_features import FEATURES
from table_statements import IN_TURN, STATEMENTS
from writers import Laguna, Refused, Spark

# Spark restores append-only tables and so takes rows out of them, which the protocol forbids.
REFUSED_BY_PROTOCOL = {("append_only", "restore")}
IN_EVERY_RUN = {
    ("generated_columns", "merge", "laguna"),
    ("identity_columns", "insert", "spark"),
    ("row_tracking_with_vectors", "optimize", "laguna"),
    ("mapping_by_name", "update", "spark"),
    ("many_together", "merge", "laguna"),
    ("all_together", "merge_that_evolves", "laguna"),
    ("partitions", "overwrite_partitions", "spark"),
    ("vectors_and_feed", "clone", "laguna"),
}


def cells():
    for (name, feature), (statement, said), first in itertools.product(FEATURES.items(), STATEMENTS.items(), ["laguna", "spark"]):
        if said.concerns(feature):
            marks = [pytest.mark.spark] + ([] if (name, statement, first) in IN_EVERY_RUN else [pytest.mark.long])
            yield pytest.param(name, statement, first, marks=marks, id=f"{name}-{statement}-{first}_first")


class Cell:
    """One table and the two programs that take turns on it."""

    def __init__(self, lake, spark, feature, first):
        self.feature, self.laguna = feature, Laguna(lake)
        self.spark = Spark(spark, self.laguna.path)
        self.order = [self.laguna, self.spark] if first == "laguna" else [self.spark, self.laguna]
        # What rename_column is about.
        self.renamed = "v"
        self.told_since = 0

    def begin(self):
        first = self.order[0]
        self.turn(first, self.feature.creation)
        self.turn(first, "INSERT INTO {t} (id, v) VALUES (1, 'a'), (2, 'b'), (3, 'c')")
        self.turn(first, "INSERT INTO {t} (id, v) VALUES (4, 'a'), (5, 'b'), (6, 'c')")
        for text in self.feature.afterwards:
            self.turn(first, text)
        self.check()
        if self.feature.listed:
            assert {"name": self.feature.listed} in self.laguna.features()

    def turn(self, writer, text, n=10):
        """Runs it; the test is over where Spark does not want to."""
        try:
            writer.run(self.filled(text, writer, n))
        except Refused as refusal:
            if writer is self.spark:
                pytest.skip(f"Spark refuses: {first_line(refusal)}")
            self.skip_if_spark_refuses(self.filled(text, self.spark, n), refusal)

    def skip_if_spark_refuses(self, text, refusal):
        try:
            self.spark.run(text)
        except Refused as of_spark:
            pytest.skip(f"both refuse; Spark: {first_line(of_spark)}")
        pytest.fail(f"Laguna refuses what Spark does: {text}\n{refusal}")

    def take_turn(self, writer, statement, n):
        """The statement and what goes before it."""
        if statement.wants_change and not self.feature.has("delta.appendOnly"):
            self.turn(writer, f"DELETE FROM {{t}} WHERE id = {n - 9}")
        if statement.prepared_by:
            self.turn(writer, statement.prepared_by, n)
        if statement.ends_feed:
            self.told_since = self.version() + 1
        self.turn(writer, statement.text, n)
        if statement is STATEMENTS["rename_column"]:
            self.renamed = f"c{n}"
        if statement.makes_next:
            self.go_on_with(f"c{n}")

    def go_on_with(self, table):
        self.laguna.table, self.told_since = self.laguna.named(table), 0
        self.laguna.path = self.spark.path = self.laguna.path.parent / table

    def filled(self, text, writer, n):
        words = {word: values[n - 10] for word, values in IN_TURN.items()}
        words |= {"n": n, "before": self.version() - 1, "next": writer.named(f"c{n}")}
        words |= {"renamed": self.renamed, "clauses": self.feature.clauses}
        text = text[writer.name] if isinstance(text, dict) else text
        for word, value in words.items():
            text = text.replace("{" + word + "}", str(value))
        return text

    def version(self):
        # Checkpoints may be JSON too.
        commits = (self.laguna.path / "_delta_log").glob("?" * 20 + ".json")
        return max((int(commit.stem) for commit in commits), default=-1)

    def check(self):
        assert self.laguna.rows() == self.spark.rows()
        if self.feature.tells_changes:
            assert self.laguna.changes(self.told_since) == self.spark.changes(self.told_since)
        if self.feature.has_row_ids:
            assert self.laguna.row_ids() == self.spark.row_ids()


def first_line(error):
    return str(error).strip().splitlines()[0][:200]


@pytest.fixture(scope="session")
def begun(tmp_path_factory):
    """The tables that were begun, to go on from copies of them."""
    return tmp_path_factory.mktemp("begun")


@pytest.mark.parametrize("feature, statement, first", list(cells()))
def test_both_write_the_table_in_turn(lake, spark, begun, feature, statement, first):
    cell = Cell(lake, spark, FEATURES[feature], first)
    table = begun / f"{feature}-{first}"
    if table.exists():
        shutil.copytree(table, cell.laguna.path)
    else:
        cell.begin()
        shutil.copytree(cell.laguna.path, table)
    said = STATEMENTS[statement]
    if (feature, statement) in REFUSED_BY_PROTOCOL:
        with pytest.raises(Refused, match="append-only"):
            cell.laguna.run(cell.filled(said.text, cell.laguna, 10))
        return

    for n, writer in zip([10, 11], reversed(cell.order)):
        cell.take_turn(writer, said, n)
        cell.check()
    cell.turn(cell.order[1], f"INSERT INTO {{t}} (id, {cell.renamed}) VALUES (90, 'last')")
    cell.check()
