// SPDX-License-Identifier: Apache-2.0
#include "catalog/merge/star_by_name.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/lake_table.h"
#include "catalog/merge/field_mismatch.h"
#include "delta/column_value.h"
#include "delta/identity_column.h"
#include "duckdb/parser/statement/update_statement.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::StructType;
using engine::ChangeClause;

// Fields of the table's struct, also inside of structs, that the source's lacks.
bool LacksFields(const LogicalType& source, const LogicalType& table) {
  if (!AreNamedStructs(source, table)) return false;
  for (const auto& [name, type] : StructType::GetChildTypes(table)) {
    const LogicalType* found = FindStructField(source, name);
    if (found == nullptr || LacksFields(*found, type)) return true;
  }
  return false;
}

// The source's struct, with the fields it lacks taken from the table's; NULL only where both are.
ParsedPointer Completed(const duckdb::ParsedExpression& source, const LogicalType& source_type,
                        const duckdb::ParsedExpression& table, const LogicalType& table_type) {
  if (!LacksFields(source_type, table_type)) return source.Copy();
  duckdb::vector<NamedExpression> fields;
  for (const auto& [name, type] : StructType::GetChildTypes(table_type)) {
    const LogicalType* found = FindStructField(source_type, name);
    const ParsedPointer old = FieldOf(table, name);
    fields.push_back({name, found == nullptr
                                ? old->Copy()
                                : Completed(*FieldOf(source, name), *found, *old, type)});
  }
  return NullWhere(BothNull(source, table), StructOf(std::move(fields)));
}

// Whether the column is generated or gives identities.
bool IsFilledByTable(const ChangedTable& table, const std::string& column) {
  const auto* entry = dynamic_cast<const LakeTable*>(&table.entry());
  if (entry == nullptr || !entry->view()) return false;
  const delta::StructField* field = entry->view()->metadata.schema.Find(column);
  return field != nullptr && (delta::IsIdentity(*field) || delta::GenerationExpressionOf(*field));
}

}  // namespace

StarByName::StarByName(const ChangedTable& table, const MergeSource& source, bool evolves)
    : table_(table), source_(source), evolves_(evolves) {}

std::vector<StarByName::Pair> StarByName::Pairs(const ChangeClause& clause) const {
  std::vector<Pair> pairs;
  for (const auto& column : table_.columns().Physical()) {
    const SourceColumn* source = source_.Find(column.Name(), clause.offset);
    if (source == nullptr && (evolves_ || IsFilledByTable(table_, column.Name()))) continue;
    if (source == nullptr) {
      std::vector<std::string> names;
      for (const SourceColumn& candidate : source_.columns()) names.push_back(candidate.name);
      const auto nearest = base::NearestName(column.Name(), names);
      engine::ThrowAsDuckdb(
          Error(ErrorKind::kInvalidInput, "merge.star_column_missing",
                fmt::format("The source has no column {}, which * needs for {}.", column.Name(),
                            table_.SqlName()))
              .Hint(nearest ? fmt::format("Did you mean its column {}? * goes by name.", *nearest)
                            : "Name the columns to set instead of *, or write MERGE WITH SCHEMA "
                              "EVOLUTION INTO: then columns that the source lacks stay as they "
                              "are.")
              .With("table", table_.SqlName())
              .With("column", column.Name()),
          clause.offset);
    }
    const auto mismatch =
        evolves_ ? std::nullopt : MismatchOf(source->type, column.Type(), column.Name());
    if (mismatch) {
      engine::ThrowAsDuckdb(ErrorOf(*mismatch, table_.SqlName()), clause.offset);
    }
    pairs.push_back({column.Name(), column.Type(), source});
  }
  return pairs;
}

ParsedPointer StarByName::Updated(const Pair& pair) const {
  const ParsedPointer value = pair.source->Reference();
  const ParsedPointer old = table_.Reference(pair.column);
  return Completed(*value, pair.source->type, *old, pair.type);
}

void StarByName::Expand(duckdb::MergeIntoAction& action, const ChangeClause& clause) const {
  const bool updates = action.action_type == duckdb::MergeActionType::MERGE_UPDATE;
  if (updates) action.update_info = duckdb::make_uniq<duckdb::UpdateSetInfo>();
  const std::vector<Pair> pairs = Pairs(clause);
  action.default_values = !updates && pairs.empty();
  for (const Pair& pair : pairs) {
    if (updates) {
      action.update_info->columns.push_back(pair.column);
      action.update_info->expressions.push_back(Updated(pair));
    } else {
      action.insert_columns.push_back(pair.column);
      action.expressions.push_back(pair.source->Reference());
    }
  }
}

}  // namespace laguna::catalog
