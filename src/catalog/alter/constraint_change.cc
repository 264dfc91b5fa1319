// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/constraint_change.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using nlohmann::json;

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// The property of a constraint, in the case the log has it; empty: none.
std::string PropertyOf(const delta::Metadata& metadata, const std::string& name) {
  const std::string wanted = Lower(kConstraintPrefix + name);
  for (const auto& [property, value] : metadata.configuration) {
    if (Lower(property) == wanted) return property;
  }
  return "";
}

delta::Operation OperationOf(const char* name, const RowCheck& constraint) {
  return {name,
          {{"name", json(constraint.name).dump()}, {"expr", json(constraint.expression).dump()}},
          {}};
}

Error UnknownConstraint(const delta::Metadata& metadata, const std::string& name,
                        const std::string& table) {
  std::vector<std::string> names;
  for (const RowCheck& check : RowChecksOf(metadata, table)) {
    if (!check.name.empty()) names.push_back(check.name);
  }
  return Error(ErrorKind::kNotFound, "constraint.unknown",
               fmt::format("Table {} has no constraint {}.", table, name))
      .Hint(names.empty() ? "It has no CHECK constraints." : base::SuggestName(name, names))
      .With("table", table)
      .With("constraint", name);
}

}  // namespace

RowCheck NewConstraint(const delta::Metadata& metadata, const std::string& name,
                       const SparkExpression& condition, const std::string& table) {
  RowCheck constraint{Lower(name), "", ToSparkSql(condition)};
  if (name.empty()) {
    throw Error(ErrorKind::kInvalidInput, "constraint.name",
                fmt::format("A constraint of table {} has an empty name.", table));
  }
  if (const std::string taken = PropertyOf(metadata, name); !taken.empty()) {
    throw Error(ErrorKind::kExists, "constraint.exists",
                fmt::format("Table {} has a constraint {} already: CHECK ({}).", table,
                            constraint.name, metadata.configuration.at(taken)))
        .Hint(fmt::format("ALTER TABLE {} DROP CONSTRAINT {} takes it away; or use another name.",
                          table, constraint.name))
        .With("table", table)
        .With("constraint", constraint.name);
  }
  ConditionSql(constraint, metadata.schema, table);
  return constraint;
}

DefinitionChange AddConstraint(const delta::Metadata& before, const RowCheck& constraint) {
  delta::Metadata after = before;
  after.configuration[kConstraintPrefix + constraint.name] = constraint.expression;
  return {std::move(after), OperationOf("ADD CONSTRAINT", constraint)};
}

std::optional<DefinitionChange> DropConstraint(const delta::Metadata& before,
                                               const std::string& name, bool if_exists,
                                               const std::string& table) {
  const std::string property = PropertyOf(before, name);
  if (property.empty() && if_exists) return std::nullopt;
  if (property.empty()) throw UnknownConstraint(before, name, table);
  const RowCheck constraint{Lower(name), "", before.configuration.at(property)};
  delta::Metadata after = before;
  after.configuration.erase(property);
  delta::Operation operation = OperationOf("DROP CONSTRAINT", constraint);
  operation.parameters["existed"] = "true";
  return DefinitionChange{std::move(after), std::move(operation)};
}

std::string ConstraintNameFor(const SparkExpression& condition, const delta::Metadata& metadata,
                              const std::string& table) {
  const auto columns = ColumnsOf(condition);
  const std::string about = columns.size() == 1 ? columns[0] : table.substr(table.rfind('.') + 1);
  const std::string base = Lower(about) + "_check";
  std::string name = base;
  for (int number = 2; !PropertyOf(metadata, name).empty(); ++number) {
    name = fmt::format("{}_{}", base, number);
  }
  return name;
}

}  // namespace laguna::catalog
