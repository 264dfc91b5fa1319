// SPDX-License-Identifier: Apache-2.0
#include "pipeline/condition_check.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "catalog/stream_plan.h"
#include "pipeline/mistake.h"
#include "pipeline/stand_in.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;
using engine::ResultColumn;
using Columns = std::vector<ResultColumn>;
using ingest::RowCheck;

constexpr const char* kRows = "laguna_check_rows";
constexpr const char* kCondition = "laguna_check_condition";
constexpr const char* kOneRow =
    "An expectation is a condition on one row, such as quantity > 0: no sums, windows, sub-queries "
    "or lists of columns.";

engine::AddedColumn ColumnOf(const RowCheck& check) {
  return {"expectation " + check.name, check.condition, check.offset};
}

class ConditionCheck {
 public:
  ConditionCheck(engine::Session& session, const Definition& definition,
                 const engine::QueryPlan& plan, const Columns& columns)
      : session_(session), definition_(definition), plan_(plan), columns_(columns) {}

  std::vector<Error> Run() {
    const auto& checks = definition_.table.checks;
    if (checks.empty()) return {};
    MakeStandIn(session_, kRows, columns_);
    const bool bound = BindAll();
    for (const RowCheck& check : checks) {
      if (!bound && !BindsAlone(check)) continue;
      CheckOneRow(check);
    }
    return std::move(errors_);
  }

 private:
  // Whether all is well with their names and types; tells nothing.
  bool BindAll() {
    engine::QueryPlan plan = plan_;
    for (const RowCheck& check : definition_.table.checks) {
      plan.added_columns.push_back(ColumnOf(check));
    }
    try {
      const Columns bound = Bind(plan);
      bool boolean = bound.size() == columns_.size() + plan.added_columns.size();
      for (size_t i = columns_.size(); boolean && i < bound.size(); ++i) {
        boolean = bound[i].type == "BOOLEAN";
      }
      return boolean;
    } catch (const Error& error) {
      if (!IsMistake(error)) throw;
      return false;
    }
  }

  // Tells what is wrong with its names and type.
  bool BindsAlone(const RowCheck& check) {
    engine::QueryPlan plan = plan_;
    plan.added_columns = {ColumnOf(check)};
    try {
      const Columns bound = Bind(plan);
      if (bound.back().type == "BOOLEAN") return true;
      errors_.push_back(NotBoolean(check, bound.back().type));
    } catch (const Error& error) {
      if (!IsMistake(error)) throw;
      errors_.push_back(PlacedIn(check, error));
    }
    return false;
  }

  // Rows in, as many truth values out.
  void CheckOneRow(const RowCheck& check) {
    const engine::Script script(
        fmt::format("SELECT (\n{}\n) FROM temp.main.{}", check.condition, kRows), "");
    const engine::ScriptStatement& query = script.statements().front();
    std::optional<std::string> obstacle;
    try {
      if (session_.Bind(script, query).columns.size() != 1) obstacle = "several columns";
      const engine::QueryTarget target{engine::QueryTarget::Kind::kTemporaryView, {kCondition}};
      session_.RunQuery(script, query, {.target = target});
      if (!obstacle) {
        const auto found = catalog::FindStreamObstacle(session_, kCondition, {kRows},
                                                       catalog::RowUse::kOneRowOfEachRow);
        if (found) obstacle = found->what;
      }
    } catch (const Error& error) {
      if (!IsMistake(error)) throw;
      obstacle = "more than the query's columns";
    }
    if (!obstacle) return;
    errors_.push_back(Error(ErrorKind::kInvalidInput, "pipeline.expectation",
                            fmt::format("The expectation '{}' asks for {}.", check.name, *obstacle))
                          .Hint(kOneRow)
                          .At(PlaceOf(check)));
  }

  Columns Bind(const engine::QueryPlan& plan) {
    return session_.Bind(*definition_.table.script, definition_.table.query, plan).columns;
  }

  [[nodiscard]] base::Place PlaceOf(const RowCheck& check) const {
    return definition_.PlaceOf({check.offset, check.condition.size()});
  }

  [[nodiscard]] Error NotBoolean(const RowCheck& check, std::string_view type) const {
    return Error(ErrorKind::kInvalidInput, "pipeline.expectation_type",
                 fmt::format("The expectation '{}' has to be true or false for each row, but is of "
                             "type {}.",
                             check.name, type))
        .Hint("Write a condition, such as quantity > 0.")
        .At(PlaceOf(check));
  }

  // An expression that is wrong as a whole is placed by the engine where no user would look.
  [[nodiscard]] Error PlacedIn(const RowCheck& check, const Error& error) const {
    const auto position = [](const base::Place& place) {
      return std::pair(place.line, place.column);
    };
    const base::Place begin = PlaceOf(check);
    const base::Place end = definition_.PlaceOf({check.offset + check.condition.size()});
    if (error.place() && position(begin) <= position(*error.place()) &&
        position(*error.place()) < position(end)) {
      return error;
    }
    return Error(error).Hint(kOneRow).At(begin);
  }

  engine::Session& session_;
  const Definition& definition_;
  const engine::QueryPlan& plan_;
  const Columns& columns_;
  std::vector<Error> errors_;
};

}  // namespace

std::vector<Error> CheckConditions(engine::Session& session, const Definition& definition,
                                   const engine::QueryPlan& plan, const Columns& columns) {
  return ConditionCheck(session, definition, plan, columns).Run();
}

}  // namespace laguna::pipeline
