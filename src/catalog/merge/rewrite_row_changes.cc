// SPDX-License-Identifier: Apache-2.0
#include "catalog/merge/rewrite_row_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "catalog/column_value/default_keyword.h"
#include "catalog/lake_table.h"
#include "catalog/merge/assigned_values.h"
#include "catalog/merge/changed_table.h"
#include "catalog/merge/evolve_by_merge.h"
#include "catalog/merge/merge_source.h"
#include "catalog/merge/set_columns.h"
#include "catalog/merge/star_by_name.h"
#include "duckdb/parser/statement/explain_statement.hpp"
#include "duckdb/parser/statement/merge_into_statement.hpp"
#include "duckdb/parser/statement/prepare_statement.hpp"
#include "duckdb/parser/statement/update_statement.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::MergeActionType;
using duckdb::MergeIntoAction;
using duckdb::MergeIntoStatement;
using duckdb::StatementType;
using engine::ChangeClause;
using engine::ChangedRows;

duckdb::MergeActionCondition ConditionOf(ChangedRows rows) {
  switch (rows) {
    case ChangedRows::kMatched:
      return duckdb::MergeActionCondition::WHEN_MATCHED;
    case ChangedRows::kNotMatched:
      return duckdb::MergeActionCondition::WHEN_NOT_MATCHED_BY_TARGET;
    case ChangedRows::kNotMatchedBySource:
      return duckdb::MergeActionCondition::WHEN_NOT_MATCHED_BY_SOURCE;
  }
  return duckdb::MergeActionCondition::WHEN_MATCHED;
}

void KeepWrittenCasts(duckdb::vector<ParsedPointer>& values) {
  for (ParsedPointer& value : values) value = KeepWrittenCast(std::move(value));
}

void RewriteUpdate(const engine::Rewriting& rewriting, duckdb::UpdateStatement& update) {
  const auto table = ChangedTable::Find(rewriting.context, *update.table);
  if (!table) return;
  KeepWrittenCasts(update.set_info->expressions);
  SetWholeColumns(*table, rewriting.options.change_clauses[0].columns, *update.set_info);
}

// INSERT (t.k, v): whole columns, by their names.
void NameInsertColumns(const ChangedTable& table, const ChangeClause& clause,
                       MergeIntoAction& action) {
  action.insert_columns.clear();
  for (const engine::ChangedColumn& column : clause.columns) {
    const ColumnPath path = table.Resolve(column);
    if (!path.fields.empty()) {
      engine::ThrowAsDuckdb(
          Error(ErrorKind::kInvalidInput, "merge.insert_field",
                "INSERT takes whole columns; a field of a struct has no row yet to go into.")
              .Hint("Insert the struct: INSERT (s) VALUES ({'field': value, ...})."),
          column.offset);
    }
    action.insert_columns.push_back(table.columns().GetColumn(path.column).Name());
  }
}

[[noreturn]] void ThrowStarBySource(const ChangeClause& clause) {
  engine::ThrowAsDuckdb(
      Error(ErrorKind::kInvalidInput, "merge.star_by_source",
            "WHEN NOT MATCHED BY SOURCE has no source row, so SET * has no values to take.")
          .Hint("Name the columns to set: UPDATE SET column = value."),
      clause.offset);
}

class MergeRewriter {
 public:
  MergeRewriter(const engine::Rewriting& rewriting, MergeIntoStatement& merge, ChangedTable table)
      : rewriting_(rewriting), merge_(merge), table_(std::move(table)) {}

  void Run() {
    const bool evolves = rewriting_.options.schema_evolution;
    if (evolves || HasStar()) source_ = MergeSource::Bind(rewriting_, merge_);
    if (evolves) {
      auto grown = EvolveByMerge(rewriting_, merge_, *table_, *source_);
      if (grown) table_.emplace(*std::move(grown));
    }
    // The tree keeps the order among clauses for the same rows.
    std::map<ChangedRows, size_t> seen;
    for (const ChangeClause& clause : rewriting_.options.change_clauses) {
      const auto& actions = merge_.actions[ConditionOf(clause.rows)];
      LAGUNA_ASSERT(seen[clause.rows] < actions.size());
      Finish(clause, *actions[seen[clause.rows]++]);
    }
  }

 private:
  [[nodiscard]] bool HasStar() const {
    const auto& clauses = rewriting_.options.change_clauses;
    return std::any_of(clauses.begin(), clauses.end(),
                       [](const ChangeClause& clause) { return clause.star; });
  }

  void Finish(const ChangeClause& clause, MergeIntoAction& action) {
    if (action.action_type == MergeActionType::MERGE_INSERT) KeepWrittenCasts(action.expressions);
    if (action.update_info) KeepWrittenCasts(action.update_info->expressions);
    if (clause.star) {
      if (clause.rows == ChangedRows::kNotMatchedBySource) ThrowStarBySource(clause);
      StarByName(*table_, *source_, rewriting_.options.schema_evolution).Expand(action, clause);
    } else if (action.action_type == MergeActionType::MERGE_UPDATE && action.update_info) {
      SetWholeColumns(*table_, clause.columns, *action.update_info);
    } else if (action.action_type == MergeActionType::MERGE_INSERT && !clause.columns.empty()) {
      NameInsertColumns(*table_, clause, action);
    }
    const auto* lake_table = dynamic_cast<const LakeTable*>(&table_->entry());
    const bool inserts = action.action_type == MergeActionType::MERGE_INSERT;
    if (inserts && lake_table != nullptr && lake_table->view()) {
      TakeOwnValuesOut(action, *lake_table);
    }
  }

  const engine::Rewriting& rewriting_;
  MergeIntoStatement& merge_;
  std::optional<ChangedTable> table_;
  std::optional<MergeSource> source_;
};

void RewriteMerge(const engine::Rewriting& rewriting, MergeIntoStatement& merge) {
  auto table = ChangedTable::Find(rewriting.context, *merge.target);
  if (table) MergeRewriter(rewriting, merge, *std::move(table)).Run();
}

void RefusePrepared(const engine::Rewriting& rewriting) {
  if (!rewriting.options.schema_evolution) return;
  throw Error(ErrorKind::kUnsupported, "merge.prepared_evolution",
              "PREPARE ... AS MERGE WITH SCHEMA EVOLUTION cannot be done: the columns are found "
              "when the statement runs.")
      .Hint("Run the MERGE without PREPARE.");
}

void Rewrite(const engine::Rewriting& rewriting, duckdb::SQLStatement& statement) {
  switch (statement.type) {
    case StatementType::UPDATE_STATEMENT:
      return RewriteUpdate(rewriting, statement.Cast<duckdb::UpdateStatement>());
    case StatementType::MERGE_INTO_STATEMENT:
      return RewriteMerge(rewriting, statement.Cast<MergeIntoStatement>());
    case StatementType::EXPLAIN_STATEMENT:
      return Rewrite(rewriting, *statement.Cast<duckdb::ExplainStatement>().stmt);
    case StatementType::PREPARE_STATEMENT:
      RefusePrepared(rewriting);
      return Rewrite(rewriting, *statement.Cast<duckdb::PrepareStatement>().statement);
    default:
      return;
  }
}

}  // namespace

void RewriteRowChanges(const engine::Rewriting& rewriting) {
  // Statements without words of ours, and UPDATE EXTENSIONS.
  if (!rewriting.options.change_clauses.empty()) Rewrite(rewriting, rewriting.statement);
}

}  // namespace laguna::catalog
