# SPDX-License-Identifier: Apache-2.0
"""A small shop's pipeline of three zones, its days of sales, and what must come of them."""

from collections import defaultdict

BRONZE = """\
CREATE OR REFRESH STREAMING TABLE bronze.sales COMMENT 'as it came' AS
SELECT * FROM STREAM read_files('landing/sales/*.csv', format => 'csv',
                                types => {'invoice': 'VARCHAR', 'price': 'DECIMAL(9,2)'});
"""

SILVER = """\
CREATE OR REFRESH STREAMING TABLE silver.sales (
  CONSTRAINT has_invoice EXPECT (invoice IS NOT NULL) ON VIOLATION QUARANTINE,
  CONSTRAINT sold        EXPECT (quantity > 0)        ON VIOLATION DROP ROW,
  CONSTRAINT cheap       EXPECT (price < 100)
) PARTITIONED BY (day) AS
SELECT invoice, item, quantity, price, day FROM STREAM bronze.sales;
"""

GOLD = """\
CREATE MATERIALIZED VIEW gold.daily AS
SELECT day, item, sum(quantity) AS quantity, sum(quantity * price) AS revenue
FROM silver.sales GROUP BY ALL;
"""

ITEMS = ["mug", "lamp", "desk", "chair, red"]
FIRST_DAY = 1


def write_pipeline(lake, **files):
    """Files of the pipeline folder: bronze="..." is pipelines/bronze.sql; a name may hold a /."""
    for name, text in files.items():
        path = lake.folder / "pipelines" / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def write_shop(lake):
    write_pipeline(lake, **{"bronze/sales": BRONZE, "silver/sales": SILVER, "gold/daily": GOLD})


def rows_of_day(day):
    """(invoice, item, quantity, price): a row without invoice, one returned, one dear, and good ones."""
    rows = [(f"{day}-{i}", ITEMS[(day + i) % len(ITEMS)], i + 1, f"{day + i}.50") for i in range(5)]
    rows.append(("", "lamp", 2, "9.00"))
    rows.append((f"{day}-r", "mug", -1, "8.00"))
    rows.append((f"{day}-d", "desk", 1, "250.00"))
    return rows


def date_of(day):
    return f"2024-03-{day:02d}"


def write_day(lake, day):
    folder = lake.folder / "lake/landing/sales"
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["invoice,item,quantity,price,day"]
    for invoice, item, quantity, price in rows_of_day(day):
        shown = f'"{item}"' if "," in item else item
        lines.append(f"{invoice},{shown},{quantity},{price},{date_of(day)}")
    (folder / f"{date_of(day)}.csv").write_text("\n".join(lines) + "\n")


def good_rows(days):
    """What silver.sales holds, as `texts` gives it."""
    rows = []
    for day in days:
        for invoice, item, quantity, price in rows_of_day(day):
            if invoice and quantity > 0:
                rows.append((invoice, item, str(quantity), price, date_of(day)))
    return sorted(rows, key=repr)


def daily_revenue(days):
    """What gold.daily holds: {(day, item): (quantity, cents)}."""
    sums = defaultdict(lambda: [0, 0])
    for invoice, item, quantity, price, day in good_rows(days):
        sums[day, item][0] += int(quantity)
        sums[day, item][1] += int(quantity) * round(float(price) * 100)
    return {key: tuple(value) for key, value in sums.items()}


def seen_daily(lake):
    rows = lake.sql("SELECT day::VARCHAR AS day, item, quantity, (revenue * 100)::BIGINT AS cents FROM gold.daily")
    return {(row["day"], row["item"]): (row["quantity"], row["cents"]) for row in rows}


def check_shop(lake, days):
    """Every zone holds what the days make of it."""
    days = list(days)
    assert lake.sql("SELECT count(*) AS n FROM bronze.sales") == [{"n": 8 * len(days)}]
    assert lake.texts("SELECT invoice, item, quantity, price, day FROM silver.sales") == good_rows(days)
    quarantined = lake.texts("SELECT item, quantity, day, _violations FROM silver.sales__quarantine")
    assert quarantined == [("lamp", "2", date_of(day), "[has_invoice]") for day in days]
    assert seen_daily(lake) == daily_revenue(days)
