# SPDX-License-Identifier: Apache-2.0
"""Adds up the reports of test suites and prints `N passed, N failed, N skipped` as the last line.

Reads every report in the folders given: JUnit's XML (GoogleTest, ctest, pytest) and the JSON of
laguna_test_runner. Names what failed, and what did not run for want of the shared test data: a
skipped test whose reason names the shared data. With CI=true those count as failed. Exits with
1 if anything failed, if a suite failed without a failed test to show, or if no test ran.
"""

import argparse
import json
import os
import pathlib
import sys
import xml.etree.ElementTree as xml
from dataclasses import dataclass


@dataclass
class Result:
    suite: str
    test: str
    outcome: str  # passed | failed | skipped
    reason: str = ""


def read_junit(path):
    """One Result per test case; `path` may be cut off by a crash."""
    try:
        root = xml.parse(path).getroot()
    except xml.ParseError as error:
        return [Result(path.stem, "the report", "failed", str(error))]
    return [result_of_case(path.stem, case) for case in root.iter("testcase")]


def result_of_case(suite, case):
    name = f"{case.get('classname', suite)}.{case.get('name')}"
    if case.find("failure") is not None or case.find("error") is not None:
        return Result(suite, name, "failed")
    # In ctest's report `notrun` is a test that could not start, in GoogleTest's one switched off.
    if case.get("status") == "notrun" and suite == "ctest":
        return Result(suite, name, "failed", "could not start")
    if case.get("status") in ("notrun", "disabled"):
        return Result(suite, name, "skipped", case.get("status"))
    skipped = case.find("skipped")
    if skipped is not None:
        return Result(suite, name, "skipped", (skipped.get("message") or skipped.text or "").strip())
    if case.get("status") == "fail":
        return Result(suite, name, "failed")
    return Result(suite, name, "passed")


def read_runner(path):
    """The report of laguna_test_runner: one object per .test file."""
    outcomes = ("passed", "failed", "skipped")  # in the order of its enum Outcome
    return [
        Result("sql", entry["path"], outcomes[entry["outcome"]], entry["skip_reason"])
        for entry in json.loads(path.read_text())
    ]


def read_folder(folder):
    """ctest's own report counts only for tests that left no report of their own."""
    results, binaries = [], set()
    for path in sorted(folder.glob("*.xml")):
        if path.name != "ctest.xml":
            binaries.add(path.stem)
            results += read_junit(path)
    for path in folder.glob("*.json"):
        results += read_runner(path)
    if (folder / "ctest.xml").exists():
        for case in xml.parse(folder / "ctest.xml").getroot().iter("testcase"):
            result = result_of_case("ctest", case)
            crashed = result.outcome == "failed" and not any(
                other.suite == case.get("name") and other.outcome == "failed" for other in results
            )
            if case.get("name") not in binaries or crashed:
                results.append(result)
    return results


def wants_shared_data(result):
    return result.outcome == "skipped" and any(
        words in result.reason for words in ("shared data", "shared test data")
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--failed", nargs="*", default=[], help="suites whose command failed")
    options = parser.parse_args()

    results = [result for folder in options.folders for result in read_folder(folder)]
    without_data = [result for result in results if wants_shared_data(result)]
    if os.environ.get("CI") == "true":
        for result in without_data:
            result.outcome = "failed"

    for result in results:
        if result.outcome == "failed":
            print(f"failed: {result.test} {result.reason}".rstrip())
    if without_data:
        print("Did not run, for the shared test data (LAGUNA_SHARED, ../shared) is not there:")
        for suite in sorted({result.test for result in without_data}):
            print(f"  {suite}")
    count = {
        outcome: sum(result.outcome == outcome for result in results)
        for outcome in ("passed", "failed", "skipped")
    }
    if options.failed and count["failed"] == 0:
        print(f"failed: {', '.join(options.failed)}: the command failed, no test says why")
        count["failed"] += len(options.failed)
    print(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
    sys.exit(count["failed"] > 0 or count["passed"] == 0)


if __name__ == "__main__":
    main()
