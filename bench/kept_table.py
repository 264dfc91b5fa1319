# SPDX-License-Identifier: Apache-2.0
"""Tables that benches change: made once, kept below LAGUNA_CACHE, and given out as copies, since what
is measured changes them."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from measure import laguna_sql, make_lake, sql_string

CACHE = pathlib.Path(os.environ.get("LAGUNA_CACHE", pathlib.Path.home() / ".cache/laguna")) / "data/bench"
VECTORS = "delta.enableDeletionVectors"
COLUMNS = """id BIGINT, customer BIGINT, sold_at TIMESTAMP, amount DECIMAL(12,2), quantity INTEGER, shop INTEGER,
             channel VARCHAR, reference VARCHAR"""
SHOPS = 100


def run(lake, text):
    command = list(map(str, laguna_sql(lake, text)))
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def read_row(lake, query):
    """The one row of a query's result, by name."""
    command = list(map(str, [*laguna_sql(lake, query), "--json"]))
    [row] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return row


def report_rows(lake, subjects):
    """Whether the tables of all subjects hold the same rows now, in any order."""
    digests = {}
    for subject in subjects:
        table = f"delta_scan({sql_string(subject.folder)})"
        row = read_row(lake, f"SELECT count(*) AS rows, sum(hash(t))::VARCHAR AS digest FROM {table} t")
        digests.setdefault(tuple(row.values()), []).append(subject.name)
    print("  the same rows in all of them" if len(digests) == 1 else f"  NOT THE SAME ROWS: {digests}")


def sales(numbers):
    """A query of 8 columns for the query `numbers` of one column i: keys, times, amounts, words, and a
    text that hardly compresses. One row in 100 is of shop 7, all over the table."""
    return f"""SELECT i AS id, (hash(i) % 1000000)::BIGINT AS customer, TIMESTAMP '2024-01-01' + to_seconds(i) AS sold_at,
                      (hash(i + 1) % 100000)::DECIMAL(12,2) / 100 AS amount, (1 + hash(i + 2) % 12)::INTEGER AS quantity,
                      (hash(i + 3) % {SHOPS})::INTEGER AS shop,
                      ['web', 'shop', 'phone'][(1 + hash(i + 4) % 3)::INTEGER] AS channel, left(md5(i::VARCHAR), 8) AS reference
               FROM ({numbers}) AS series(i)"""


def kept(name, make):
    """The folder `name` of the cache; `make` fills it unless that was done before."""
    folder = CACHE / name
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            made = pathlib.Path(scratch) / "made"
            make(made)
            made.rename(folder)
    return folder


def sales_table(rows, files):
    """A lake of one table, bronze.sales, without deletion vectors, so that every peer can write it."""

    def make(lake):
        make_lake(lake)
        each = rows // files
        parts = [f"SELECT range FROM range({n * each}, {(n + 1) * each})" for n in range(files)]
        inserts = [f"INSERT INTO bronze.sales {sales(part)}" for part in parts]
        run(lake, f"CREATE TABLE bronze.sales ({COLUMNS}) WITH ('{VECTORS}' = 'false')")
        # A command line holds so many.
        for begin in range(0, files, 50):
            run(lake, ";\n".join(inserts[begin : begin + 50]))

    return kept(f"sales-{rows}-{files}", make)


class Copies:
    """Copies of the lake `source`, side by side in the cache for as long as the context lasts. Data files are links:
    no writer changes them."""

    def __init__(self, source, table):
        self.source, self.table = source, table

    def __enter__(self):
        self.scratch = tempfile.TemporaryDirectory(dir=CACHE)
        return self

    def __exit__(self, *_):
        self.scratch.cleanup()

    def lake(self, name):
        return pathlib.Path(self.scratch.name) / name

    def folder(self, name):
        return self.lake(name) / "lake" / self.table

    def fresh(self, name, with_vectors):
        """A function that puts the copy `name` back to what `source` is."""

        def put_back():
            shutil.rmtree(self.lake(name), ignore_errors=True)
            shutil.copytree(self.source, self.lake(name), copy_function=link_data)
            if with_vectors:
                zone, table = self.table.split("/")
                run(self.lake(name), f"ALTER TABLE {zone}.{table} SET TBLPROPERTIES ('{VECTORS}' = 'true')")

        return put_back


def link_data(source, target):
    if source.endswith(".parquet") and "_delta_log" not in source:
        os.link(source, target)
    else:
        shutil.copy2(source, target)
