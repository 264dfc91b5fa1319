# SPDX-License-Identifier: Apache-2.0
"""Other programs leave it to their caller to come again after a lost race."""

import time


def in_any_case(write, attempts):
    for attempt in range(attempts):
        try:
            return write()
        except Exception:
            if attempt + 1 == attempts:
                raise
            time.sleep(0.05)
