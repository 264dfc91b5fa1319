// SPDX-License-Identifier: Apache-2.0
// laguna_optimize('bronze.t', ...): what OPTIMIZE and REORG TABLE run.
//
// It commits by itself, as often as it has done a good deal of work, so it takes no part in the
// session's transaction and refuses to run inside of one.
#include <fmt/format.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/optimize/lent_thread.h"
#include "catalog/optimize/optimize_report.h"
#include "catalog/optimize/table_optimizer.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
#include "duckdb/parser/qualified_name.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

struct OptimizeCall final : duckdb::TableFunctionData {
  std::string root;
  OptimizeRequest request;
  // Where it is bound, which is where statements are run from.
  std::thread::id session_thread;
};

struct OptimizeState final : duckdb::GlobalTableFunctionState {
  bool done = false;
};

std::string TextOf(const duckdb::named_parameter_map_t& parameters, const char* name) {
  const auto found = parameters.find(name);
  return found == parameters.end() || found->second.IsNull() ? "" : found->second.ToString();
}

std::vector<std::vector<std::string>> ColumnsOf(const duckdb::named_parameter_map_t& parameters) {
  std::vector<std::vector<std::string>> columns;
  const auto found = parameters.find("zorder_by");
  if (found == parameters.end() || found->second.IsNull()) return columns;
  for (const Value& value : duckdb::ListValue::GetChildren(found->second)) {
    const auto parts = duckdb::QualifiedName::ParseComponents(value.ToString());
    columns.emplace_back(parts.begin(), parts.end());
  }
  return columns;
}

OptimizeRequest RequestOf(const duckdb::named_parameter_map_t& parameters) {
  OptimizeRequest request;
  request.condition = TextOf(parameters, "where");
  request.zorder_by = ColumnsOf(parameters);
  const bool purges = TextOf(parameters, "purge") == "true";
  if (!request.zorder_by.empty()) request.rewrite = delta::Rewrite::kAll;
  if (purges && !request.zorder_by.empty()) {
    throw Error(ErrorKind::kInvalidInput, "optimize.arguments",
                "laguna_optimize takes zorder_by or purge, not both.");
  }
  if (purges) request.rewrite = delta::Rewrite::kVectors;
  return request;
}

void CheckStandsAlone(duckdb::ClientContext& context, const std::string& table) {
  if (context.transaction.IsAutoCommit()) return;
  throw Error(
      ErrorKind::kUnsupported, "optimize.in_transaction",
      fmt::format("Table {} cannot be optimized inside a transaction: it commits by itself, "
                  "while it runs.",
                  table))
      .Hint("COMMIT or ROLLBACK first.");
}

// The key of the table's folder in the lake.
std::string RootOf(duckdb::ClientContext& context, const duckdb::TableFunctionBindInput& input) {
  const OpenedTable table = OpenTableOperand(context, input, "so it cannot be optimized");
  CheckStandsAlone(context, table.title);
  if (table.store == &LakeCatalog::Get(context).environment().store) return table.log->root();
  throw Error(ErrorKind::kUnsupported, "optimize.foreign_table",
              fmt::format("{} is no table of the lake; Laguna optimizes only those.", table.title))
      .With("table", table.title);
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto call = duckdb::make_uniq<OptimizeCall>();
  call->session_thread = std::this_thread::get_id();
  try {
    call->request = RequestOf(input.named_parameters);
    call->root = RootOf(context, input);
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  names = {"path", "metrics"};
  types = {LogicalType::VARCHAR, OptimizeMetricsType()};
  return call;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<OptimizeState>();
}

void Run(duckdb::ClientContext& context, duckdb::TableFunctionInput& input,
         duckdb::DataChunk& output) {
  const auto& call = input.bind_data->Cast<OptimizeCall>();
  auto& state = input.global_state->Cast<OptimizeState>();
  if (std::exchange(state.done, true)) return;
  engine::Guarded([&] {
    LakeCatalog& catalog = LakeCatalog::Get(context);
    const LentThread lent(context, call.session_thread);
    TableOptimizer optimizer(context, catalog, call.root, call.request);
    const OptimizeReport report = optimizer.Run();
    output.SetValue(0, 0, Value(catalog.environment().store.Locate(call.root)));
    output.SetValue(1, 0, OptimizeMetrics(call.request, report));
    output.SetCardinality(1);
  });
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  duckdb::TableFunction function("laguna_optimize", {}, Run, Bind, Start);
  function.named_parameters["where"] = LogicalType::VARCHAR;
  function.named_parameters["zorder_by"] = LogicalType::LIST(LogicalType::VARCHAR);
  function.named_parameters["purge"] = LogicalType::BOOLEAN;
  RegisterWithTableOperand(loader, std::move(function), environment);
}

}  // namespace

extern const SqlFunction laguna_optimize_function{
    .name = "laguna_optimize",
    .syntax =
        "laguna_optimize(table VARCHAR | path => VARCHAR [, \"where\" => VARCHAR] [, zorder_by => "
        "VARCHAR[]] [, purge => BOOLEAN])",
    .documentation =
        "Writes files of a table anew, so that it is read faster, and tells what it did; what "
        "`OPTIMIZE` and `REORG TABLE` run.\n\n"
        "`where` is a condition over partition columns, `zorder_by` the columns to order the rows "
        "by; `purge => true` takes the files with deletion vectors.",
    .example = "SELECT metrics.numFilesAdded FROM laguna_optimize('bronze.sales')",
    .add = Add,
};

}  // namespace laguna::catalog
