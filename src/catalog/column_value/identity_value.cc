// SPDX-License-Identifier: Apache-2.0
#include "catalog/column_value/identity_value.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/column_value/identity_counter.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "delta/identity_column.h"
#include "duckdb/execution/expression_executor_state.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

struct IdentityOfTable final : public duckdb::FunctionData {
  IdentityOfTable(LakeCatalog& lake, std::string table_root, std::string name)
      : catalog(lake), root(std::move(table_root)), column(std::move(name)) {}

  duckdb::unique_ptr<duckdb::FunctionData> Copy() const override {
    return duckdb::make_uniq<IdentityOfTable>(catalog, root, column);
  }
  bool Equals(const duckdb::FunctionData& other) const override {
    const auto& same = other.Cast<IdentityOfTable>();
    return root == same.root && column == same.column;
  }

  LakeCatalog& catalog;
  std::string root;
  std::string column;
};

struct CounterState final : public duckdb::FunctionLocalState {
  std::shared_ptr<IdentityCounter> counter;
};

// A plan may run in several transactions; each has a counter of its own.
duckdb::unique_ptr<duckdb::FunctionLocalState> Start(duckdb::ExpressionState& state,
                                                     const duckdb::BoundFunctionExpression&,
                                                     duckdb::FunctionData* data) {
  return engine::Guarded([&]() -> duckdb::unique_ptr<duckdb::FunctionLocalState> {
    const auto& identity = data->Cast<IdentityOfTable>();
    auto local = duckdb::make_uniq<CounterState>();
    local->counter = LakeTransaction::Get(state.GetContext(), identity.catalog)
                         .Identity(identity.root, identity.column);
    return local;
  });
}

void Give(duckdb::DataChunk& arguments, duckdb::ExpressionState& state, duckdb::Vector& result) {
  engine::Guarded([&] {
    auto& local = duckdb::ExecuteFunctionState::GetFunctionState(state)->Cast<CounterState>();
    const duckdb::idx_t count = arguments.size();
    result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
    if (count == 0) return;
    auto* values = duckdb::FlatVector::GetData<int64_t>(result);
    // All of them fit, but the way to the last one need not.
    const auto first = static_cast<uint64_t>(local.counter->Take(count));
    const auto step = static_cast<uint64_t>(local.counter->step());
    for (duckdb::idx_t row = 0; row < count; ++row) {
      values[row] = static_cast<int64_t>(first + row * step);
    }
  });
}

}  // namespace

duckdb::unique_ptr<duckdb::Expression> NextIdentity(const WriteTarget& target, size_t position) {
  duckdb::ScalarFunction function("lake_identity", {}, duckdb::LogicalType::BIGINT, Give);
  function.stability = duckdb::FunctionStability::VOLATILE;
  function.init_local_state = Start;
  auto data = duckdb::make_uniq<IdentityOfTable>(target.catalog, target.root,
                                                 target.columns[position].name);
  return duckdb::make_uniq<duckdb::BoundFunctionExpression>(
      duckdb::LogicalType::BIGINT, std::move(function),
      duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>(), std::move(data));
}

void CheckTakesValue(const WriteTarget& target, size_t position) {
  const auto identity = delta::IdentityOf(target.metadata.schema.fields[position]);
  if (!identity || identity->allows_explicit) return;
  const std::string& column = target.columns[position].name;
  throw base::Error(base::ErrorKind::kInvalidInput, "write.identity",
                    fmt::format("Column \"{}\" of table {} is GENERATED ALWAYS AS IDENTITY: it "
                                "takes no value from a statement.",
                                column, target.SqlName()))
      .Hint(fmt::format("Leave \"{}\" out of the statement's columns, or write DEFAULT for it.",
                        column))
      .With("table", target.SqlName())
      .With("column", column);
}

}  // namespace laguna::catalog
