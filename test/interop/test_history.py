# SPDX-License-Identifier: Apache-2.0
"""What the history says of a statement is what Spark says of the same statement on the same data: the operation, its
parameters, and the names and counts among its metrics.

Both run every step on a table of their own. Times and bytes are measured, so only their names are compared.
"""

import json
import re

import pytest

MEASURED = re.compile(r"TimeMs$|Bytes|Size")
# Laguna scans and writes in one go, and does not count the source.
NOT_TOLD = {"scanTimeMs", "rewriteTimeMs", "materializeSourceTimeMs", "numSourceRows"}
# Beyond what Spark tells of the statement.
TOLD_BESIDE = {"executionTimeMs"}
# Spark's depends on how the catalog knows the table, says IF EXISTS of statements without, and takes the aliases off.
NOT_COMPARED = {("CREATE TABLE", "isManaged"), ("UNSET TBLPROPERTIES", "ifExists"), ("MERGE", "predicate"), ("MERGE", "matchedPredicates")}
# Spark cuts files otherwise, counts those with deletion vectors otherwise, and looks into other folders.
NOT_COUNTED = re.compile(r"Files|Copied|Director|DeletionVectors")


def values(first, beyond):
    """In Spark one file a partition."""
    return f"SELECT {{one_file}}* FROM (VALUES {', '.join(f'({k}, {chr(39)}v{k}{chr(39)}, {k % 2})' for k in range(first, beyond))}) AS v(k, v, p)"


MERGE = """MERGE INTO {t} AS t USING (SELECT 1 AS k, 'm' AS v, 1 AS p UNION ALL SELECT 2, 'm', 0 UNION ALL SELECT 99, 'm', 0) AS s
ON t.k = s.k WHEN MATCHED AND s.k = 2 THEN DELETE WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (k, v, p) VALUES (s.k, s.v, s.p)"""

# One after the other on one table.
STEPS = {
    "create": "CREATE TABLE {t} (k INT, v STRING, p INT) USING DELTA PARTITIONED BY (p) TBLPROPERTIES ({properties}, 'team' = 'us')",
    "insert": f"INSERT INTO {{t}} {values(0, 10)}",
    "insert_more": f"INSERT INTO {{t}} {values(10, 20)}",
    "update": "UPDATE {t} SET v = 'u' WHERE k % 5 = 3",
    "update_all": "UPDATE {t} SET v = 'all'",
    "delete": "DELETE FROM {t} WHERE k = 4",
    "delete_partition": "DELETE FROM {t} WHERE p = 1",
    "insert_again": f"INSERT INTO {{t}} {values(0, 10)}",
    "merge": MERGE,
    "overwrite": f"INSERT OVERWRITE {{t}} {values(0, 10)}",
    "replace_where": "INSERT INTO {t} REPLACE WHERE p = 0 VALUES (100, 'r', 0)",
    "insert_small": "INSERT INTO {t} VALUES (101, 'x', 0)",
    "optimize": "OPTIMIZE {t}",
    "insert_smaller": "INSERT INTO {t} VALUES (102, 'x', 0)",
    "zorder": "OPTIMIZE {t} ZORDER BY (k)",
    "delete_one": "DELETE FROM {t} WHERE k = 1",
    "purge": "REORG TABLE {t} APPLY (PURGE)",
    "restore": "RESTORE TABLE {t} TO VERSION AS OF 1",
    "vacuum": "VACUUM {t}",
    "add_columns": "ALTER TABLE {t} ADD COLUMNS (x INT COMMENT 'added', y STRING AFTER k)",
    "comment": "ALTER TABLE {t} ALTER COLUMN v COMMENT 'text'",
    "set": "ALTER TABLE {t} SET TBLPROPERTIES ('team' = 'me', 'note' = 'x')",
    "unset": "ALTER TABLE {t} UNSET TBLPROPERTIES ('note')",
    "add_constraint": "ALTER TABLE {t} ADD CONSTRAINT positive CHECK (k >= 0)",
    "drop_constraint": "ALTER TABLE {t} DROP CONSTRAINT positive",
    "map": "ALTER TABLE {t} SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name', 'delta.minReaderVersion' = '2', 'delta.minWriterVersion' = '5')",
    "rename_column": "ALTER TABLE {t} RENAME COLUMN x TO z",
    "drop_column": "ALTER TABLE {t} DROP COLUMN z",
    "delete_all": "DELETE FROM {t}",
}
class Table:
    def __init__(self, name, run, log, one_file=""):
        self.name, self.run, self.log, self.one_file, self.seen = name, run, log, one_file, 0

    def step(self, text):
        """The commitInfo of every commit that it makes."""
        self.run(text.replace("{t}", self.name).replace("{one_file}", self.one_file))
        made = []
        while (file := self.log / f"{self.seen:020}.json").exists():
            made += [json.loads(line)["commitInfo"] for line in file.read_text().splitlines() if "commitInfo" in line]
            self.seen += 1
        return made


def told(commit):
    operation, metrics = commit["operation"], dict(commit.get("operationMetrics", {}))
    if "numTargetRowsCopied" in metrics:  # they are among the rows put out, and depend on the files
        metrics["numOutputRows"] = str(int(metrics["numOutputRows"]) - int(metrics["numTargetRowsCopied"]))
    metrics = {name: counted(name, value) for name, value in metrics.items() if name not in NOT_TOLD}
    parameters = {name: parameter(value) for name, value in commit["operationParameters"].items() if (operation, name) not in NOT_COMPARED}
    return {"operation": operation, "parameters": parameters, "metrics": metrics}


def counted(name, value):
    return "measured" if MEASURED.search(name) or NOT_COUNTED.search(name) else value


def without_more(here, there):
    """Ours without what we tell beside."""
    for ours, theirs in zip(here, there):
        for name in TOLD_BESIDE - set(theirs["metrics"]):
            ours["metrics"].pop(name, None)
    return here


def parameter(value):
    """JSON within JSON in one spelling, a condition without the brackets and the numbers of columns that Spark puts in."""
    text = re.sub(r"#\d+L?", "", value if isinstance(value, str) else json.dumps(value))
    text = re.sub(r"^\((.*)\)$", r"\1", text)
    try:
        return json.loads(text)
    except ValueError:
        return text


@pytest.mark.long
@pytest.mark.spark
@pytest.mark.parametrize("vectors, feed", [("true", "true"), ("false", "false")])
def test_the_history_of_both_says_the_same(lake, spark, tmp_path, vectors, feed):
    properties = f"'delta.enableDeletionVectors' = '{vectors}', 'delta.enableChangeDataFeed' = '{feed}'"
    path = tmp_path / "theirs"
    ours = Table("bronze.t", lambda text: lake.run("sql", "-c", text), lake.table_path("bronze.t") / "_delta_log")
    theirs = Table(f"delta.`{path}`", lambda text: spark.sql(text).collect(), path / "_delta_log", "/*+ COALESCE(1) */ ")
    different = {}
    for name, text in STEPS.items():
        here, there = (
            [told(commit) for commit in table.step(text.replace("{properties}", properties))] for table in (ours, theirs)
        )
        if without_more(here, there) != there:
            different[name] = {"here": here, "there": there}
    assert not different, json.dumps(different, indent=1)
