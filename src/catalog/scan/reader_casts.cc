// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/reader_casts.h"

#include <utility>

#include "catalog/scan/column_cast.h"
#include "duckdb/planner/expression/bound_reference_expression.hpp"
#include "duckdb/planner/expression_iterator.hpp"

namespace laguna::catalog {
namespace {

// A column as the file has it, as the table has it.
duckdb::unique_ptr<duckdb::Expression> FromFile(const duckdb::LogicalType& in_file,
                                                const duckdb::LogicalType& in_table,
                                                const FileCalendar& calendar) {
  duckdb::unique_ptr<duckdb::Expression> value =
      duckdb::make_uniq<duckdb::BoundReferenceExpression>(in_file, 0U);
  if (!calendar.IsGregorian() && HasCalendar(in_file)) {
    value = InGregorian(std::move(value), in_table, calendar);
  }
  return in_file == in_table ? std::move(value) : CastFromFile(std::move(value), in_table);
}

// Whether a struct in the type got a field that the file does not have (AdoptTypes).
bool HasAddedField(const duckdb::LogicalType& in_file, const duckdb::LogicalType& in_table) {
  using duckdb::LogicalTypeId;
  if (in_file.id() == LogicalTypeId::LIST || in_file.id() == LogicalTypeId::MAP) {
    return HasAddedField(duckdb::ListType::GetChildType(in_file),
                         duckdb::ListType::GetChildType(in_table));
  }
  if (in_file.id() != LogicalTypeId::STRUCT) return false;
  const auto& old_fields = duckdb::StructType::GetChildTypes(in_file);
  const auto& fields = duckdb::StructType::GetChildTypes(in_table);
  if (old_fields.size() != fields.size()) return true;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (HasAddedField(old_fields[i].second, fields[i].second)) return true;
  }
  return false;
}

}  // namespace

void CastColumns(duckdb::BaseFileReader& reader,
                 const std::vector<duckdb::LogicalType>& types_in_file,
                 const FileCalendar& calendar) {
  for (auto& read : reader.column_indexes) {
    const auto index = read.GetPrimaryIndex();
    if (index >= types_in_file.size()) continue;
    const auto& in_file = types_in_file[index];
    const auto& in_table = reader.columns[index].type;
    if (in_table == in_file && (calendar.IsGregorian() || !HasCalendar(in_file))) continue;
    // A field that the file does not have cannot be picked from it.
    if (HasAddedField(in_file, in_table)) read = duckdb::ColumnIndex(index);
    // What the mapping lets the reader do with the column comes after it.
    auto& expression = reader.expression_map[index];
    if (!expression) expression = duckdb::make_uniq<duckdb::BoundReferenceExpression>(in_table, 0U);
    duckdb::ExpressionIterator::VisitExpressionMutable<duckdb::BoundReferenceExpression>(
        expression,
        [&](auto&, auto& reference) { reference = FromFile(in_file, in_table, calendar); });
  }
}

}  // namespace laguna::catalog
