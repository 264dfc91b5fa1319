// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/optimize_report.h"

#include <gtest/gtest.h>

namespace laguna::catalog {
namespace {

OptimizeTotals SomeTotals() {
  OptimizeTotals totals;
  for (const int64_t bytes : {40, 10, 30, 20}) totals.removed.Add(bytes);
  totals.added.Add(90);
  totals.vectors_removed = 2;
  return totals;
}

TEST(OptimizeReport, QuantilesOfSizes) {
  const OptimizeTotals totals = SomeTotals();
  EXPECT_EQ(totals.removed.Quantile(0), 10);
  EXPECT_EQ(totals.removed.Quantile(0.5), 30);
  EXPECT_EQ(totals.removed.Quantile(1), 40);
  EXPECT_EQ(totals.removed.total(), 100);
  EXPECT_EQ(FileSizes().Quantile(0.5), 0);
}

TEST(OptimizeReport, HistorySpeaksSparksWords) {
  OptimizeRequest request;
  request.rewrite = delta::Rewrite::kAll;
  request.condition = "day = '2024-01-01'";
  request.zorder_by = {{"k"}, {"address", "city"}};
  const delta::Operation operation = OptimizeOperation(request, SomeTotals());
  EXPECT_EQ(operation.name, "OPTIMIZE");
  EXPECT_EQ(operation.parameters.at("zOrderBy"), R"("[\"k\",\"address.city\"]")");
  EXPECT_EQ(operation.parameters.at("predicate"), R"("[\"day = '2024-01-01'\"]")");
  EXPECT_EQ(operation.parameters.at("auto"), "false");
  EXPECT_EQ(operation.metrics.at("numRemovedFiles"), "4");
  EXPECT_EQ(operation.metrics.at("numRemovedBytes"), "100");
  EXPECT_EQ(operation.metrics.at("p50FileSize"), "90");
  EXPECT_EQ(operation.metrics.at("numDeletionVectorsRemoved"), "2");
}

TEST(OptimizeReport, ReorgHasItsOwnName) {
  OptimizeRequest request;
  request.rewrite = delta::Rewrite::kVectors;
  const delta::Operation operation = OptimizeOperation(request, {});
  EXPECT_EQ(operation.name, "REORG");
  EXPECT_EQ(operation.parameters.at("applyPurge"), "true");
  EXPECT_FALSE(operation.parameters.contains("zOrderBy"));
}

TEST(OptimizeReport, MetricsHaveOneTypeWhateverWasDone) {
  for (const auto rewrite :
       {delta::Rewrite::kUnfit, delta::Rewrite::kVectors, delta::Rewrite::kAll}) {
    OptimizeRequest request;
    request.rewrite = rewrite;
    OptimizeReport report;
    EXPECT_EQ(OptimizeMetrics(request, report).type(), OptimizeMetricsType());
    report.totals = SomeTotals();
    EXPECT_EQ(OptimizeMetrics(request, report).type(), OptimizeMetricsType());
  }
}

}  // namespace
}  // namespace laguna::catalog
