// SPDX-License-Identifier: Apache-2.0
#include "catalog/clone/new_table.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "catalog/alter/property_change.h"
#include "catalog/definition/new_name.h"
#include "catalog/lake_schema.h"
#include "catalog/link/located_table.h"
#include "catalog/named_table.h"
#include "catalog/pipeline_table.h"
#include "delta/column_mapping.h"
#include "delta/indexed_leaf.h"
#include "delta/properties.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

const Value* Given(const duckdb::named_parameter_map_t& parameters, const char* name) {
  const auto found = parameters.find(name);
  return found == parameters.end() || found->second.IsNull() ? nullptr : &found->second;
}

bool IsTrue(const duckdb::named_parameter_map_t& parameters, const char* name) {
  const Value* value = Given(parameters, name);
  return value != nullptr && value->GetValue<bool>();
}

std::vector<std::string> TextsOf(const duckdb::named_parameter_map_t& parameters,
                                 const char* name) {
  std::vector<std::string> texts;
  const Value* list = Given(parameters, name);
  if (list == nullptr) return texts;
  for (const Value& value : duckdb::ListValue::GetChildren(*list)) {
    texts.push_back(value.ToString());
  }
  return texts;
}

delta::Properties PropertiesOf(const duckdb::named_parameter_map_t& parameters,
                               const std::string& table) {
  const auto names = TextsOf(parameters, "names");
  const auto values = TextsOf(parameters, "new_values");
  if (names.size() != values.size()) {
    throw Error(ErrorKind::kInvalidInput, "create.properties",
                "names => [...] and new_values => [...] have to be as many.");
  }
  delta::Properties properties;
  for (size_t i = 0; i < names.size(); ++i) {
    if (properties.emplace(names[i], values[i]).second) continue;
    throw Error(ErrorKind::kInvalidInput, "create.properties",
                fmt::format("The table property {} stands twice.", names[i]))
        .With("property", names[i]);
  }
  return delta::GivenProperties(properties, table);
}

// What comes with the source's definition may be what nobody could set now.
void CheckTakenOver(const delta::Metadata& metadata, const NewTableCall& call) {
  try {
    delta::CheckProperties(metadata.configuration, {}, call.target);
  } catch (const Error& error) {
    const std::string property = delta::RefusedProperty(error);
    if (property.empty()) throw;
    throw Error(error).Hint(
        fmt::format("{} It comes with the source's definition: TBLPROPERTIES ('{}' = '...') behind "
                    "the source gives the new table another value.",
                    error.hint(), property));
  }
}

}  // namespace

void AddNewTableParameters(duckdb::TableFunction& function) {
  function.named_parameters["target"] = LogicalType::VARCHAR;
  function.named_parameters["if_not_exists"] = LogicalType::BOOLEAN;
  function.named_parameters["replace"] = LogicalType::BOOLEAN;
  function.named_parameters["comment"] = LogicalType::VARCHAR;
  function.named_parameters["location"] = LogicalType::VARCHAR;
  function.named_parameters["names"] = LogicalType::LIST(LogicalType::VARCHAR);
  function.named_parameters["new_values"] = LogicalType::LIST(LogicalType::VARCHAR);
}

NewTableCall NewTableCallOf(const duckdb::named_parameter_map_t& parameters) {
  NewTableCall call;
  const Value* target = Given(parameters, "target");
  if (target == nullptr) {
    throw Error(ErrorKind::kInvalidInput, "create.target",
                "target => has to name the table that is made.");
  }
  call.target = target->ToString();
  call.if_not_exists = IsTrue(parameters, "if_not_exists");
  call.replace = IsTrue(parameters, "replace");
  call.properties = PropertiesOf(parameters, call.target);
  if (const Value* comment = Given(parameters, "comment")) call.comment = comment->ToString();
  if (const Value* location = Given(parameters, "location")) call.location = location->ToString();
  return call;
}

NewTablePlace PlaceOf(duckdb::ClientContext& context, const NewTableCall& call) {
  const TableName target = ResolveTableName(context, call.target);
  LakeSchema& schema = target.schema;
  CheckNewName(context, schema, target.name);
  if (const auto view = schema.FindView(context, target.name)) {
    throw ExistsError(schema, "View", *view);
  }
  const auto existing = schema.FindTable(context, target.name);
  const std::string name = existing.value_or(target.name);
  NewTablePlace place{schema.lake_catalog(), schema.RootOf(context, name),
                      fmt::format("{}.{}", schema.name, name), existing.has_value()};
  if (existing && call.if_not_exists) return place;
  if (existing && !call.replace) throw ExistsError(schema, "Table", *existing);
  if (existing) CheckMayReplace(context, schema, *existing);
  if (!call.location) return place;
  NewRoot elsewhere = RootAt(context, schema, name, *call.location);
  if (elsewhere.has_table && !call.replace) ThrowTaken(schema, name, elsewhere.root);
  place.root = std::move(elsewhere.root);
  place.exists = elsewhere.has_table;
  return place;
}

void ApplyTo(delta::Metadata& metadata, const NewTableCall& call, bool has_files,
             base::Random& random) {
  const delta::Metadata taken_over = metadata;
  for (const auto& [name, value] : call.properties) metadata.configuration[name] = value;
  TakeComment(metadata);
  CheckTakenOver(metadata, call);
  if (call.properties.contains(delta::kStatisticsColumns)) {
    delta::CheckStatisticsColumns(metadata, call.target);
  }
  if (call.comment) metadata.description = call.comment;
  delta::MapColumns(metadata, has_files ? &taken_over : nullptr, random);
}

}  // namespace laguna::catalog
