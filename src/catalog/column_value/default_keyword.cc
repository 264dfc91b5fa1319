// SPDX-License-Identifier: Apache-2.0
#include "catalog/column_value/default_keyword.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "delta/column_value.h"
#include "delta/identity_column.h"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/parser/tableref/expressionlistref.hpp"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using Row = duckdb::vector<duckdb::unique_ptr<duckdb::ParsedExpression>>;

std::string SqlNameOf(const LakeTable& table) {
  return fmt::format("{}.{}", table.ParentSchema().name, table.name);
}

// The names that the values go to, one after the other.
std::vector<std::string> NamesOf(const duckdb::vector<std::string>& listed,
                                 const LakeTable& table) {
  if (!listed.empty()) return {listed.begin(), listed.end()};
  std::vector<std::string> names;
  for (const delta::StructField& field : table.view()->metadata.schema.fields) {
    names.push_back(field.name);
  }
  return names;
}

bool IsFilledByTable(const LakeTable& table, const std::string& column) {
  const delta::StructField* field = table.view()->metadata.schema.Find(column);
  return field != nullptr && (delta::IsIdentity(*field) || delta::GenerationExpressionOf(*field));
}

size_t DefaultsAt(const std::vector<Row*>& rows, size_t position) {
  return static_cast<size_t>(std::count_if(rows.begin(), rows.end(), [&](const Row* row) {
    return (*row)[position]->GetExpressionType() == duckdb::ExpressionType::VALUE_DEFAULT;
  }));
}

// The positions whose values are all DEFAULT, of columns that the table fills.
std::vector<size_t> OwnPositions(const std::vector<Row*>& rows,
                                 const std::vector<std::string>& names, const LakeTable& table) {
  std::vector<size_t> positions;
  for (size_t i = 0; i < names.size(); ++i) {
    if (!IsFilledByTable(table, names[i])) continue;
    const size_t defaults = DefaultsAt(rows, i);
    if (defaults == rows.size()) positions.push_back(i);
    if (defaults == 0 || defaults == rows.size()) continue;
    throw Error(ErrorKind::kUnsupported, "insert.default_in_some_rows",
                fmt::format("Some rows give column \"{}\" of table {} a value and others DEFAULT; "
                            "of such a column Laguna takes the one or the other in a statement.",
                            names[i], SqlNameOf(table)))
        .Hint("Write two INSERTs.")
        .With("table", SqlNameOf(table))
        .With("column", names[i]);
  }
  return positions;
}

// Takes the positions out of rows and names; true when something is left.
bool Erase(const std::vector<Row*>& rows, std::vector<std::string>& names,
           const std::vector<size_t>& positions) {
  for (auto at = positions.rbegin(); at != positions.rend(); ++at) {
    const auto offset = static_cast<std::ptrdiff_t>(*at);
    names.erase(names.begin() + offset);
    for (Row* row : rows) row->erase(row->begin() + offset);
  }
  return !names.empty();
}

}  // namespace

void TakeOwnValuesOut(duckdb::InsertStatement& insert, const LakeTable& table) {
  auto values = insert.GetValuesList();
  if (!values) return;
  std::vector<std::string> names = NamesOf(insert.columns, table);
  std::vector<Row*> rows;
  for (Row& row : values->values) {
    // DuckDB says what is wrong with the number of values.
    if (row.size() != names.size()) return;
    rows.push_back(&row);
  }
  const std::vector<size_t> positions = OwnPositions(rows, names, table);
  if (positions.empty()) return;
  if (positions.size() == names.size() && rows.size() > 1) {
    throw Error(
        ErrorKind::kUnsupported, "insert.default_rows",
        fmt::format("INSERT INTO {} of several rows must name a value of each.", SqlNameOf(table)))
        .Hint(fmt::format("INSERT INTO {} DEFAULT VALUES inserts one row.", SqlNameOf(table)))
        .With("table", SqlNameOf(table));
  }
  const bool some_left = Erase(rows, names, positions);
  insert.columns.assign(names.begin(), names.end());
  if (some_left) return;
  insert.select_statement.reset();
  insert.default_values = true;
}

void TakeOwnValuesOut(duckdb::MergeIntoAction& action, const LakeTable& table) {
  std::vector<std::string> names = NamesOf(action.insert_columns, table);
  if (action.expressions.empty() || action.expressions.size() != names.size()) return;
  const std::vector<Row*> rows{&action.expressions};
  const std::vector<size_t> positions = OwnPositions(rows, names, table);
  if (positions.empty()) return;
  action.default_values = !Erase(rows, names, positions);
  action.insert_columns.assign(names.begin(), names.end());
}

}  // namespace laguna::catalog
