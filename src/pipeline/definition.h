// SPDX-License-Identifier: Apache-2.0
// One table of a pipeline, as a statement in pipelines/**/*.sql defines it. A value; it keeps its
// script alive.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "ingest/table_definition.h"

namespace laguna::pipeline {

enum class TableKind { kStreamingTable, kMaterializedView };

// "streaming table", "materialized view".
std::string_view NameOf(TableKind kind);

// Where something is said in the definition's script.
struct SourceRange {
  size_t offset = 0;
  size_t length = 1;
};

struct Definition {
  TableKind kind = TableKind::kStreamingTable;
  // What ingest needs; its table is "zone.name" with the zone as laguna.yaml writes it.
  ingest::TableDefinition table;
  SourceRange name;
  // One for each of table.partition_by.
  std::vector<SourceRange> partition_places;
  // The statement as written: a materialized view is stale when it changes.
  std::string_view text;

  [[nodiscard]] base::Place PlaceOf(const SourceRange& range) const;
  // Of the table's name.
  [[nodiscard]] base::Place place() const { return PlaceOf(name); }
};

// The table that ingest keeps rows of `table` in, when it is one: "silver.sales" for
// "silver.sales__quarantine".
std::optional<std::string> OwnerOfSideTable(std::string_view table);

// What tables are compared by: "Bronze.Sales" and "bronze.sales" are one.
std::string TableKey(std::string_view table);

}  // namespace laguna::pipeline
