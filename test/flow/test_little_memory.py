# SPDX-License-Identifier: Apache-2.0
"""Tables several times as large as `memory_limit`: every statement that writes them ends, with the right rows, and the program
does not take much more than it may."""

import os
import subprocess

import pytest

ROWS = 6_000_000
LIMIT_MB = 200
# A sort along the curve wants 200 MB a thread: each reads whole pages of a row group's columns beside what it sorts, and at
# 350 MB it depends on the threads' order whether both fit.
LIMIT_OF_ZORDER_MB = 450
# What the program needs besides the engine's memory: itself, Parquet's pages in hand, the log.
BESIDE_MB = 250
RUN_LIMIT_S = 900
# A table of half a gigabyte that does not compress.
DATA = "SELECT (hash(i) >> 1)::BIGINT AS a, i AS k, md5(i::VARCHAR) AS b, md5((i + 1)::VARCHAR) AS c, i % 7 AS p FROM range({}) AS r(i)"
LOOK = "SELECT count(*) AS n, sum(hash(a, k, b, c, p)::HUGEINT)::VARCHAR AS hashes FROM ({})"
T = "bronze.t"
SOURCE = DATA.format(ROWS).replace("range(", f"range({ROWS // 2}, {ROWS // 2} + ")

# Name -> (what there is before, the statement, the rows it leads to).
STATEMENTS = {
    "create_table_as": ("", f"CREATE TABLE {T} AS {DATA.format(ROWS)}", DATA.format(ROWS)),
    "create_in_partitions": ("", f"CREATE TABLE {T} PARTITIONED BY (p) AS {DATA.format(ROWS)}", DATA.format(ROWS)),
    "insert_in_order": (f"CREATE TABLE {T} AS {DATA.format(0)}", f"INSERT INTO {T} FROM ({DATA.format(ROWS)}) ORDER BY b", DATA.format(ROWS)),
    "delete": ("{made}", f"DELETE FROM {T} WHERE a % 10 < 3", f"FROM ({DATA.format(ROWS)}) WHERE a % 10 >= 3"),
    "update": ("{made}", f"UPDATE {T} SET b = c, k = -k", f"SELECT * REPLACE (c AS b, -k AS k) FROM ({DATA.format(ROWS)})"),
    "merge": (
        "{made}",
        f"""MERGE INTO {T} AS t USING (SELECT * REPLACE ('new' AS b) FROM ({SOURCE})) AS s ON t.k = s.k
        WHEN MATCHED AND s.k % 5 = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *""",
        f"""FROM ({DATA.format(ROWS // 2)}) UNION ALL SELECT * REPLACE ('new' AS b) FROM ({SOURCE})
        WHERE k % 5 <> 0 OR k >= {ROWS}""",
    ),
    "optimize": ("{pieces}", f"OPTIMIZE {T}", DATA.format(ROWS)),
    "zorder": ("{made}", f"OPTIMIZE {T} ZORDER BY (a, b)", DATA.format(ROWS)),
    "purge": (f"{{made}}; DELETE FROM {T} WHERE a % 10 < 3", f"REORG TABLE {T} APPLY (PURGE)", f"FROM ({DATA.format(ROWS)}) WHERE a % 10 >= 3"),
}
PIECES = 16
MADE = f"CREATE TABLE {T} WITH ({{properties}}) AS {DATA.format(ROWS)}"
IN_PIECES = f"CREATE TABLE {T} WITH ({{properties}}) AS {DATA.format(0)};" + ";".join(
    f"INSERT INTO {T} {DATA.format(ROWS).replace('range(', f'range({ROWS * i // PIECES}, ').replace(f' {ROWS})', f' {ROWS * (i + 1) // PIECES})')}"
    for i in range(PIECES)
)

# Deletion vectors make no other plan of the rest.
CASES = [(name, "true") for name in STATEMENTS] + [(name, "false") for name in ["delete", "update", "merge"]]


@pytest.mark.long
@pytest.mark.parametrize("name, vectors", CASES)
def test_a_table_larger_than_memory(lake, name, vectors):
    properties = f"'delta.enableDeletionVectors' = '{vectors}', 'delta.targetFileSize' = '100mb'"
    before, statement, rows = STATEMENTS[name]
    if before:
        lake.run("sql", "-c", before.replace("{made}", MADE).replace("{pieces}", IN_PIECES).replace("{properties}", properties))
    limit_mb = LIMIT_OF_ZORDER_MB if name == "zorder" else LIMIT_MB
    peak_mb = run_with_little_memory(lake, statement, limit_mb)
    print(f"{name}: peak {peak_mb:.0f} MB")
    assert lake.sql(LOOK.format(f"FROM {T}")) == lake.sql(LOOK.format(rows))
    assert peak_mb < limit_mb + BESIDE_MB


def run_with_little_memory(lake, statement, limit_mb):
    """The most memory the process had."""
    script = f"SET memory_limit = '{limit_mb}MB'; SET threads = 2; {statement}"
    process = subprocess.Popen(
        [str(lake.program), "--lake", str(lake.folder), "sql", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    told = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, told
    return used.ru_maxrss / 1024
