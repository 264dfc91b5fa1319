// SPDX-License-Identifier: Apache-2.0
// delta_scan('path'): any Delta table by its folder, in or out of the lake.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <utility>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/scan/table_scan.h"
#include "catalog/sql_function.h"
#include "catalog/type_map.h"
#include "delta/table.h"
#include "duckdb/function/table_function.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/guard.h"
#include "io/store/local.h"

namespace laguna::catalog {
namespace {

struct DeltaScanInfo final : duckdb::TableFunctionInfo {
  explicit DeltaScanInfo(const LakeEnvironment& lake_environment) : environment(lake_environment) {}
  const LakeEnvironment& environment;
};

// A table's folder as a key of a store.
struct TableFolder {
  std::string root;
  io::ObjectStore* store = nullptr;
  std::shared_ptr<io::ObjectStore> owned_store;
};

TableFolder Locate(const LakeEnvironment& environment, const std::string& path) {
  const auto resolved = environment.lake.ResolvePath(path);
  if (resolved.find("://") != std::string::npos) {
    throw base::Error(base::ErrorKind::kUnsupported, "delta_scan.unsupported_store",
                      fmt::format("delta_scan reads local folders only for now, not {}.", path));
  }
  auto folder = std::filesystem::path(resolved).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  const auto below = folder.lexically_relative(environment.lake.storage_root);
  TableFolder result;
  if (!below.empty() && *below.begin() != ".." && *below.begin() != ".") {
    result.root = below.string();
    result.store = &environment.store;
    return result;
  }
  result.root = folder.filename().string();
  result.owned_store = std::make_shared<io::LocalObjectStore>(folder.parent_path());
  result.store = result.owned_store.get();
  return result;
}

// Microseconds as milliseconds, towards the past.
int64_t ToMillis(int64_t micros) {
  return micros >= 0 ? micros / 1000 : -((-micros + 999) / 1000);
}

bool IsGiven(const duckdb::named_parameter_map_t& parameters, const std::string& name) {
  const auto entry = parameters.find(name);
  return entry != parameters.end() && !entry->second.IsNull();
}

delta::SnapshotPtr Read(delta::Table& table, const duckdb::named_parameter_map_t& parameters) {
  const bool by_version = IsGiven(parameters, "version");
  const bool by_time = IsGiven(parameters, "as_of");
  if (by_version && by_time) {
    throw base::Error(base::ErrorKind::kInvalidInput, "delta_scan.two_versions",
                      "delta_scan takes version or as_of, not both.");
  }
  if (by_version) return table.AtVersion(parameters.at("version").GetValue<int64_t>());
  if (by_time) {
    return table.AtTimestamp(
        ToMillis(parameters.at("as_of").GetValueUnsafe<duckdb::timestamp_t>().value));
  }
  return table.Latest();
}

// The newest version of a table in the lake is what the transaction sees of it, and counts as read
// by it as a scan by name does; an old version does not.
TableViewPtr ViewOfNewest(duckdb::ClientContext& context, const std::string& root) {
  return LakeTransaction::Get(context, LakeCatalog::Get(context)).ViewForScan(root);
}

TableViewPtr Read(duckdb::ClientContext& context, const LakeEnvironment& environment,
                  const TableFolder& folder, const duckdb::named_parameter_map_t& parameters) {
  const bool newest = !IsGiven(parameters, "version") && !IsGiven(parameters, "as_of");
  if (newest && folder.store == &environment.store) return ViewOfNewest(context, folder.root);
  delta::Table table(*folder.store, folder.root, environment.clock);
  const auto snapshot = Read(table, parameters);
  return snapshot ? ViewOf(folder.root, *snapshot) : nullptr;
}

TableScanSource Open(duckdb::ClientContext& context, const LakeEnvironment& environment,
                     const duckdb::TableFunctionBindInput& input) {
  if (input.inputs[0].IsNull()) {
    throw base::Error(base::ErrorKind::kInvalidInput, "delta_scan.no_path",
                      "delta_scan needs the folder of a Delta table, not NULL.");
  }
  const auto path = input.inputs[0].GetValue<std::string>();
  auto folder = Locate(environment, path);
  const auto view = Read(context, environment, folder, input.named_parameters);
  if (!view) {
    throw base::Error(base::ErrorKind::kNotFound, "delta_scan.no_table",
                      fmt::format("{} is no Delta table: it has no _delta_log with a commit.",
                                  folder.store->Locate(folder.root)))
        .Hint("Give the folder that holds _delta_log.");
  }
  return {.view = view, .store = folder.store, .table = nullptr, .owned_store = folder.owned_store};
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
  function.named_parameters["as_of"] = duckdb::LogicalType::TIMESTAMP_TZ;
  function.bind = Bind;
  function.function_info = duckdb::make_shared_ptr<DeltaScanInfo>(environment);
  loader.RegisterFunction(std::move(function));
}

}  // namespace

extern const SqlFunction delta_scan_function{
    .name = "delta_scan",
    .syntax = "delta_scan(path VARCHAR [, version => BIGINT] [, as_of => TIMESTAMPTZ])",
    .documentation =
        "Reads a Delta table by its folder, in or out of the lake.\n\n"
        "A path whose first part is a zone lies below the storage root, any other relative path "
        "starts at `laguna.yaml`. `version` or `as_of`, a time, reads the table as it was.",
    .example = "SELECT * FROM delta_scan('bronze/sales', version => 3)",
    .add = Add,
};

}  // namespace laguna::catalog
