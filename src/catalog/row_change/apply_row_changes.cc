// SPDX-License-Identifier: Apache-2.0
// How a chunk of rows is decided
//
// Its rows are first told apart: those with a row of the table and one of the source (or no source
// at all) are matched, the others lack the one or the other. Each of the three sets then goes
// through its clauses in order: a clause takes the rows for which its condition is true, and leaves
// the others to the next. Rows that a clause took are marked, and, where it writes them anew, its
// expressions are evaluated for them alone: a value of a clause that a row does not go by is never
// computed, and so cannot fail the statement.
#include "catalog/row_change/apply_row_changes.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/write/column_value_error.h"
#include "duckdb/execution/expression_executor.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::DataChunk;
using duckdb::idx_t;
using duckdb::SelectionVector;
using When = RowClause::When;
using Then = RowClause::Then;

constexpr size_t kCases = 3;

// Rows of a chunk by their position.
struct RowSelection {
  RowSelection() : rows(STANDARD_VECTOR_SIZE) {}
  void Append(idx_t row) { rows.set_index(count++, row); }
  SelectionVector rows;
  idx_t count = 0;
};

struct ClauseExecutors {
  duckdb::unique_ptr<duckdb::ExpressionExecutor> condition;
  duckdb::unique_ptr<duckdb::ExpressionExecutor> values;
};

class ApplyState final : public duckdb::OperatorState {
 public:
  ApplyState(duckdb::ClientContext& context, const RowChange& change,
             const duckdb::vector<duckdb::LogicalType>& new_row_types) {
    for (const RowClause& clause : change.clauses) {
      ClauseExecutors& of_clause = executors.emplace_back();
      if (clause.condition) {
        of_clause.condition =
            duckdb::make_uniq<duckdb::ExpressionExecutor>(context, *clause.condition);
      }
      if (clause.values.empty()) continue;
      of_clause.values = duckdb::make_uniq<duckdb::ExpressionExecutor>(context, clause.values);
    }
    new_rows.Initialize(context, new_row_types);
  }

  std::vector<ClauseExecutors> executors;
  DataChunk new_rows;
  std::vector<RowId> ids;
};

// The rows of one chunk on their way through the clauses.
class ChunkDecision {
 public:
  ChunkDecision(const RowChange& change, RowChangeState& shared, ApplyState& local,
                DataChunk& input, DataChunk& output)
      : change_(change), shared_(shared), local_(local), input_(input), output_(output) {}

  void Decide() {
    ReadIds();
    TellApart();
    if (change_.meetings != Meetings::kNotCounted) NoteMeetings();
    for (size_t i = 0; i < change_.clauses.size(); ++i) Apply(change_.clauses[i], i);
  }

 private:
  void ReadIds() {
    input_.data[change_.file_column].ToUnifiedFormat(input_.size(), files_);
    input_.data[change_.row_column].ToUnifiedFormat(input_.size(), rows_);
  }

  [[nodiscard]] RowId IdOf(idx_t row) const {
    const auto* files = duckdb::UnifiedVectorFormat::GetData<uint64_t>(files_);
    const auto* rows = duckdb::UnifiedVectorFormat::GetData<int64_t>(rows_);
    return {files[files_.sel->get_index(row)],
            static_cast<uint64_t>(rows[rows_.sel->get_index(row)])};
  }

  void TellApart() {
    duckdb::UnifiedVectorFormat marker;
    const bool has_marker = change_.source_marker.IsValid();
    if (has_marker) {
      input_.data[change_.source_marker.GetIndex()].ToUnifiedFormat(input_.size(), marker);
    }
    for (idx_t row = 0; row < input_.size(); ++row) {
      const bool in_table = files_.validity.RowIsValid(files_.sel->get_index(row));
      const bool in_source = !has_marker || marker.validity.RowIsValid(marker.sel->get_index(row));
      const When when = !in_table    ? When::kNotMatchedByTarget
                        : !in_source ? When::kNotMatchedBySource
                                     : When::kMatched;
      left_[static_cast<size_t>(when)].Append(row);
    }
  }

  void CollectIds(const RowSelection& selection) {
    local_.ids.clear();
    for (idx_t i = 0; i < selection.count; ++i) {
      local_.ids.push_back(IdOf(selection.rows.get_index(i)));
    }
  }

  void NoteMeetings() {
    CollectIds(left_[static_cast<size_t>(When::kMatched)]);
    const bool twice = shared_.marks().Meet(local_.ids).has_value();
    if (!twice || change_.meetings != Meetings::kOnceOnly) return;
    const bool merges = change_.statement == RowStatement::kMerge;
    const std::string table = change_.target->SqlName();
    throw Error(ErrorKind::kViolation, merges ? "merge.row_met_twice" : "update.row_met_twice",
                fmt::format("A row of table {} is matched by several rows of {}, so it is not "
                            "certain what shall become of it. Nothing was changed.",
                            table, merges ? "the source" : "the FROM clause"))
        .Hint(
            "Make the source unique in the columns of the condition, for example with "
            "QUALIFY row_number() OVER (PARTITION BY key ORDER BY time DESC) = 1.")
        .With("table", table);
  }

  void Apply(const RowClause& clause, size_t index) {
    RowSelection& left = left_[static_cast<size_t>(clause.when)];
    if (left.count == 0) return;
    const RowSelection taken = Take(left, local_.executors[index].condition.get());
    if (taken.count == 0) return;
    switch (clause.then) {
      case Then::kNothing:
        return;
      case Then::kError:
        Fail(taken, local_.executors[index].values.get());
      case Then::kDelete:
        Mark(RowMarks::Kind::kDeleted, taken, clause.when);
        return;
      case Then::kUpdate:
        Mark(RowMarks::Kind::kUpdated, taken, clause.when);
        Write(taken, *local_.executors[index].values, kAfterUpdate);
        return;
      case Then::kInsert:
        shared_.CountInserted(taken.count);
        Write(taken, *local_.executors[index].values, kInserted);
        return;
    }
  }

  // Those of `left` for which the condition is true; the others stay in `left`.
  RowSelection Take(RowSelection& left, duckdb::ExpressionExecutor* condition) {
    RowSelection taken;
    if (condition == nullptr) {
      std::swap(taken, left);
      return taken;
    }
    DataChunk candidates;
    Slice(left, candidates);
    SelectionVector matching(STANDARD_VECTOR_SIZE);
    const idx_t count = condition->SelectExpression(candidates, matching);
    RowSelection others;
    for (idx_t i = 0, next = 0; i < left.count; ++i) {
      const bool matches = next < count && matching.get_index(next) == i;
      (matches ? taken : others).Append(left.rows.get_index(i));
      if (matches) ++next;
    }
    std::swap(left, others);
    return taken;
  }

  void Slice(const RowSelection& selection, DataChunk& rows) {
    rows.InitializeEmpty(input_.GetTypes());
    rows.Reference(input_);
    if (selection.count < input_.size()) rows.Slice(selection.rows, selection.count);
  }

  void Mark(RowMarks::Kind kind, const RowSelection& selection, When when) {
    if (when == When::kNotMatchedBySource) shared_.CountBySource(kind, selection.count);
    CollectIds(selection);
    shared_.marks().Mark(kind, local_.ids);
  }

  void Write(const RowSelection& selection, duckdb::ExpressionExecutor& values,
             const char* change_type) {
    DataChunk rows;
    Slice(selection, rows);
    values.SetChunk(&rows);
    local_.new_rows.Reset();
    for (size_t i = 0; i < change_.target->columns.size(); ++i) {
      NamingColumn(*change_.target, change_.target->columns[i].name,
                   [&] { values.ExecuteExpression(i, local_.new_rows.data[i]); });
    }
    const bool updated = change_type == kAfterUpdate;
    if (change_.keeps_row_ids) WriteRowIds(updated ? &rows : nullptr);
    if (change_.pairs_changes) WritePairs(selection.count, updated);
    if (change_.KeepsChangedRows()) {
      local_.new_rows.data.back().Reference(duckdb::Value(change_type));
    }
    local_.new_rows.SetCardinality(selection.count);
    output_.Append(local_.new_rows, true);
  }

  // An updated row keeps its id and has the version of this commit, which its file tells. Null: new
  // rows, whose ids follow from their files too.
  void WriteRowIds(DataChunk* updated) {
    const size_t first = change_.target->columns.size();
    const duckdb::Value none(duckdb::LogicalType::BIGINT);
    if (updated == nullptr) {
      local_.new_rows.data[first].Reference(none);
    } else {
      local_.new_rows.data[first].Reference(updated->data[change_.row_id_column]);
    }
    local_.new_rows.data[first + 1].Reference(none);
  }

  // `local_.ids` are those of the rows, where they are updated ones.
  void WritePairs(idx_t count, bool updated) {
    auto& pairs = local_.new_rows.data[local_.new_rows.ColumnCount() - 2];
    if (!updated) {
      pairs.Reference(duckdb::Value(duckdb::LogicalType::BIGINT));
      return;
    }
    auto* numbers = duckdb::FlatVector::GetData<int64_t>(pairs);
    for (idx_t i = 0; i < count; ++i) numbers[i] = PairOf(local_.ids[i]);
  }

  [[noreturn]] void Fail(const RowSelection& selection, duckdb::ExpressionExecutor* message) {
    std::string text = "A row met a clause THEN ERROR.";
    if (message != nullptr) {
      DataChunk rows;
      Slice(selection, rows);
      duckdb::Vector messages(duckdb::LogicalType::VARCHAR);
      message->SetChunk(&rows);
      message->ExecuteExpression(0, messages);
      text = messages.GetValue(0).ToString();
    }
    throw Error(ErrorKind::kViolation, "merge.error", text)
        .With("table", change_.target->SqlName());
  }

  const RowChange& change_;
  RowChangeState& shared_;
  ApplyState& local_;
  DataChunk& input_;
  DataChunk& output_;
  duckdb::UnifiedVectorFormat files_;
  duckdb::UnifiedVectorFormat rows_;
  // By When: rows that no clause took yet.
  std::array<RowSelection, kCases> left_;
};

}  // namespace

ApplyRowChanges::ApplyRowChanges(duckdb::PhysicalPlan& plan, RowChangePtr change,
                                 idx_t estimated_rows)
    : duckdb::PhysicalOperator(
          plan, duckdb::PhysicalOperatorType::EXTENSION,
          change->KeepsChangedRows() ? ChangedRowTypes(*change) : RowTypes(*change),
          estimated_rows),
      change_(std::move(change)) {}

duckdb::InsertionOrderPreservingMap<duckdb::string> ApplyRowChanges::ParamsToString() const {
  duckdb::InsertionOrderPreservingMap<duckdb::string> parameters;
  parameters["Table"] = change_->target->SqlName();
  if (!change_->whole_files.empty()) {
    parameters["Whole Files"] = std::to_string(change_->whole_files.size());
  }
  return parameters;
}

duckdb::unique_ptr<duckdb::OperatorState> ApplyRowChanges::GetOperatorState(
    duckdb::ExecutionContext& context) const {
  return duckdb::make_uniq<ApplyState>(context.client, *change_, types);
}

duckdb::unique_ptr<duckdb::GlobalOperatorState> ApplyRowChanges::GetGlobalOperatorState(
    duckdb::ClientContext& context) const {
  return duckdb::make_uniq<RowChangeState>(context, change_);
}

duckdb::OperatorResultType ApplyRowChanges::Execute(duckdb::ExecutionContext& /*context*/,
                                                    DataChunk& input, DataChunk& chunk,
                                                    duckdb::GlobalOperatorState& global,
                                                    duckdb::OperatorState& state) const {
  return engine::Guarded([&] {
    ChunkDecision(*change_, global.Cast<RowChangeState>(), state.Cast<ApplyState>(), input, chunk)
        .Decide();
    return duckdb::OperatorResultType::NEED_MORE_INPUT;
  });
}

}  // namespace laguna::catalog
