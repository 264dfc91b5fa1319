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
#include "catalog/act_function.h"
#include "catalog/lake_catalog.h"
#include "catalog/optimize/lent_thread.h"
#include "catalog/optimize/optimize_report.h"
#include "catalog/optimize/table_optimizer.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
#include "duckdb/parser/qualified_name.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

struct OptimizeCall final : Act {
  std::string root;
  OptimizeRequest request;
  // Where it is bound, which is where statements are run from.
  std::thread::id session_thread;

  [[nodiscard]] ActColumns Columns() const override {
    return {{"path", LogicalType::VARCHAR}, {"metrics", OptimizeMetricsType()}};
  }
  ActRows Run(duckdb::ClientContext& context) const override;
};

std::string TextOf(const duckdb::TableFunctionBindInput& input, const char* name) {
  const Value* text = GivenArgument(input, name);
  return text == nullptr ? "" : text->ToString();
}

std::vector<std::vector<std::string>> ColumnsOf(const duckdb::TableFunctionBindInput& input) {
  std::vector<std::vector<std::string>> columns;
  const Value* list = GivenArgument(input, "zorder_by");
  if (list == nullptr) return columns;
  for (const Value& value : duckdb::ListValue::GetChildren(*list)) {
    const auto parts = duckdb::QualifiedName::ParseComponents(value.ToString());
    columns.emplace_back(parts.begin(), parts.end());
  }
  return columns;
}

OptimizeRequest RequestOf(const duckdb::TableFunctionBindInput& input) {
  OptimizeRequest request;
  request.condition = TextOf(input, "where");
  request.zorder_by = ColumnsOf(input);
  const bool purges = IsArgumentTrue(input, "purge");
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

duckdb::unique_ptr<Act> Bind(duckdb::ClientContext& context,
                             duckdb::TableFunctionBindInput& input) {
  auto call = duckdb::make_uniq<OptimizeCall>();
  call->session_thread = std::this_thread::get_id();
  call->request = RequestOf(input);
  call->root = RootOf(context, input);
  return call;
}

ActRows OptimizeCall::Run(duckdb::ClientContext& context) const {
  LakeCatalog& catalog = LakeCatalog::Get(context);
  const LentThread lent(context, session_thread);
  TableOptimizer optimizer(context, catalog, root, request);
  const OptimizeReport report = optimizer.Run();
  return {{Value(catalog.environment().store.Locate(root)), OptimizeMetrics(request, report)}};
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  duckdb::TableFunction function = ActFunction<Bind>("laguna_optimize");
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
