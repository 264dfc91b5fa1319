// SPDX-License-Identifier: Apache-2.0
#include "catalog/changes/changes_function.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/error.h"
#include "catalog/changes/change_range.h"
#include "catalog/changes/change_scan.h"
#include "duckdb/function/table_function.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/planner/binder.hpp"
#include "duckdb/planner/operator/logical_get.hpp"
#include "duckdb/planner/operator/logical_set_operation.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;

struct ChangesInfo final : duckdb::TableFunctionInfo {
  ChangesInfo(const LakeEnvironment& lake_environment, OpenChangedTable open_table)
      : environment(lake_environment), open(open_table) {}
  const LakeEnvironment& environment;
  const OpenChangedTable open;
};

std::vector<TableScanSource> ScansOf(duckdb::ClientContext& context,
                                     const duckdb::TableFunctionBindInput& input) {
  const auto& info = input.info->Cast<ChangesInfo>();
  if (input.inputs[0].IsNull()) {
    throw base::Error(base::ErrorKind::kInvalidInput, "catalog.unknown_table",
                      fmt::format("{} needs a table, not NULL.", input.table_function.name));
  }
  const auto table = info.open(context, info.environment, input.inputs[0].GetValue<std::string>(),
                               duckdb::QueryErrorContext(input.ref.query_location));
  std::optional<duckdb::Value> to;
  if (input.inputs.size() > 2) to = input.inputs[2];
  return ChangeScans(table, ChangeRangeOf(context, table, input.inputs[1], to));
}

// All columns of a scan.
duckdb::unique_ptr<duckdb::LogicalOperator> Get(duckdb::ClientContext& context, BoundTableScan scan,
                                                duckdb::idx_t index) {
  const auto columns = scan.types.size();
  auto hidden = scan.function.get_virtual_columns(context, scan.bind_data.get());
  auto get = duckdb::make_uniq<duckdb::LogicalGet>(index, std::move(scan.function),
                                                   std::move(scan.bind_data), std::move(scan.types),
                                                   std::move(scan.names));
  for (duckdb::idx_t column = 0; column < columns; ++column) get->AddColumnId(column);
  return get;
}

duckdb::unique_ptr<duckdb::LogicalOperator> Plan(duckdb::ClientContext& context,
                                                 duckdb::TableFunctionBindInput& input,
                                                 duckdb::idx_t index,
                                                 duckdb::vector<duckdb::string>& names) {
  const auto sources = ScansOf(context, input);
  duckdb::vector<duckdb::unique_ptr<duckdb::LogicalOperator>> gets;
  for (const auto& source : sources) {
    auto scan = BindTableScan(context, source);
    names = scan.names;
    const auto own_index = sources.size() == 1 ? index : input.binder->GenerateTableIndex();
    gets.push_back(Get(context, std::move(scan), own_index));
  }
  const auto& aliases = input.ref.column_name_alias;
  for (size_t i = 0; i < aliases.size() && i < names.size(); ++i) names[i] = aliases[i];
  if (gets.size() == 1) return std::move(gets[0]);
  return duckdb::make_uniq<duckdb::LogicalSetOperation>(
      index, names.size(), std::move(gets), duckdb::LogicalOperatorType::LOGICAL_UNION, true);
}

duckdb::unique_ptr<duckdb::LogicalOperator> Bind(duckdb::ClientContext& context,
                                                 duckdb::TableFunctionBindInput& input,
                                                 duckdb::idx_t index,
                                                 duckdb::vector<duckdb::string>& names) {
  try {
    // What a prepared statement reads is looked up each time it runs.
    input.binder->SetAlwaysRequireRebind();
    return Plan(context, input, index, names);
  } catch (const base::Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
}

}  // namespace

void RegisterChangesFunction(duckdb::ExtensionLoader& loader, const std::string& name,
                             const LakeEnvironment& environment, OpenChangedTable open) {
  duckdb::TableFunctionSet functions(name);
  duckdb::TableFunction function(name, {LogicalType::VARCHAR, LogicalType::ANY}, nullptr);
  function.bind_operator = Bind;
  function.function_info = duckdb::make_shared_ptr<ChangesInfo>(environment, open);
  functions.AddFunction(function);
  function.arguments.push_back(LogicalType::ANY);
  functions.AddFunction(std::move(function));
  loader.RegisterFunction(std::move(functions));
}

}  // namespace laguna::catalog
