// SPDX-License-Identifier: Apache-2.0
// laguna_table_properties(): every table property of Delta's, and what is done about it.
#include <string>

#include "catalog/known_rows.h"
#include "catalog/sql_function.h"
#include "delta/properties.h"

namespace laguna::catalog {
namespace {

using delta::PropertyUse;
using duckdb::LogicalType;
using duckdb::Value;

std::string UseText(PropertyUse use) {
  switch (use) {
    case PropertyUse::kHonoured:
      return "honours";
    case PropertyUse::kKept:
      return "keeps for others";
    case PropertyUse::kRefused:
      return "refuses";
    case PropertyUse::kInternal:
      return "sets";
  }
  return "";
}

std::string ValuesOf(const delta::TableProperty& property) {
  if (property.use != PropertyUse::kRefused) return delta::ValuesText(property.rule);
  return property.rule.type == delta::PropertyType::kBoolean ? "'false'" : "''";
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext&,
                                              duckdb::TableFunctionBindInput&,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  names = {"property", "accepts", "by_default", "laguna"};
  types = {LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::VARCHAR};
  auto data = duckdb::make_uniq<KnownRows>();
  for (const delta::TableProperty& property : delta::TableProperties()) {
    data->rows.push_back({Value(std::string(property.name)), Value(ValuesOf(property)),
                          Value(std::string(property.default_value)),
                          Value(UseText(property.use))});
  }
  return data;
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  loader.RegisterFunction(KnownRowsFunction("laguna_table_properties", Bind));
}

}  // namespace

extern const SqlFunction laguna_table_properties_function{
    .name = "laguna_table_properties",
    .syntax = "laguna_table_properties()",
    .documentation =
        "Every table property of Delta's: the values it takes, what holds where a table does not "
        "say, and what Laguna does about it.\n\nWhat it `honours` it goes by; what it `keeps for "
        "others` means nothing to it; what it `refuses` asks for something that it does not do; "
        "what it `sets` no user can. The properties of one table: `laguna_properties`.",
    .example = "FROM laguna_table_properties() WHERE laguna = 'honours'",
    .add = Add,
};

}  // namespace laguna::catalog
