// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/optimize_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <utility>

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::Value;
using nlohmann::json;

using Fields = duckdb::child_list_t<Value>;

// Spark puts lists as JSON text into a JSON string.
std::string QuotedJson(const json& value) {
  return json(value.dump()).dump();
}

json PredicateList(const OptimizeRequest& request) {
  return request.condition.empty() ? json::array() : json::array({request.condition});
}

json ColumnList(const OptimizeRequest& request) {
  json columns = json::array();
  for (const auto& parts : request.zorder_by)
    columns.push_back(fmt::format("{}", fmt::join(parts, ".")));
  return columns;
}

delta::Properties MetricsOf(const OptimizeTotals& totals) {
  const auto text = [](auto number) { return std::to_string(number); };
  return {{"numAddedFiles", text(totals.added.count())},
          {"numAddedBytes", text(totals.added.total())},
          {"numRemovedFiles", text(totals.removed.count())},
          {"numRemovedBytes", text(totals.removed.total())},
          {"minFileSize", text(totals.added.Quantile(0))},
          {"p25FileSize", text(totals.added.Quantile(0.25))},
          {"p50FileSize", text(totals.added.Quantile(0.5))},
          {"p75FileSize", text(totals.added.Quantile(0.75))},
          {"maxFileSize", text(totals.added.Quantile(1))},
          {"numDeletionVectorsRemoved", text(totals.vectors_removed)}};
}

Value Count(int64_t number) {
  return Value::BIGINT(number);
}

// min, max and avg are NULL where there are no files.
Value SizesOf(const FileSizes& sizes) {
  const bool has_some = sizes.count() > 0;
  const auto count = static_cast<int64_t>(sizes.count());
  const double average =
      has_some ? static_cast<double>(sizes.total()) / static_cast<double>(count) : 0;
  return Value::STRUCT({{"min", has_some ? Count(sizes.Quantile(0)) : Value(LogicalType::BIGINT)},
                        {"max", has_some ? Count(sizes.Quantile(1)) : Value(LogicalType::BIGINT)},
                        {"avg", Value::DOUBLE(average)},
                        {"totalFiles", Count(count)},
                        {"totalSize", Count(sizes.total())}});
}

Value Pair(int64_t files, int64_t bytes) {
  return Value::STRUCT({{"num", Count(files)}, {"size", Count(bytes)}});
}

Value ZOrderStatistics(const OptimizeReport& report) {
  const auto removed = static_cast<int64_t>(report.totals.removed.count());
  return Value::STRUCT({{"strategyName", Value("all")},
                        {"inputCubeFiles", Pair(0, 0)},
                        {"inputOtherFiles", Pair(report.considered_files, report.considered_bytes)},
                        {"inputNumCubes", Count(0)},
                        {"mergedFiles", Pair(removed, report.totals.removed.total())},
                        {"numOutputCubes", Count(report.partitions_optimized)},
                        {"mergedNumCubes", Value(LogicalType::BIGINT)}});
}

Value VectorStatistics(const OptimizeTotals& totals) {
  return Value::STRUCT({{"numDeletionVectorsRemoved", Count(totals.vectors_removed)},
                        {"numDeletionVectorRowsRemoved", Count(totals.vector_rows_removed)}});
}

}  // namespace

void FileSizes::Add(const FileSizes& more) {
  bytes_.insert(bytes_.end(), more.bytes_.begin(), more.bytes_.end());
}

int64_t FileSizes::total() const {
  return std::accumulate(bytes_.begin(), bytes_.end(), int64_t{0});
}

int64_t FileSizes::Quantile(double share) const {
  if (bytes_.empty()) return 0;
  std::vector<int64_t> sorted = bytes_;
  std::ranges::sort(sorted);
  const auto place = static_cast<size_t>(std::floor(share * static_cast<double>(sorted.size())));
  return sorted[std::min(place, sorted.size() - 1)];
}

void OptimizeTotals::Add(const OptimizeTotals& more) {
  added.Add(more.added);
  removed.Add(more.removed);
  vectors_removed += more.vectors_removed;
  vector_rows_removed += more.vector_rows_removed;
}

delta::Operation OptimizeOperation(const OptimizeRequest& request, const OptimizeTotals& totals) {
  delta::Properties parameters{{"predicate", QuotedJson(PredicateList(request))}};
  const bool reorganizes = request.rewrite == delta::Rewrite::kVectors;
  if (reorganizes) {
    parameters["applyPurge"] = "true";
  } else {
    parameters["zOrderBy"] = QuotedJson(ColumnList(request));
    parameters["clusterBy"] = QuotedJson(json::array());
    parameters["auto"] = request.is_automatic ? "true" : "false";
  }
  return {reorganizes ? "REORG" : "OPTIMIZE", std::move(parameters), MetricsOf(totals)};
}

LogicalType OptimizeMetricsType() {
  OptimizeRequest request;
  request.rewrite = delta::Rewrite::kAll;
  return OptimizeMetrics(request, {}).type();
}

Value OptimizeMetrics(const OptimizeRequest& request, const OptimizeReport& report) {
  const OptimizeTotals& totals = report.totals;
  const auto added = static_cast<int64_t>(totals.added.count());
  const auto removed = static_cast<int64_t>(totals.removed.count());
  const Value curve = ZOrderStatistics(report);
  const bool is_ordered = request.rewrite == delta::Rewrite::kAll;
  return Value::STRUCT(Fields{{"numFilesAdded", Count(added)},
                              {"numFilesRemoved", Count(removed)},
                              {"filesAdded", SizesOf(totals.added)},
                              {"filesRemoved", SizesOf(totals.removed)},
                              {"partitionsOptimized", Count(report.partitions_optimized)},
                              {"zOrderStats", is_ordered ? curve : Value(curve.type())},
                              {"numBatches", Count(report.commits)},
                              {"totalConsideredFiles", Count(report.considered_files)},
                              {"totalFilesSkipped", Count(report.considered_files - removed)},
                              {"numContendedFiles", Count(report.contended_files)},
                              {"startTimeMs", Count(report.started_ms)},
                              {"endTimeMs", Count(report.ended_ms)},
                              {"deletionVectorStats", VectorStatistics(totals)}});
}

}  // namespace laguna::catalog
