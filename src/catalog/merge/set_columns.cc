// SPDX-License-Identifier: Apache-2.0
#include "catalog/merge/set_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/merge/struct_expression.h"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::StructType;
using engine::ChangedColumn;

// What one column, or one field of a struct, is set to: a value, or some of its fields.
struct Assignment {
  std::string name;
  ParsedPointer value;
  std::vector<Assignment> fields;
};

[[noreturn]] void ThrowTwice(const ChangedColumn& column) {
  const std::string name = fmt::format("{}", fmt::join(column.path, "."));
  engine::ThrowAsDuckdb(Error(ErrorKind::kInvalidInput, "sql.column_set_twice",
                              fmt::format("{} is set twice in one SET.", name))
                            .Hint("Keep one of the assignments.")
                            .With("column", name),
                        column.offset);
}

// The parser knows a way to write SET that the front does not.
[[noreturn]] void ThrowUnread(const duckdb::UpdateSetInfo& set) {
  throw Error(ErrorKind::kUnsupported, "sql.set_clause",
              fmt::format("This way of writing SET is not known; DuckDB reads {} columns in it.",
                          set.columns.size()))
      .Hint("Write SET column = value, column.field = value, ...");
}

[[noreturn]] void ThrowNoDefault(const ChangedColumn& column) {
  engine::ThrowAsDuckdb(
      Error(ErrorKind::kInvalidInput, "sql.field_default",
            fmt::format("{} is a field of a struct, and only columns have defaults.",
                        fmt::join(column.path, ".")))
          .Hint("Set it to NULL, or the whole column to DEFAULT."),
      column.offset);
}

Assignment& FindOrAdd(std::vector<Assignment>& assignments, const std::string& name) {
  const auto has_name = [&](const Assignment& assignment) { return assignment.name == name; };
  const auto found = std::find_if(assignments.begin(), assignments.end(), has_name);
  if (found != assignments.end()) return *found;
  assignments.push_back({name, nullptr, {}});
  return assignments.back();
}

void Add(std::vector<Assignment>& assignments, std::span<const std::string> names,
         ParsedPointer value, const ChangedColumn& column) {
  Assignment& assignment = FindOrAdd(assignments, names[0]);
  const bool whole = names.size() == 1;
  if (assignment.value || (whole && !assignment.fields.empty())) ThrowTwice(column);
  if (whole) {
    assignment.value = std::move(value);
  } else {
    Add(assignment.fields, names.subspan(1), std::move(value), column);
  }
}

ParsedPointer ValueOf(Assignment& assignment, const LogicalType& type,
                      const duckdb::ParsedExpression& old) {
  if (assignment.value) return std::move(assignment.value);
  duckdb::vector<NamedExpression> fields;
  for (const auto& [name, field_type] : StructType::GetChildTypes(type)) {
    ParsedPointer value = FieldOf(old, name);
    for (Assignment& field : assignment.fields) {
      if (field.name == name) value = ValueOf(field, field_type, *value);
    }
    fields.push_back({name, std::move(value)});
  }
  return StructOf(std::move(fields));
}

}  // namespace

void SetWholeColumns(const ChangedTable& table, const std::vector<ChangedColumn>& named,
                     duckdb::UpdateSetInfo& set) {
  if (named.size() != set.expressions.size()) ThrowUnread(set);
  std::vector<Assignment> assignments;
  for (size_t i = 0; i < named.size(); ++i) {
    const ColumnPath path = table.Resolve(named[i]);
    const bool is_default =
        set.expressions[i]->GetExpressionType() == duckdb::ExpressionType::VALUE_DEFAULT;
    if (is_default && !path.fields.empty()) ThrowNoDefault(named[i]);
    std::vector<std::string> names = {table.columns().GetColumn(path.column).Name()};
    names.insert(names.end(), path.fields.begin(), path.fields.end());
    Add(assignments, names, std::move(set.expressions[i]), named[i]);
  }
  set.columns.clear();
  set.expressions.clear();
  for (Assignment& assignment : assignments) {
    const LogicalType& type = table.columns().GetColumn(assignment.name).Type();
    set.columns.push_back(assignment.name);
    set.expressions.push_back(ValueOf(assignment, type, *table.Reference(assignment.name)));
  }
}

}  // namespace laguna::catalog
