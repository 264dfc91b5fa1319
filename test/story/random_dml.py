# SPDX-License-Identifier: Apache-2.0
"""Random tables and random statements that change them, each as two texts: Laguna's and DuckDB's.

Everything follows from the `random.Random` that is handed in. A statement's values are expressions over
integers, never RANDOM(), so both programs compute the same rows. `{t}` and `{o}` in a text stand for the
table and for the other table of the world.
"""

from dataclasses import dataclass, field

# Type -> expression of a value by the integer h: NULLs, edges and ordinary values.
VALUES = {
    "SMALLINT": "CASE WHEN {h} % 13 = 0 THEN NULL WHEN {h} % 51 = 1 THEN -32768 ELSE {h} % 99 END::SMALLINT",
    "INTEGER": "CASE WHEN {h} % 13 = 0 THEN NULL WHEN {h} % 51 = 1 THEN 2147483647 ELSE {h} % 200 - 100 END::INTEGER",
    "BIGINT": "CASE WHEN {h} % 13 = 0 THEN NULL WHEN {h} % 51 = 1 THEN -9223372036854775807 ELSE {h} % 999 END::BIGINT",
    "BOOLEAN": "CASE {h} % 3 WHEN 0 THEN NULL WHEN 1 THEN true ELSE false END",
    "VARCHAR": "CASE {h} % 9 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'ä€😀' || {h} % 5 WHEN 3 THEN repeat('long', 30) || {h} % 3 "
    "WHEN 4 THEN 'it''s' || chr(10) || 'so' ELSE 'v' || {h} % 40 END",
    "BLOB": "CASE {h} % 5 WHEN 0 THEN NULL WHEN 1 THEN ''::BLOB ELSE encode('b' || {h} % 40) END",
    "DECIMAL(9,2)": "CASE {h} % 11 WHEN 0 THEN NULL WHEN 1 THEN -9999999.99 ELSE ({h} % 1000) / 4 END::DECIMAL(9,2)",
    "DECIMAL(18,6)": "CASE {h} % 11 WHEN 0 THEN NULL ELSE ({h} % 1000)::DECIMAL(9,0) * 0.000125 END::DECIMAL(18,6)",
    "DECIMAL(38,10)": "CASE {h} % 11 WHEN 0 THEN NULL WHEN 1 THEN 1234567890123456789012345678.0123456789 ELSE {h} % 77 END::DECIMAL(38,10)",
    "DATE": "CASE {h} % 17 WHEN 0 THEN NULL WHEN 1 THEN DATE '0001-01-01' WHEN 2 THEN DATE '9999-12-31' "
    "ELSE DATE '2020-01-01' + ({h} % 900)::INTEGER END",
    "TIMESTAMP": "CASE {h} % 17 WHEN 0 THEN NULL WHEN 1 THEN TIMESTAMP '1582-10-10 01:02:03' "
    "ELSE TIMESTAMP '2020-01-01 00:00:00.000001' + to_seconds({h} % 99999) END",
    "TIMESTAMPTZ": "CASE {h} % 17 WHEN 0 THEN NULL ELSE TIMESTAMPTZ '2020-01-01 00:00:00.000001+00' + to_seconds({h} % 99999) END",
    "DOUBLE": "CASE {h} % 9 WHEN 0 THEN NULL WHEN 1 THEN 'nan' WHEN 2 THEN '-0.0' WHEN 3 THEN '0.0' WHEN 4 THEN 'inf' "
    "WHEN 5 THEN '-inf' ELSE {h} / 7.0 END::DOUBLE",
    "FLOAT": "CASE {h} % 7 WHEN 0 THEN NULL WHEN 1 THEN 'nan' WHEN 2 THEN '-0.0' ELSE {h} / 3.0 END::FLOAT",
    "STRUCT(x INTEGER, y VARCHAR)": "CASE {h} % 7 WHEN 0 THEN NULL WHEN 1 THEN {{'x': NULL, 'y': NULL}} "
    "ELSE {{'x': {h} % 30, 'y': 'y' || {h} % 3}} END::STRUCT(x INTEGER, y VARCHAR)",
    "STRUCT(x INTEGER, y STRUCT(a DOUBLE, b INTEGER[]))": "CASE {h} % 7 WHEN 0 THEN NULL WHEN 1 THEN {{'x': {h} % 5, 'y': NULL}} "
    "ELSE {{'x': {h} % 30, 'y': {{'a': '-0.0', 'b': [{h} % 4, NULL]}}}} END"
    "::STRUCT(x INTEGER, y STRUCT(a DOUBLE, b INTEGER[]))",
    "INTEGER[]": "CASE {h} % 6 WHEN 0 THEN NULL WHEN 1 THEN [] WHEN 2 THEN [NULL] ELSE [{h} % 9, NULL, {h} % 5] END::INTEGER[]",
    "STRUCT(x INTEGER)[]": "CASE {h} % 6 WHEN 0 THEN NULL WHEN 1 THEN [] ELSE [NULL, {{'x': {h} % 9}}, {{'x': NULL}}] END::STRUCT(x INTEGER)[]",
    "MAP(VARCHAR, INTEGER)": "CASE {h} % 6 WHEN 0 THEN NULL WHEN 1 THEN MAP {{}} ELSE MAP {{'m' || {h} % 4: {h} % 9, 'n': NULL}} END::MAP(VARCHAR, INTEGER)",
}
# Types of a column to partition by, and values that are not '' (a partition value '' is NULL in Delta).
PARTITION_VALUES = {
    "INTEGER": "CASE {h} % 7 WHEN 0 THEN NULL ELSE {h} % 4 END::INTEGER",
    "VARCHAR": "CASE {h} % 7 WHEN 0 THEN NULL WHEN 1 THEN 'a b/c=%' WHEN 2 THEN 'ä' ELSE 'p' || {h} % 3 END",
    "DATE": "CASE {h} % 7 WHEN 0 THEN NULL ELSE DATE '2024-02-28' + ({h} % 3)::INTEGER END",
}
SIZES = [0, 1, 3, 50, 50, 300, 300, 2047, 2049, 5000]
LARGE = 130_000  # more than a row group
KEYS = 400  # keys lie below, so that statements meet rows
# In tables that keep row ids a row gets a number of its own when it is made, which no statement changes.
BIRTH = "birth"
BIRTHS_A_STATEMENT = 1_000_000


@dataclass
class Column:
    name: str
    type: str
    partition: bool = False

    def value(self, h):
        return (PARTITION_VALUES if self.partition else VALUES)[self.type].format(h=f"({h})")


@dataclass
class Statement:
    """One statement in both dialects.

    `returns`: its RETURNING k gives the same in both. `counts_returned`: Laguna's gives as many rows as DuckDB
    changes without it (RETURNING of an UPDATE leaves rows out in DuckDB 1.5 when they are many).
    """

    kind: str
    laguna: str
    duckdb: list
    returns: bool = False
    counts_returned: bool = False


@dataclass
class World:
    """Two tables of one definition and different properties."""

    columns: list
    properties: list = field(default_factory=list)
    partitioned: list = field(default_factory=list)

    @property
    def names(self):
        return [column.name for column in self.columns]

    @property
    def numbers_births(self):
        return BIRTH in self.names

    @property
    def changeable(self):
        return [column for column in self.columns if column.name != BIRTH]


def random_world(random):
    columns = [Column("k", "BIGINT"), Column("p", random.choice(list(PARTITION_VALUES)), partition=True)]
    styles = random.choice([["c{}", "é{}"], ["c{}"], ["c{}", "C {}"]])
    for i, kind in enumerate(random.sample(list(VALUES), random.randint(1, 7))):
        columns.append(Column(random.choice(styles).format(i), kind))
    tracks = random.random() < 0.35
    if tracks:
        columns.append(Column(BIRTH, "BIGINT"))
    return World(columns, [random_properties(random, columns, tracks) for _ in range(2)], [random.random() < 0.4 for _ in range(2)])


def random_properties(random, columns, tracks):
    plain_names = all(" " not in column.name for column in columns)
    properties = {"delta.enableDeletionVectors": random.choice(["true", "true", "false"])}
    if random.random() < 0.5:
        properties["delta.enableChangeDataFeed"] = "true"
    if not plain_names or random.random() < 0.3:
        properties["delta.columnMapping.mode"] = random.choice(["name", "id"])
    if tracks:
        properties["delta.enableRowTracking"] = "true"
    if random.random() < 0.5:
        properties["delta.checkpointInterval"] = str(random.choice([2, 5]))
    return properties


class StatementMaker:
    def __init__(self, random, world):
        self.random = random
        self.world = world
        self.births = 0

    def make(self):
        makers = [self.insert] * 3 + [self.delete] * 4 + [self.update] * 5 + [self.merge] * 7
        makers += [self.overwrite, self.replace_where, self.self_insert, self.delete_using, self.update_from]
        return self.random.choice(makers)()

    # Rows and values.

    def h(self, integer):
        """An integer that depends on another one in no simple way."""
        return f"({integer} * {self.random.choice([7919, 104729, 1299709])} + {self.random.randint(0, 9999)}) % 1000003"

    def value(self, column, integer="k"):
        if column.name == "k":
            return f"{integer} % {KEYS}"
        if column.name == BIRTH:
            return f"{self.next_births()} + {integer}"
        return column.value(self.h(f"coalesce({integer}, 5)"))

    def next_births(self):
        self.births += BIRTHS_A_STATEMENT
        return self.births

    def some_columns(self):
        """A choice in random order; what a new row cannot do without is always there."""
        chosen = self.random.sample(self.world.changeable, self.random.randint(1, len(self.world.changeable)))
        if self.world.numbers_births:
            chosen.insert(self.random.randint(0, len(chosen)), self.world.columns[-1])
        return chosen

    def born_anew(self):
        """For rows that are made of others, behind SELECT * of `src`."""
        if not self.world.numbers_births:
            return ""
        return f"REPLACE ({self.next_births()} + row_number() OVER (ORDER BY src.{BIRTH}) AS {BIRTH})"

    def rows(self, columns=None, keys=None):
        """A query of new rows; their keys are distinct when `keys` says from where on."""
        size = self.random.choice(SIZES) if keys is None else self.random.choice([0, 1, 20, 200])
        if keys is None and self.random.random() < 0.01:
            size = LARGE
        key = f"(i * {self.random.choice([1, 3, 7])} + {self.random.randint(0, KEYS)}) % {max(KEYS, size // 2)}"
        if keys is not None:
            key = f"i * {self.random.choice([1, 2, 5])} + {keys}"
        values = [key if column.name == "k" else self.value(column, "i") for column in columns or self.world.columns]
        chosen = [f"{value} AS {quoted(column.name)}" for value, column in zip(values, columns or self.world.columns)]
        return f"SELECT {', '.join(chosen)} FROM range({size}) r(i)"

    def condition(self, table=""):
        """A condition over the columns of the target."""
        dot = f"{table}." if table else ""
        k = f"{dot}k"
        low = self.random.randint(0, KEYS)
        plain = [
            f"{k} % {self.random.randint(2, 9)} = 1",
            f"{k} % 97 = {low % 97}",
            f"{k} BETWEEN {low} AND {low + self.random.choice([0, 5, 80])}",
            f"{k} >= {low}",
            f"{k} < {low // 4}",
            f"{k} = {low}",
            f"{k} IN ({low}, {low + 1}, {low // 2}, NULL)",
            f"{k} IS NULL",
            f"{k} IN (SELECT k + 3 FROM {{o}} WHERE k % 5 = 0)",
            f"{k} NOT IN (SELECT i * 2 FROM range({KEYS}) r(i))",
            f"EXISTS (FROM {{o}} other WHERE other.k = {k} + 1)",
            f"{k} > (SELECT avg(k) FROM {{t}})",
            "true",
            "false",
        ]
        column = self.random.choice(self.world.changeable[1:])
        name = f"{dot}{quoted(column.name)}"
        plain += [f"{name} IS NULL", f"{name} IS NOT DISTINCT FROM {column.value(str(low))}"]
        if "MAP" not in column.type:
            plain += [f"{name} {self.random.choice(['<', '>=', '=', '<>'])} {column.value(str(low + 3))}"]
        if column.type.startswith("STRUCT") and not column.type.endswith("]"):
            plain.append(f"{name}.x > {low % 20}")
        first, second = self.random.choice(plain), self.random.choice(plain)
        return self.random.choice([first, first, f"{first} AND {second}", f"({first} OR {second})", f"NOT ({first})"])

    def where(self, table=""):
        return "" if self.random.random() < 0.05 else f" WHERE {self.condition(table)}"

    def assignments(self, table="t", source=None):
        """SET of some columns, in Laguna's words and in DuckDB's."""
        laguna, duckdb = [], []
        for column in self.random.sample(self.world.changeable, self.random.randint(1, min(3, len(self.world.changeable)))):
            target, name = f"{table}.{quoted(column.name)}", quoted(column.name)
            choices = [self.value(column, f"{table}.k"), target, "NULL"]
            if source:
                choices += [f"{source}.{name}"] * 3
            if column.name == "k":
                choices = [f"{target} + {self.random.choice([1, KEYS])}", target, f"{target} // 2"]
            if column.type == "STRUCT(x INTEGER, y VARCHAR)" and self.random.random() < 0.6:
                inner = self.random.choice([f"({table}.k % 77)::INTEGER", "NULL", f"{target}.x + 1 - 1"])
                laguna.append(f"{name}.x = {inner}")
                duckdb.append(f"{name} = {{'x': {inner}, 'y': {target}.y}}")
                continue
            value = self.random.choice(choices)
            laguna.append(f"{name} = {value}")
            duckdb.append(f"{name} = {value}")
        return ", ".join(laguna), ", ".join(duckdb)

    # Statements.

    def both(self, kind, text, **more):
        return Statement(kind, text, [text], **more)

    def returning(self, text, kind, what="k"):
        if self.random.random() < 0.2:
            return self.both(kind, f"{text} RETURNING {what}", returns=True)
        return self.both(kind, text)

    def insert(self):
        if self.random.random() < 0.3:
            return self.returning(f"INSERT INTO {{t}} BY NAME {self.rows(self.some_columns())}", "insert")
        if self.random.random() < 0.4:
            columns = self.some_columns()
            names = ", ".join(quoted(column.name) for column in columns)
            return self.returning(f"INSERT INTO {{t}} ({names}) {self.rows(columns)}", "insert")
        return self.returning(f"INSERT INTO {{t}} {self.rows()}", "insert")

    def self_insert(self):
        source = self.random.choice(["{t}", "{o}"])
        return self.both("insert", f"INSERT INTO {{t}} SELECT * {self.born_anew()} FROM {source} src WHERE k % 9 = {self.random.randint(0, 8)}")

    def delete(self):
        return self.returning(f"DELETE FROM {{t}}{self.where()}", "delete")

    def delete_using(self):
        source = f"({self.rows(self.world.columns[:1], keys=self.random.randint(0, KEYS))})"
        return self.both("delete", f"DELETE FROM {{t}} AS t USING {source} AS s WHERE t.k = s.k AND {self.condition('t')}")

    def update(self):
        laguna, duckdb = self.assignments()
        where, returning = self.where("t"), self.random.random() < 0.2
        tail = " RETURNING k" if returning else ""
        return Statement(
            "update", f"UPDATE {{t}} AS t SET {laguna}{where}{tail}", [f"UPDATE {{t}} AS t SET {duckdb}{where}"], counts_returned=returning
        )

    def update_from(self):
        laguna, duckdb = self.assignments(source="s")
        tail = f" FROM ({self.rows(keys=self.random.randint(0, KEYS))}) AS s WHERE t.k = s.k"
        return Statement("update", f"UPDATE {{t}} AS t SET {laguna}{tail}", [f"UPDATE {{t}} AS t SET {duckdb}{tail}"])

    def overwrite(self):
        if not self.world.numbers_births and self.random.random() < 0.4:
            kept = f"SELECT * FROM {{t}} WHERE coalesce(k % 3, 0) <> {self.random.randint(0, 2)}"
            lost = kept.replace("<>", "=").replace("SELECT *", "DELETE")
            return Statement("overwrite", f"INSERT OVERWRITE {{t}} {kept}", [lost])
        if self.random.random() < 0.3:
            return Statement("overwrite", "TRUNCATE {t}", ["DELETE FROM {t}"])
        rows = self.rows()
        return Statement("overwrite", f"INSERT OVERWRITE {{t}} {rows}", ["DELETE FROM {t}", f"INSERT INTO {{t}} {rows}"])

    def replace_where(self):
        low = self.random.randint(0, KEYS)
        condition = f"k BETWEEN {low} AND {low + 60}"
        rows = f"SELECT * FROM ({self.rows()}) WHERE {condition}"
        return Statement(
            "overwrite",
            f"INSERT INTO {{t}} REPLACE WHERE {condition} {rows}",
            [f"DELETE FROM {{t}} WHERE {condition}", f"INSERT INTO {{t}} {rows}"],
        )

    def source(self):
        """Rows with distinct keys."""
        if self.random.random() < 0.6:
            return f"({self.rows(keys=self.random.randint(0, KEYS))})"
        table = self.random.choice(["{t}", "{o}"])
        shift = self.random.choice(["", "REPLACE (k + 7 AS k) "])
        order = BIRTH if self.world.numbers_births else "src::VARCHAR"
        text = f"SELECT * {self.born_anew()} FROM {table} src QUALIFY row_number() OVER (PARTITION BY k ORDER BY {order}) = 1"
        return f"(SELECT * {shift}FROM ({text}) WHERE {self.condition()})"

    def merge(self):
        on = self.random.choice(
            ["t.k = s.k"] * 5
            + ["t.k IS NOT DISTINCT FROM s.k", "t.k = s.k AND t.p = s.p", f"t.k = s.k AND t.k > {self.random.randint(0, KEYS)}"]
            + ["s.k = t.k + 1", "t.k = s.k AND s.k % 2 = 0", "false"]
        )
        laguna, duckdb = [], []
        for ours, theirs in self.matched() + self.not_matched() + self.by_source():
            laguna.append(ours)
            duckdb.append(theirs)
        if not laguna:
            laguna = duckdb = ["WHEN MATCHED THEN DELETE"]
        source = self.source()
        # DuckDB merges the rows of a table into itself wrongly (1.5: some are left out), so its source is a copy.
        copy = f"CREATE OR REPLACE TEMP TABLE source_of_merge AS SELECT * FROM {source} AS s"
        head = "MERGE INTO {{t}} AS t USING {source} AS s ON {on} "
        return Statement(
            "merge",
            head.format(source=source, on=on) + " ".join(laguna),
            [copy, head.format(source="source_of_merge", on=on) + " ".join(duckdb)],
        )

    def clauses(self, most, actions, tables):
        """Up to `most` clauses of a kind, all but the last with a condition."""
        count = self.random.choice(range(most + 1))
        made = []
        for i in range(count):
            last = i + 1 == count
            condition = "" if last and self.random.random() < 0.6 else f" AND {self.simple_condition(self.random.choice(tables))}"
            made.append((condition, *actions()))
        return made

    def simple_condition(self, table):
        column = self.random.choice(self.world.columns)
        low = self.random.randint(0, KEYS)
        return self.random.choice(
            [f"{table}.k % {self.random.randint(2, 5)} = 1", f"{table}.k > {low}", f"{table}.{quoted(column.name)} IS NOT NULL", "true"]
        )

    def matched(self):
        def action():
            kind = self.random.choice(["update", "update", "update" if self.world.numbers_births else "star", "delete", "nothing"])
            if kind == "update":
                laguna, duckdb = self.assignments(source="s")
                return f"UPDATE SET {laguna}", f"UPDATE SET {duckdb}"
            if kind == "star":
                return "UPDATE SET *", "UPDATE SET " + ", ".join(f"{quoted(name)} = s.{quoted(name)}" for name in self.world.names)
            return ("DELETE",) * 2 if kind == "delete" else ("DO NOTHING",) * 2

        return [(f"WHEN MATCHED{c} THEN {ours}", f"WHEN MATCHED{c} THEN {theirs}") for c, ours, theirs in self.clauses(3, action, ["t", "s"])]

    def not_matched(self):
        def action():
            if self.random.random() < 0.5:
                names = ", ".join(map(quoted, self.world.names))
                values = ", ".join(f"s.{quoted(name)}" for name in self.world.names)
                return "INSERT *", f"INSERT ({names}) VALUES ({values})"
            columns = self.some_columns()
            names = ", ".join(quoted(column.name) for column in columns)
            values = ", ".join(f"s.{quoted(c.name)}" if c.name == BIRTH else self.random.choice([f"s.{quoted(c.name)}", self.value(c, "s.k")]) for c in columns)
            return (f"INSERT ({names}) VALUES ({values})",) * 2

        return [
            (f"WHEN NOT MATCHED{c} THEN {ours}", f"WHEN NOT MATCHED{c} THEN {theirs}") for c, ours, theirs in self.clauses(2, action, ["s"])
        ]

    def by_source(self):
        def action():
            if self.random.random() < 0.5:
                return "DELETE", "DELETE"
            laguna, duckdb = self.assignments()
            return f"UPDATE SET {laguna}", f"UPDATE SET {duckdb}"

        if self.random.random() < 0.6:
            return []
        head = "WHEN NOT MATCHED BY SOURCE"
        return [(f"{head}{c} THEN {ours}", f"{head}{c} THEN {theirs}") for c, ours, theirs in self.clauses(2, action, ["t"])]

    def failing(self):
        """A statement that changes rows before it fails; the table stays as it was."""
        name = quoted(self.world.changeable[-1].name)
        return self.random.choice(
            [
                "UPDATE {t} SET k = CASE WHEN k >= (SELECT max(k) FROM {t}) THEN error('stop') ELSE k + 1 END",
                "INSERT INTO {t} (k) SELECT CASE WHEN i = 4000 THEN error('stop') ELSE i END FROM range(5000) r(i)",
                "MERGE INTO {t} AS t USING (SELECT k FROM {t} UNION ALL SELECT max(k) FROM {t}) AS s ON t.k = s.k "
                f"WHEN MATCHED THEN UPDATE SET {name} = NULL WHEN NOT MATCHED THEN INSERT (k) VALUES (s.k)",
                "DELETE FROM {t} WHERE CASE WHEN k = (SELECT max(k) FROM {t}) THEN error('stop') ELSE true END",
            ]
        )


def quoted(name):
    return '"' + name.replace('"', '""') + '"'
