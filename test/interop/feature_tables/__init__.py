# SPDX-License-Identifier: Apache-2.0
"""Tables of Spark, one for each feature of Delta and for mixtures: `TABLES` has a maker by name, of all modules here."""

import importlib
import pkgutil

from .maker import TABLES, Table

__all__ = ["TABLES", "Table"]

for module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    importlib.import_module(f".{module}", __name__)
