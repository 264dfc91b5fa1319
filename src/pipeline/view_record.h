// SPDX-License-Identifier: Apache-2.0
// What a materialized view was made from, kept beside the data so that an unchanged one is not made
// again: _laguna/views/<zone>.<table>.json. Losing it costs one computation, nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/object_store.h"

namespace laguna::pipeline {

struct TableVersion {
  // "silver.sales".
  std::string table;
  // The table's identity, which a new table of the same name does not share.
  std::string id;
  int64_t version = 0;
  bool operator==(const TableVersion&) const = default;
};

struct ViewRecord {
  // The definition's text, and the time zone it was computed in.
  std::string definition;
  std::string time_zone;
  // The view after it was written.
  TableVersion view;
  // Every table the query read; ordered by name.
  std::vector<TableVersion> sources;
  bool operator==(const ViewRecord&) const = default;
};

// Nothing when there is none, or none that can be understood.
std::optional<ViewRecord> ReadViewRecord(io::ObjectStore& store, const std::string& table);
void WriteViewRecord(io::ObjectStore& store, const ViewRecord& record);

// The record as JSON, and back; pure.
std::string ViewRecordText(const ViewRecord& record);
std::optional<ViewRecord> ParseViewRecord(const std::string& text);

}  // namespace laguna::pipeline
