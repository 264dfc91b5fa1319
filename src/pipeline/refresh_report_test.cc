// SPDX-License-Identifier: Apache-2.0
#include "pipeline/refresh_report.h"

#include <gtest/gtest.h>

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;
using ingest::OnViolation;

TableReport Updated() {
  TableReport report;
  report.table = "silver.sales";
  report.state = RefreshState::kUpdated;
  report.batches = 1;
  return report;
}

TEST(RefreshReport, SaysWhatBecameOfTheRows) {
  TableReport report = Updated();
  EXPECT_EQ(DetailOf(report), "0 rows");
  report.rows_written = 1;
  EXPECT_EQ(DetailOf(report), "1 row");
  report.rows_written = 1234567;
  report.batches = 3;
  report.rows_dropped = 2;
  report.rows_quarantined = 1000;
  report.rows_failed_to_parse = 4;
  EXPECT_EQ(DetailOf(report),
            "1,234,567 rows in 3 batches, 2 dropped, 1,000 quarantined, 4 not parsed");
}

TEST(RefreshReport, SaysWhyNothingWasWritten) {
  TableReport report = Updated();
  report.state = RefreshState::kUnchanged;
  EXPECT_EQ(DetailOf(report), "nothing new");
  report.state = RefreshState::kSkipped;
  report.reason = "bronze.sales failed";
  EXPECT_EQ(DetailOf(report), "skipped: bronze.sales failed");
  report.state = RefreshState::kWaiting;
  report.reason = "";
  EXPECT_EQ(DetailOf(report), "waiting");
}

TEST(RefreshReport, TellsExpectationsThatRowsMissed) {
  TableReport report = Updated();
  report.checks = {{"kept", OnViolation::kKeep, 10, 2},
                   {"fine", OnViolation::kDropRow, 12, 0},
                   {"held", OnViolation::kQuarantine, 11, 1}};
  EXPECT_EQ(FailedExpectations(report),
            (std::vector<std::string>{"silver.sales: kept failed for 2 of 12 rows (kept)",
                                      "silver.sales: held failed for 1 of 12 rows (quarantined)"}));
}

TEST(RefreshReport, TheFirstErrorNamesItsTable) {
  RunReport report;
  EXPECT_FALSE(report.FirstError().has_value());
  EXPECT_FALSE(report.failed());
  report.tables = {Updated(), Updated()};
  report.tables[1].table = "gold.daily";
  report.tables[1].state = RefreshState::kFailed;
  report.tables[1].error = Error(ErrorKind::kViolation, "expectation.failed", "No.");
  EXPECT_TRUE(report.failed());
  EXPECT_EQ(report.FirstError()->sentence(), "gold.daily: No.");
  EXPECT_EQ(report.FirstError()->kind(), ErrorKind::kViolation);
  report.errors = {Error(ErrorKind::kInvalidInput, "a.b", "One."),
                   Error(ErrorKind::kInvalidInput, "a.c", "Two.")};
  EXPECT_EQ(report.FirstError()->sentence(), "2 mistakes in the pipeline, the first one: One.");
}

}  // namespace
}  // namespace laguna::pipeline
