# SPDX-License-Identifier: Apache-2.0
"""Arrow tables of different programs as rows that compare equal when the data is equal."""

import math
from datetime import datetime, timezone


def rows_of(table):
    """Dicts of plain values, sorted by the first column; column order counts, Arrow's variants of
    a type (large, view, dictionary) do not."""
    rows = [{name: plain(value) for name, value in row.items()} for row in table.to_pylist()]
    return sorted(rows, key=lambda row: repr(next(iter(row.values()))))


def plain(value):
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else repr(value)  # -0.0 is not 0.0
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(timezone.utc)
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return sorted(([plain(key), plain(inner)] for key, inner in value), key=repr)  # a map
    if isinstance(value, list):
        return [plain(inner) for inner in value] or "empty"
    return value
