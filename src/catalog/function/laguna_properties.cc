// SPDX-License-Identifier: Apache-2.0
// laguna_properties('bronze.t'): the properties of a table; what SHOW TBLPROPERTIES shows.
#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/known_rows.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
#include "delta/properties.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

// The table's own properties, and its protocol in the words in which Spark takes it.
std::map<std::string, std::string> PropertiesOf(const TableView& view) {
  auto properties = view.metadata.configuration;
  properties["delta.minReaderVersion"] = std::to_string(view.protocol.min_reader_version);
  properties["delta.minWriterVersion"] = std::to_string(view.protocol.min_writer_version);
  for (const auto* features : {&view.protocol.reader_features, &view.protocol.writer_features}) {
    for (const auto& feature : *features) properties["delta.feature." + feature] = "supported";
  }
  return properties;
}

// Spark answers a question for a property that is not set with a sentence, not with an error.
Value ValueFor(const std::map<std::string, std::string>& properties, const std::string& key,
               const OpenedTable& table) {
  const auto found = properties.find(key);
  if (found != properties.end()) return Value(found->second);
  return Value(fmt::format("Table {} does not have property: {}",
                           table.name.empty() ? table.title : table.name, key));
}

void AddRows(const duckdb::named_parameter_map_t& parameters, const OpenedTable& table,
             KnownRows& data) {
  const auto properties = PropertiesOf(*table.view);
  const auto key = parameters.find("key");
  if (key != parameters.end() && !key->second.IsNull()) {
    const auto wanted = delta::CanonicalPropertyName(key->second.GetValue<std::string>());
    data.rows.push_back({Value(wanted), ValueFor(properties, wanted, table)});
    return;
  }
  for (const auto& [name, value] : properties) data.rows.push_back({Value(name), Value(value)});
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto data = duckdb::make_uniq<KnownRows>();
  try {
    AddRows(input.named_parameters, OpenTableOperand(context, input, "so it has no properties"),
            *data);
  } catch (const base::Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  names = {"key", "value"};
  types = {LogicalType::VARCHAR, LogicalType::VARCHAR};
  return data;
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  auto function = KnownRowsFunction("laguna_properties", Bind);
  function.named_parameters["key"] = LogicalType::VARCHAR;
  RegisterWithTableOperand(loader, std::move(function), environment);
}

}  // namespace

extern const SqlFunction laguna_properties_function{
    .name = "laguna_properties",
    .syntax = "laguna_properties(table VARCHAR | path => VARCHAR [, key => VARCHAR])",
    .documentation =
        "The properties of a Delta table, by name.\n\n"
        "With them stand the protocol versions and the table features, as `delta.minReaderVersion` "
        "and `delta.feature.<name>`. The same as `SHOW TBLPROPERTIES`, for use in queries. With "
        "`key` it is one row, which says so when the table has no such property.",
    .example = "FROM laguna_properties('bronze.sales')",
    .add = Add,
};

}  // namespace laguna::catalog
