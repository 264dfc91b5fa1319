// SPDX-License-Identifier: Apache-2.0
#include "pipeline/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "catalog/session_table.h"
#include "pipeline/condition_check.h"
#include "pipeline/mistake.h"
#include "pipeline/orphaned_table.h"
#include "pipeline/planned_table.h"
#include "pipeline/stand_in_plan.h"
#include "pipeline/stream_check.h"
#include "pipeline/table_owner.h"
#include "pipeline/unknown_relation.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;
using Columns = std::vector<engine::ResultColumn>;

bool ComesBefore(const Error& left, const Error& right) {
  const auto key = [](const Error& error) {
    const base::Place place = error.place().value_or(base::Place{});
    return std::tuple(place.file, place.line, place.column);
  };
  return key(left) < key(right);
}

class Checking {
 public:
  Checking(const catalog::LakeEnvironment& environment, engine::Session& session,
           const Pipeline& pipeline, const CheckOptions& options)
      : session_(session),
        pipeline_(pipeline),
        options_(options),
        unknown_(session, pipeline),
        stand_ins_(environment, session, pipeline, report_.tables, existing_, unknown_) {}

  CheckReport Run() {
    report_.errors = pipeline_.errors;
    report_.tables.resize(pipeline_.tables.size());
    existing_.resize(pipeline_.tables.size());
    for (TableCheck& check : report_.tables) check.reason = "it is part of a circle, or reads one";
    for (const size_t table : pipeline_.graph.Order()) CheckOne(table);
    if (options_.find_orphaned_tables) TellOrphanedTables();
    std::stable_sort(report_.errors.begin(), report_.errors.end(), ComesBefore);
    return std::move(report_);
  }

 private:
  void TellOrphanedTables() {
    for (const OrphanedTable& table : FindOrphanedTables(session_, pipeline_)) {
      report_.notices.push_back(
          fmt::format("{0} was made as a {1}, but no file of the pipeline defines it any more: "
                      "nothing refreshes it. To take it away: laguna sql -c \"DROP TABLE {0}\"",
                      table.name, NameOf(table.kind)));
    }
  }

  void CheckOne(size_t number) {
    table_ = number;
    TableCheck& check = report_.tables[number];
    check.reason.clear();
    const size_t errors_before = report_.errors.size();
    try {
      CheckTable(check);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kCancelled) throw;
      if (IsMistake(error)) {
        report_.errors.push_back(error);
      } else {
        check.failure = error;
        check.reason = error.sentence();
      }
    }
    if (report_.errors.size() > errors_before || pipeline_.tables[number].broken) {
      check.state = CheckState::kWrong;
      check.reason.clear();
    }
  }

  void CheckTable(TableCheck& check) {
    if (pipeline_.tables[table_].broken) return;
    Add(CheckStreams(pipeline_.tables[table_]));
    existing_[table_] = catalog::ReadTableState(session_, pipeline_.NameOf(table_));
    CheckOwner(session_, definition(), existing_[table_], options_.made_anew.contains(table_));
    const StandInPlan plan = PlanSources(check);
    if (!check.reason.empty()) return;
    const auto columns = BindQuery(plan.plan, check);
    if (columns) CheckColumns(*columns, plan, check);
  }

  // check.reason is set when a relation of the query is not known.
  StandInPlan PlanSources(TableCheck& check) {
    StandInPlan plan = stand_ins_.PlanFor(table_);
    check.waits_for_source = plan.waits_for_source;
    check.reason = plan.missing;
    Add(std::move(plan.errors));
    return plan;
  }

  void CheckColumns(const Columns& columns, const StandInPlan& plan, TableCheck& check) {
    CheckColumnNames(definition(), columns);
    Add(CheckConditions(session_, definition(), plan.plan, columns));
    if (definition().kind == TableKind::kStreamingTable) {
      const auto error = CheckRowByRow(session_, definition(), plan.plan, plan.streams);
      if (error) report_.errors.push_back(*error);
    }
    std::vector<Error> partition_errors = CheckPartitions(definition(), columns);
    const bool can_be_made = partition_errors.empty();
    Add(std::move(partition_errors));
    if (!can_be_made) return;
    PlannedTable planned = PlanTable(session_, definition(), columns, Kept());
    Add(std::move(planned.errors));
    std::move(planned.notices.begin(), planned.notices.end(), std::back_inserter(report_.notices));
    check.columns = std::move(planned.columns);
    check.state = CheckState::kFine;
  }

  // The table that the rows of the next batch go to.
  [[nodiscard]] const catalog::TableState* Kept() const {
    const auto& existing = existing_[table_];
    const bool keeps = existing && !options_.made_anew.contains(table_) &&
                       definition().kind == TableKind::kStreamingTable;
    return keeps ? &*existing : nullptr;
  }

  // Nothing when it reads files that are not there yet.
  std::optional<Columns> BindQuery(const engine::QueryPlan& plan, TableCheck& check) try {
    return session_.Bind(*definition().table.script, definition().table.query, plan).columns;
  } catch (const Error& error) {
    if (IsNoFileYet(error)) {
      check.waits_for_source = true;
      check.reason = fmt::format("no file yet: {}", SourceAt(error));
      return std::nullopt;
    }
    if (error.kind() != ErrorKind::kNotFound) throw PlacedInQuery(error);
    std::vector<Error> unknown = unknown_.ErrorsOf(pipeline_.tables[table_]);
    if (unknown.empty()) throw PlacedInQuery(error);
    const Error last = std::move(unknown.back());
    unknown.pop_back();
    Add(std::move(unknown));
    throw last;
  }

  // The mention an error is placed at, as the user knows it.
  [[nodiscard]] std::string SourceAt(const Error& error) const {
    for (const engine::RelationMention& mention : pipeline_.tables[table_].mentions) {
      const base::Place place = definition().PlaceOf({mention.offset});
      const bool here = error.place() && error.place()->line == place.line &&
                        error.place()->column == place.column;
      if (here) return SourceText(mention);
    }
    return error.sentence();
  }

  [[nodiscard]] Error PlacedInQuery(const Error& error) const {
    if (error.place()) return error;
    return Error(error).At(definition().PlaceOf({definition().table.query.offset}));
  }

  void Add(std::vector<Error> errors) {
    for (Error& error : errors) report_.errors.push_back(std::move(error));
  }

  [[nodiscard]] const Definition& definition() const { return pipeline_.tables[table_].definition; }

  engine::Session& session_;
  const Pipeline& pipeline_;
  const CheckOptions& options_;
  // The one being checked.
  size_t table_ = 0;
  std::vector<std::optional<catalog::TableState>> existing_;
  CheckReport report_;
  UnknownRelations unknown_;
  StandInPlanner stand_ins_;
};

}  // namespace

CheckReport CheckPipeline(const catalog::LakeEnvironment& environment, engine::Session& session,
                          const Pipeline& pipeline, const CheckOptions& options) {
  return Checking(environment, session, pipeline, options).Run();
}

}  // namespace laguna::pipeline
