// SPDX-License-Identifier: Apache-2.0
#include "catalog/merge/evolve_by_merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_schema.h"
#include "catalog/lake_table.h"
#include "catalog/lake_transaction.h"
#include "catalog/type_map.h"
#include "catalog/write/evolved_target.h"
#include "delta/column_mapping.h"
#include "delta/schema_evolution.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/tableref/basetableref.hpp"
#include "engine/change_clause.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::StringUtil;
using duckdb::StructType;
using engine::ChangeClause;

LakeTable& LakeTableOf(const ChangedTable& table) {
  auto* entry = dynamic_cast<LakeTable*>(&table.entry());
  if (entry != nullptr) return *entry;
  throw Error(ErrorKind::kUnsupported, "merge.evolution_lake_only",
              fmt::format("WITH SCHEMA EVOLUTION works on tables of a lake only, and {} is none.",
                          table.SqlName()))
      .With("table", table.SqlName());
}

// The part of `type` below the names: of STRUCT(a, b) for {"b"} it is STRUCT(b). Nothing when it
// has no such field.
std::optional<LogicalType> PartOf(const LogicalType& type, std::span<const std::string> names) {
  if (names.empty()) return type;
  if (type.id() != duckdb::LogicalTypeId::STRUCT) return std::nullopt;
  for (const auto& [name, field] : StructType::GetChildTypes(type)) {
    if (!StringUtil::CIEquals(name, names[0])) continue;
    auto part = PartOf(field, names.subspan(1));
    if (!part) return std::nullopt;
    return LogicalType::STRUCT({{name, *std::move(part)}});
  }
  return std::nullopt;
}

class Growth {
 public:
  Growth(const ChangedTable& table, const std::vector<ChangeClause>& clauses) {
    for (const ChangeClause& clause : clauses) {
      has_star_ = has_star_ || clause.star;
      for (const auto& column : clause.columns) named_.push_back(table.Unqualified(column.path));
    }
  }

  // What the source's column brings, in parts.
  [[nodiscard]] std::vector<LogicalType> PartsOf(const SourceColumn& column) const {
    if (has_star_) return {column.type};
    std::vector<LogicalType> parts;
    for (const std::vector<std::string>& path : named_) {
      if (!StringUtil::CIEquals(path[0], column.name)) continue;
      auto part = PartOf(column.type, std::span(path).subspan(1));
      if (part) parts.push_back(*std::move(part));
    }
    return parts;
  }

 private:
  bool has_star_ = false;
  std::vector<std::vector<std::string>> named_;
};

bool Grow(delta::Metadata& metadata, const SourceColumn& column, const LogicalType& part) {
  // NULL without a type says nothing of the column.
  if (part.id() == duckdb::LogicalTypeId::SQLNULL) return false;
  delta::Schema incoming;
  incoming.fields.push_back({column.name, ToDelta(part, column.name), true, {}});
  return delta::EvolveSchema(metadata, incoming);
}

// The definition of `view` with what the merge brings; null when that is nothing.
TableViewPtr Grown(const TableView& view, const Growth& growth, const MergeSource& source,
                   base::Random& random) {
  auto grown = std::make_shared<TableView>(view);
  bool changed = false;
  for (const SourceColumn& column : source.columns()) {
    for (const LogicalType& part : growth.PartsOf(column)) {
      changed = Grow(grown->metadata, column, part) || changed;
    }
  }
  if (!changed) return nullptr;
  const bool mapped = delta::ColumnMappingOf(grown->metadata) != delta::ColumnMapping::kNone;
  delta::CheckSchema(grown->metadata.schema, mapped);
  delta::MapColumns(grown->metadata, &view.metadata, random);
  return grown;
}

}  // namespace

std::optional<ChangedTable> EvolveByMerge(const engine::Rewriting& rewriting,
                                          duckdb::MergeIntoStatement& merge,
                                          const ChangedTable& table, const MergeSource& source) {
  LakeTable& entry = LakeTableOf(table);
  const TableViewPtr view =
      LakeTransaction::Get(rewriting.context, entry.ParentCatalog()).View(entry.root());
  if (!view) return std::nullopt;
  LakeSchema& schema = entry.lake_schema();
  const TableViewPtr grown = Grown(*view, Growth(table, rewriting.options.change_clauses), source,
                                   schema.lake_catalog().environment().random);
  if (!grown) return std::nullopt;
  auto& target = merge.target->Cast<duckdb::BaseTableRef>();
  target.catalog_name = entry.ParentCatalog().GetName();
  target.schema_name = schema.name;
  target.table_name = NameOfTarget(rewriting.context, schema.EntryFor(entry.name, grown));
  return ChangedTable::Find(rewriting.context, target);
}

}  // namespace laguna::catalog
