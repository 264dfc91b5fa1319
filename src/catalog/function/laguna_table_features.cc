// SPDX-License-Identifier: Apache-2.0
// laguna_table_features(): every table feature of Delta's protocol, and what is done about it.
#include <string>

#include "catalog/known_rows.h"
#include "catalog/sql_function.h"
#include "delta/table_feature.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext&,
                                              duckdb::TableFunctionBindInput&,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  names = {"feature", "reads", "writes"};
  types = {LogicalType::VARCHAR, LogicalType::BOOLEAN, LogicalType::BOOLEAN};
  auto data = duckdb::make_uniq<KnownRows>();
  for (const auto& feature : delta::TableFeatures()) {
    data->rows.push_back({Value(std::string(feature.name)), Value::BOOLEAN(feature.readable),
                          Value::BOOLEAN(feature.readable && feature.writable)});
  }
  return data;
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  loader.RegisterFunction(KnownRowsFunction("laguna_table_features", Bind));
}

}  // namespace

extern const SqlFunction laguna_table_features_function{
    .name = "laguna_table_features",
    .syntax = "laguna_table_features()",
    .documentation =
        "Every table feature of the Delta protocol: whether tables that use it are read and "
        "written to.\n\nA table with a feature that is not read, or not known, is refused by the "
        "feature's name.",
    .example = "SELECT feature FROM laguna_table_features() WHERE NOT reads",
    .add = Add,
};

}  // namespace laguna::catalog
