// SPDX-License-Identifier: Apache-2.0
#include "app/pipeline_text.h"

#include <gtest/gtest.h>

namespace laguna::app {
namespace {

using pipeline::RefreshState;

pipeline::TableReport ReportOf(const std::string& table, RefreshState state) {
  pipeline::TableReport report;
  report.table = table;
  report.state = state;
  report.rows_written = 5;
  report.batches = 1;
  report.seconds = 0.25;
  return report;
}

TEST(PipelineText, LinesAreAlignedByTheWidestName) {
  const LineStyle style{.name_width = 12};
  EXPECT_EQ(RefreshLine(ReportOf("bronze.sales", RefreshState::kUpdated), style),
            "✓ bronze.sales  streaming table    5 rows");
  EXPECT_EQ(RefreshLine(ReportOf("gold.é", RefreshState::kUnchanged), style),
            "– gold.é        streaming table    nothing new");
}

TEST(PipelineText, ColourAndTimeAreForTerminals) {
  const auto report = ReportOf("bronze.s", RefreshState::kFailed);
  const std::string line = RefreshLine(report, {.name_width = 8, .colour = true, .seconds = true});
  EXPECT_NE(line.find("\x1b["), std::string::npos);
  EXPECT_NE(line.find("(250 ms)"), std::string::npos) << line;
}

TEST(PipelineText, NamesDoNotSteerTheTerminal) {
  const std::string line = RefreshLine(ReportOf("bronze.\x1b[2J", RefreshState::kUpdated), {});
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
}

TEST(PipelineText, TheDocumentOfARunHasEveryFigure) {
  pipeline::RunReport report;
  report.tables = {ReportOf("bronze.sales", RefreshState::kUpdated),
                   ReportOf("gold.daily", RefreshState::kFailed)};
  report.tables[1].error =
      base::Error(base::ErrorKind::kViolation, "expectation.failed", "A \"quoted\" word.");
  report.tables[0].checks = {{"a", ingest::OnViolation::kDropRow, 4, 1}};
  const base::Json json = RunAsJson(report);
  EXPECT_EQ(json["state"], "failed");
  EXPECT_EQ(json["tables"][0]["rows"], 5);
  EXPECT_EQ(json["tables"][0]["kind"], "streaming table");
  EXPECT_EQ(json["tables"][0]["expectations"][0]["on_violation"], "drop row");
  EXPECT_TRUE(json["tables"][0]["error"].is_null());
  EXPECT_EQ(json["tables"][1]["error"]["message"], "A \"quoted\" word.");
  EXPECT_TRUE(json["errors"].empty());
}

}  // namespace
}  // namespace laguna::app
