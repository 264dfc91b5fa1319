# SPDX-License-Identifier: Apache-2.0
"""OPTIMIZE, ZORDER, REORG, other partitions, RESTORE, checkpoints, the clean-up of logs and VACUUM in random order never change
the rows of a version that the table keeps.

Statements that change rows stand between them, and are run on a plain table of DuckDB as well, so that the
rows of every version are known. Again and again all versions are read: what is read is right, and what cannot
be read any more is a version that VACUUM or the clean-up may have taken. At the end delta-rs reads the table.
LAGUNA_UPKEEP_SEED repeats a run.
"""

import os
import random
import shutil
import time

import duckdb
import pytest
from deltalake import DeltaTable, QueryBuilder

from story.lake import CommandFailed

STEPS = 24
WORLDS = 2
WORLDS_LONG = 60
# How long versions stay readable when they are vacuumed.
RETENTION_S = 2
LOG_AGE_S = 40 * 86_400
LOOK = "SELECT count(*) AS n, coalesce(sum(hash(k, v, p)::HUGEINT), 0)::VARCHAR AS hashes FROM {}"
T = "bronze.t"


@pytest.fixture
def seed():
    return int(os.environ.get("LAGUNA_UPKEEP_SEED", random.SystemRandom().randrange(10**9)))


def test_upkeep_changes_no_version(lake, seed):
    run_worlds(lake, seed, WORLDS)


@pytest.mark.long
def test_upkeep_of_many_tables_changes_no_version(lake, seed):
    run_worlds(lake, seed, WORLDS_LONG)


def run_worlds(lake, seed, worlds):
    print(f"LAGUNA_UPKEEP_SEED={seed}", flush=True)  # pytest shows it when the test fails
    for world in range(seed, seed + worlds):
        World(lake, world).run()
        shutil.rmtree(lake.folder / "lake")


class World:
    """One table, and what it held at every version."""

    def __init__(self, lake, seed):
        self.lake, self.seed, self.random = lake, seed, random.Random(seed)
        self.model = duckdb.connect(config={"threads": 1})
        self.model.execute("CREATE TABLE t (k INTEGER, v VARCHAR, p INTEGER)")
        # Version -> (its rows as numbers, when the statement began that made another one; None: none did). The rows are the model's table v<version>.
        self.versions = {}
        # Versions that nobody has to keep any more.
        self.excused = set()
        self.told = []

    def run(self):
        try:
            self.create()
            for _ in range(STEPS):
                self.step()
                if self.random.random() < 0.4:
                    self.check()
            self.check()
            self.check_in_delta_rs()
        except BaseException:
            script = self.lake.folder / "script.sql"
            script.write_text(";\n".join(self.told))
            print(f"LAGUNA_UPKEEP_SEED={self.seed} (the world that failed); its statements: {script}")
            raise
        finally:
            self.model.close()

    def create(self):
        choose = self.random.choice
        properties = {
            "delta.deletedFileRetentionDuration": f"interval {RETENTION_S} seconds",
            "delta.checkpointInterval": choose(["1", "3", "10"]),
            "delta.targetFileSize": choose(["20kb", "200kb", "100mb"]),
            "delta.enableDeletionVectors": choose(["true", "false"]),
            "delta.enableChangeDataFeed": choose(["true", "false", "false"]),
            "delta.enableRowTracking": choose(["true", "false", "false"]),
            "delta.checkpointPolicy": choose(["v2", "classic", "classic"]),
        }
        if self.random.random() < 0.3:
            properties["delta.columnMapping.mode"] = choose(["name", "id"])
        partitioned = self.random.random() < 0.5
        given = ", ".join(f"'{key}' = '{value}'" for key, value in properties.items())
        by = " PARTITIONED BY (p)" if partitioned else ""
        self.laguna(f"CREATE TABLE {T} (k INTEGER, v VARCHAR, p INTEGER){by} WITH ({given})")
        self.note()
        for _ in range(3):
            self.change(self.insert())

    # Steps.

    def step(self):
        steps = [
            lambda: self.change(self.insert()),
            lambda: self.change(f"DELETE FROM {{t}} WHERE {self.condition()}"),
            lambda: self.change(f"UPDATE {{t}} SET v = v || 'u' WHERE {self.condition()}"),
            lambda: self.change(self.merge()),
            lambda: self.optimize(f"OPTIMIZE {T}"),
            lambda: self.optimize(f"OPTIMIZE {T} WHERE p = {self.random.randint(0, 4)}" if self.is_partitioned() else f"OPTIMIZE {T}"),
            lambda: self.optimize(f"OPTIMIZE {T} ZORDER BY ({self.random.choice(['k', 'v', 'k, v', 'v, k'])})"),
            lambda: self.optimize(f"REORG TABLE {T} APPLY (PURGE)"),
            self.drop_column,
            lambda: self.keep(f"ALTER TABLE {T} {self.random.choice(['SET PARTITIONED BY (p)', 'RESET PARTITIONED BY'])}"),
            lambda: self.keep(f"CHECKPOINT TABLE {T}"),
            lambda: self.keep(f"VACUUM {T} DRY RUN"),
            self.vacuum,
            self.vacuum,
            self.restore,
            self.clean_up,
            lambda: time.sleep(RETENTION_S / 2),
        ]
        self.random.choice(steps)()

    def insert(self):
        rows = self.random.choice([1, 5, 500, 4000])
        low = self.random.randint(0, 5000)
        return f"INSERT INTO {{t}} (k, v, p) SELECT i, 'v' || (i * 7919 % 1000), i % 5 FROM range({low}, {low + rows}) r(i)"

    def condition(self):
        n = self.random.randint(0, 5000)
        return self.random.choice([f"k = {n}", f"k % 7 = {n % 7}", f"p = {n % 5}", f"k BETWEEN {n} AND {n + 700}", f"p = {n % 5} AND k % 2 = 0"])

    def merge(self):
        low = self.random.randint(0, 5000)
        source = f"(SELECT i AS k, 'm' AS v, i % 5 AS p FROM range({low}, {low + 300}) r(i))"
        return (
            f"MERGE INTO {{t}} AS t USING {source} AS s ON t.k = s.k AND t.p = s.p WHEN MATCHED AND s.k % 3 = 0 THEN DELETE "
            "WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (k, v, p) VALUES (s.k, s.v, s.p)"
        )

    def change(self, text):
        # A key may stand there twice, so a source row may match two rows, but no row two source rows.
        self.model.execute(text.replace("{t}", "t"))
        self.laguna(text.replace("{t}", T))
        self.note()

    def keep(self, text):
        self.laguna(text)
        self.note()

    def is_partitioned(self):
        return self.lake.sql(f"SELECT partitionColumns AS p FROM laguna_detail('{T}')")[0]["p"] == ["p"]

    def optimize(self, text):
        """In one commit or in as many as there are partitions."""
        self.keep(self.random.choice(["", "SET lake_optimize_commit_size = '1KB'; "]) + text)

    def drop_column(self):
        """Its values stay in files until they are purged; the other columns' rows are the same. RESTORE may bring it back."""
        column = f"x{len(self.told)}"
        self.keep(f"ALTER TABLE {T} ADD COLUMN {column} INTEGER")
        self.keep(f"UPDATE {T} SET {column} = k WHERE k % 5 = 0")
        self.keep(f"ALTER TABLE {T} DROP COLUMN {column}")

    def vacuum(self):
        try:
            self.keep(f"VACUUM {T} {self.random.choice(['', 'FULL', 'LITE'])}")
        except CommandFailed as failed:
            # The clean-up took a part of the log that LITE goes by.
            assert "needs the log from version" in failed.stderr, failed
            self.keep(f"VACUUM {T}")
        ended = time.time()
        for version, (_, newest_until) in self.versions.items():
            if newest_until is not None and newest_until < ended - RETENTION_S:
                self.excused.add(version)

    def restore(self):
        version = self.random.choice(list(self.versions))
        try:
            self.laguna(f"RESTORE TABLE {T} TO VERSION AS OF {version}")
        except CommandFailed:
            assert version in self.excused, f"version {version} cannot be restored"
            return
        self.model.execute(f"CREATE OR REPLACE TABLE t AS FROM v{version}")
        self.note()

    def clean_up(self):
        """All commits so far become older than the log is kept; the checkpoint takes them away."""
        log = self.lake.table_path(T) / "_delta_log"
        for file in log.glob("0*"):
            moment = log.stat().st_mtime - LOG_AGE_S + int(file.name[:20])
            os.utime(file, (moment, moment))
        self.excused |= set(self.versions)
        self.keep(f"CHECKPOINT TABLE {T}")
        self.excused.discard(max(self.versions))

    # What is known, and what is read.

    def laguna(self, text):
        self.told.append(text)
        self.began = time.time()
        return self.lake.sql(text)

    def note(self):
        """The rows of the versions that came since the last look: all they can be is what the model has."""
        newest = self.lake.sql(f"SELECT version FROM laguna_table('{T}')")[0]["version"]
        known = self.model.execute(LOOK.format("t")).fetchone()
        before = max(self.versions, default=-1)
        if newest > before >= 0:
            self.versions[before] = (self.versions[before][0], self.began)
        for version in range(before + 1, newest + 1):
            self.versions[version] = (known, None if version == newest else self.began)
            self.model.execute(f"CREATE TABLE v{version} AS FROM t")

    def check(self):
        self.check_versions([version for version in self.versions if version not in self.excused])
        for version in self.random.sample(sorted(self.excused), min(2, len(self.excused))):
            try:
                self.check_versions([version])
            except CommandFailed:
                continue  # nobody has to keep it

    def check_versions(self, versions):
        looks = (f"SELECT {n} AS version, * FROM ({LOOK.format(f'{T} AT (VERSION => {n})')})" for n in versions)
        for read in self.lake.sql(" UNION ALL ".join(looks)):
            known = self.versions[read["version"]][0]
            assert (read["n"], read["hashes"]) == known, f"version {read['version']} has other rows"

    def check_in_delta_rs(self):
        try:
            table = DeltaTable(str(self.lake.table_path(T)))
            rows = QueryBuilder().register("t", table).execute("SELECT k, v, p FROM t").read_all()
        except Exception as error:
            assert "feature" in str(error).lower(), error
            return
        self.model.register("other", rows)
        assert self.model.execute(LOOK.format("other")).fetchone() == self.versions[max(self.versions)][0]
