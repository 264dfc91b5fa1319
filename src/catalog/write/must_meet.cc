// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/must_meet.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "catalog/constraint/row_text.h"
#include "duckdb/execution/expression_executor.hpp"
#include "engine/guard.h"

namespace laguna::catalog {

namespace {

class MustMeetState final : public duckdb::OperatorState {
 public:
  MustMeetState(duckdb::ExecutionContext& context, const duckdb::Expression& condition)
      : executor(context.client, condition), result(duckdb::LogicalType::BOOLEAN) {}
  duckdb::ExpressionExecutor executor;
  duckdb::Vector result;
};

duckdb::vector<duckdb::LogicalType> TypesOf(const WriteTarget& target) {
  duckdb::vector<duckdb::LogicalType> types;
  for (const WriteColumn& column : target.columns) types.push_back(column.type);
  return types;
}

}  // namespace

MustMeet::MustMeet(duckdb::PhysicalPlan& plan, WriteTargetPtr target,
                   duckdb::unique_ptr<duckdb::Expression> condition, std::string text,
                   duckdb::idx_t estimated_rows)
    : duckdb::PhysicalOperator(plan, duckdb::PhysicalOperatorType::EXTENSION, TypesOf(*target),
                               estimated_rows),
      target_(std::move(target)),
      condition_(std::move(condition)),
      text_(std::move(text)) {}

duckdb::unique_ptr<duckdb::OperatorState> MustMeet::GetOperatorState(
    duckdb::ExecutionContext& context) const {
  return duckdb::make_uniq<MustMeetState>(context, *condition_);
}

duckdb::OperatorResultType MustMeet::Execute(duckdb::ExecutionContext& /*context*/,
                                             duckdb::DataChunk& input, duckdb::DataChunk& chunk,
                                             duckdb::GlobalOperatorState& /*global*/,
                                             duckdb::OperatorState& state) const {
  return engine::Guarded([&] {
    auto& own = state.Cast<MustMeetState>();
    own.executor.ExecuteExpression(input, own.result);
    duckdb::UnifiedVectorFormat format;
    own.result.ToUnifiedFormat(input.size(), format);
    const auto* meets = duckdb::UnifiedVectorFormat::GetData<bool>(format);
    for (duckdb::idx_t row = 0; row < input.size(); ++row) {
      const duckdb::idx_t at = format.sel->get_index(row);
      if (format.validity.RowIsValid(at) && meets[at]) continue;
      throw base::Error(base::ErrorKind::kViolation, "insert.replace_where",
                        fmt::format("A row to insert does not meet REPLACE WHERE {}: {}. Nothing "
                                    "was written.",
                                    text_, RowText(*target_, input, row)))
          .Hint(
              "Rows that the condition does not hold for would not be replaced by the next run; "
              "leave them out of the query.")
          .With("table", target_->SqlName())
          .With("row", RowText(*target_, input, row));
    }
    chunk.Reference(input);
    return duckdb::OperatorResultType::NEED_MORE_INPUT;
  });
}

}  // namespace laguna::catalog
