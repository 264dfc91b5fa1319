# SPDX-License-Identifier: Apache-2.0
"""A lake in a folder, used as a person would: by running `laguna`."""

import json
import os
import subprocess
from dataclasses import dataclass

TIME_LIMIT_S = 120


class CommandFailed(Exception):
    """`laguna` ended with another code than 0; the text is what it said."""

    def __init__(self, arguments, done):
        super().__init__(f"laguna {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        self.exit_code = done.returncode
        self.stderr = done.stderr


@dataclass
class Lake:
    program: object
    folder: object

    def run(self, *arguments, **environment):
        """`laguna --lake FOLDER ARGUMENTS...`; gives what it printed.

        The host's time zone must never count, so an odd one is set.
        """
        command = ["--lake", str(self.folder), *arguments]
        done = subprocess.run(
            [str(self.program), *command],
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT_S,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "TZ": "Asia/Kathmandu", **environment},
        )
        if done.returncode != 0:
            raise CommandFailed(command, done)
        return done.stdout

    def sql(self, text):
        """The rows of the last statement as a list of dicts, in order."""
        printed = self.run("sql", "-c", text, "--format", "json")
        return json.loads(printed) if printed.strip() else []

    def texts(self, query):
        """The rows of a query with every value as SQL casts it to text, sorted; NULL is None."""
        rows = self.sql(f"SELECT COLUMNS(*)::VARCHAR FROM ({query})")
        return sorted(map(values_in_order, rows), key=repr)

    def table_path(self, name):
        """The folder of a table: "bronze.sales" is lake/bronze/sales."""
        return self.folder / "lake" / name.replace(".", "/")


def values_in_order(row):
    return tuple(row.values())
