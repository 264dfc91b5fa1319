// SPDX-License-Identifier: Apache-2.0
// delta_scan('path'): any Delta table by its folder, in or out of the lake.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/opened_table.h"
#include "catalog/scan/table_scan.h"
#include "catalog/sql_function.h"
#include "catalog/time_travel.h"
#include "delta/table.h"
#include "duckdb/function/table_function.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

struct DeltaScanInfo final : duckdb::TableFunctionInfo {
  explicit DeltaScanInfo(const LakeEnvironment& lake_environment) : environment(lake_environment) {}
  const LakeEnvironment& environment;
};

bool IsGiven(const duckdb::named_parameter_map_t& parameters, const std::string& name) {
  const auto entry = parameters.find(name);
  return entry != parameters.end() && !entry->second.IsNull();
}

// Empty: the newest version is asked for.
std::string TimeParameter(const duckdb::named_parameter_map_t& parameters) {
  for (const char* name : {"timestamp", "as_of"}) {
    if (IsGiven(parameters, name)) return name;
  }
  return {};
}

// Null when there is no table.
delta::SnapshotPtr ReadOld(duckdb::ClientContext& context, delta::Table& table,
                           const duckdb::named_parameter_map_t& parameters) {
  const auto by_time = TimeParameter(parameters);
  if (by_time.empty()) return table.AtVersion(parameters.at("version").GetValue<int64_t>());
  if (IsGiven(parameters, "version")) {
    throw base::Error(base::ErrorKind::kInvalidInput, "delta_scan.two_versions",
                      fmt::format("delta_scan takes version or {}, not both.", by_time));
  }
  return table.AtTimestamp(InstantMillisOf(context, parameters.at(by_time)));
}

// The newest version of a table in the lake is what the transaction sees of it, and counts as read
// by it as a scan by name does; an old version does not.
LakeTransaction::ScannedView Read(duckdb::ClientContext& context, const OpenedTable& table,
                                  const duckdb::named_parameter_map_t& parameters) {
  const auto& root = table.log->root();
  delta::SnapshotPtr snapshot;
  if (IsGiven(parameters, "version") || !TimeParameter(parameters).empty()) {
    snapshot = ReadOld(context, *table.log, parameters);
  } else if (!table.owned_store) {
    return LakeTransaction::Get(context, LakeCatalog::Get(context)).ViewForScan(root);
  } else {
    snapshot = table.log->Latest();
  }
  return {snapshot ? ViewOf(root, *snapshot) : nullptr, nullptr};
}

TableScanSource Open(duckdb::ClientContext& context, const LakeEnvironment& environment,
                     const duckdb::TableFunctionBindInput& input) {
  if (input.inputs[0].IsNull()) {
    throw base::Error(base::ErrorKind::kInvalidInput, "delta_scan.no_path",
                      "delta_scan needs the folder of a Delta table, not NULL.");
  }
  const auto table =
      LocateTableFolder(context, environment, input.inputs[0].GetValue<std::string>());
  const auto scanned = Read(context, table, input.named_parameters);
  if (!scanned.view) ThrowNoTable(table);
  TableScanSource source;
  source.view = scanned.view;
  source.store = table.store;
  source.owned_store = table.owned_store;
  source.read = scanned.read;
  return source;
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<duckdb::LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  const auto& info = input.info->Cast<DeltaScanInfo>();
  try {
    auto scan = BindTableScan(context, Open(context, info.environment, input));
    types = std::move(scan.types);
    names = std::move(scan.names);
    return std::move(scan.bind_data);
  } catch (const base::Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  duckdb::Connection connection(loader.GetDatabaseInstance());
  duckdb::TableFunction function;
  connection.context->RunFunctionInTransaction(
      [&] { function = MakeScanFunction(*connection.context); });
  function.name = "delta_scan";
  function.arguments = {duckdb::LogicalType::VARCHAR};
  function.named_parameters.clear();
  function.named_parameters["version"] = duckdb::LogicalType::BIGINT;
  // A time, a date or a text that says one. `as_of` is what the engine's parser takes, which knows
  // TIMESTAMP as a keyword only.
  function.named_parameters["timestamp"] = duckdb::LogicalType::ANY;
  function.named_parameters["as_of"] = duckdb::LogicalType::ANY;
  function.bind = Bind;
  function.function_info = duckdb::make_shared_ptr<DeltaScanInfo>(environment);
  loader.RegisterFunction(std::move(function));
}

}  // namespace

extern const SqlFunction delta_scan_function{
    .name = "delta_scan",
    .syntax = "delta_scan(path VARCHAR [, version => BIGINT | timestamp => TIMESTAMPTZ])",
    .documentation =
        "Reads a Delta table by its folder, in or out of the lake.\n\n"
        "A path whose first part is a zone lies below the storage root, any other relative path "
        "starts at `laguna.yaml`. `version` or `timestamp` reads the table as it was; a "
        "timestamp may be a text, such as '2024-05-01 12:00'. `as_of` is another word for "
        "`timestamp`. The newest version is read otherwise.",
    .example = "SELECT * FROM delta_scan('bronze/sales', version => 3)",
    .add = Add,
};

}  // namespace laguna::catalog
