// SPDX-License-Identifier: Apache-2.0
// laguna_partition_table('bronze.t', columns => ['day']): what ALTER TABLE ... SET PARTITIONED BY
// and RESET PARTITIONED BY run. It commits by itself, as OPTIMIZE does.
#include <fmt/format.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/act_function.h"
#include "catalog/alter/altered_table.h"
#include "catalog/lake_catalog.h"
#include "catalog/optimize/lent_thread.h"
#include "catalog/optimize/repartition_table.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
#include "catalog/vacuum/lake_vacuum.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

struct PartitionCall final : Act {
  std::string title;
  std::string root;
  std::vector<std::string> columns;
  bool nothing_to_do = false;
  // Where it is bound, which is where statements are run from.
  std::thread::id session_thread;

  [[nodiscard]] ActColumns Columns() const override {
    return {{"table", LogicalType::VARCHAR},
            {"files_removed", LogicalType::BIGINT},
            {"bytes_removed", LogicalType::BIGINT},
            {"files_added", LogicalType::BIGINT},
            {"bytes_added", LogicalType::BIGINT}};
  }
  ActRows Run(duckdb::ClientContext& context) const override;
};

duckdb::unique_ptr<Act> Bind(duckdb::ClientContext& context,
                             duckdb::TableFunctionBindInput& input) {
  RefuseInTransaction(context, "ALTER TABLE ... SET PARTITIONED BY");
  auto call = duckdb::make_uniq<PartitionCall>();
  call->nothing_to_do = IsArgumentTrue(input, "table_if_exists") && !input.inputs.empty() &&
                        IsMissingTable(context, input.inputs[0].ToString());
  if (call->nothing_to_do) return call;
  const OpenedTable table = OpenTableOperand(context, input, "so it has no partitions");
  if (LakeHolding(context, table) == nullptr) {
    throw Error(
        ErrorKind::kUnsupported, "partition.foreign_table",
        fmt::format("{} is no table of the lake; Laguna partitions only those anew.", table.title))
        .With("table", table.title);
  }
  call->session_thread = std::this_thread::get_id();
  call->title = table.title;
  call->root = table.log->root();
  if (const Value* columns = GivenArgument(input, "columns")) {
    for (const Value& column : duckdb::ListValue::GetChildren(*columns)) {
      call->columns.push_back(column.ToString());
    }
  }
  return call;
}

ActRows PartitionCall::Run(duckdb::ClientContext& context) const {
  if (nothing_to_do) return {};
  const LentThread lent(context, session_thread);
  const RepartitionReport report =
      RepartitionTable(context, LakeCatalog::Get(context), root, columns);
  const auto count = [](auto number) { return Value::BIGINT(static_cast<int64_t>(number)); };
  return {{Value(title), count(report.files_removed), count(report.bytes_removed),
           count(report.files_added), count(report.bytes_added)}};
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  duckdb::TableFunction function = ActFunction<Bind>("laguna_partition_table");
  function.named_parameters["columns"] = LogicalType::LIST(LogicalType::VARCHAR);
  function.named_parameters["table_if_exists"] = LogicalType::BOOLEAN;
  RegisterWithTableOperand(loader, std::move(function), environment);
}

}  // namespace

extern const SqlFunction laguna_partition_table_function{
    .name = "laguna_partition_table",
    .syntax =
        "laguna_partition_table(table VARCHAR | path => VARCHAR [, columns => VARCHAR[]] [, "
        "table_if_exists => BOOLEAN])",
    .documentation =
        "Writes the rows of a table anew into other partitions; what `ALTER TABLE ... SET "
        "PARTITIONED BY` runs, and without columns `RESET PARTITIONED BY`.\n\n"
        "Tells how many files and bytes went and came; none where the table has these partitions "
        "already.",
    .example =
        "CREATE TABLE bronze.days AS SELECT DATE '2024-01-01' AS day, 1 AS id; SELECT files_added "
        "FROM laguna_partition_table('bronze.days', columns => ['day'])",
    .add = Add,
};

}  // namespace laguna::catalog
