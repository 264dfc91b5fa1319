// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/operation.h"

#include <nlohmann/json.hpp>

namespace laguna::catalog {

namespace {

using nlohmann::json;

// Spark puts lists and maps as JSON text into a JSON string.
std::string QuotedJson(const json& value) {
  return json(value.dump()).dump();
}

delta::Properties MetricsOf(const WriteTotals& totals) {
  return {{"numFiles", std::to_string(totals.files)},
          {"numOutputRows", std::to_string(totals.rows)},
          {"numOutputBytes", std::to_string(totals.bytes)},
          {"executionTimeMs", std::to_string(totals.execution_ms)}};
}

delta::Properties CreateParameters(const delta::Metadata& metadata) {
  return {{"partitionBy", QuotedJson(metadata.partition_columns)},
          {"clusterBy", QuotedJson(json::array())},
          {"description", metadata.description ? json(*metadata.description).dump() : "null"},
          {"isManaged", "\"true\""},
          {"properties", QuotedJson(metadata.configuration)}};
}

}  // namespace

delta::Operation WriteOperation(bool overwrite, const WriteTotals& totals) {
  // Spark names the partitions of a DataFrame's write there, and none of a statement's.
  delta::Operation operation{"WRITE",
                             {{"mode", overwrite ? "\"Overwrite\"" : "\"Append\""},
                              {"partitionBy", QuotedJson(json::array())}},
                             MetricsOf(totals)};
  if (!overwrite) return operation;
  operation.metrics["numRemovedFiles"] = std::to_string(totals.removed_files);
  operation.metrics["numRemovedBytes"] = std::to_string(totals.removed_bytes);
  return operation;
}

delta::Operation CreateOperation(const delta::Metadata& metadata, bool replace) {
  return {replace ? "CREATE OR REPLACE TABLE" : "CREATE TABLE", CreateParameters(metadata), {}};
}

delta::Operation CreateAsOperation(const delta::Metadata& metadata, bool replace,
                                   const WriteTotals& totals) {
  return {replace ? "CREATE OR REPLACE TABLE AS SELECT" : "CREATE TABLE AS SELECT",
          CreateParameters(metadata), MetricsOf(totals)};
}

}  // namespace laguna::catalog
