// SPDX-License-Identifier: Apache-2.0
#include "pipeline/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/nearest_name.h"
#include "catalog/session_table.h"
#include "catalog/stream_plan.h"
#include "ingest/lake_table_name.h"
#include "ingest/source_column.h"
#include "ingest/stream_update.h"
#include "pipeline/condition_check.h"
#include "pipeline/materialized_view.h"
#include "pipeline/mistake.h"
#include "pipeline/stand_in.h"
#include "pipeline/unknown_relation.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;
using engine::RelationMention;
using engine::ResultColumn;
using Columns = std::vector<ResultColumn>;

// Tables that a stream feeds have it (ingest/stream_update.h).
constexpr const char* kStreamProperty = "laguna.streamId";
constexpr const char* kStreamView = "laguna_check_stream";

// Whether `bronze.sales AT (VERSION => 3)` or the like stands at the mention.
bool AsksForVersion(const Definition& definition, const RelationMention& mention) {
  const auto& tokens = definition.table.query.tokens;
  auto token = std::find_if(tokens.begin(), tokens.end(),
                            [&](const engine::Token& one) { return one.offset == mention.offset; });
  for (size_t part = 0; part < 2 * mention.name.size() - 1 && token != tokens.end(); ++part)
    ++token;
  if (token == tokens.end()) return false;
  return token->Is("AT") || token->Is("VERSION") || token->Is("TIMESTAMP") || token->Is("FOR");
}

std::string PartitionsText(const std::vector<std::string>& columns) {
  return columns.empty() ? "not partitioned"
                         : fmt::format("partitioned by ({})", fmt::join(columns, ", "));
}

bool SameColumns(const Columns& left, const Columns& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const ResultColumn& one, const ResultColumn& other) {
                      return one.name == other.name && one.type == other.type;
                    });
}

const ResultColumn* Find(const Columns& columns, std::string_view name) {
  const std::string key = TableKey(name);
  for (const ResultColumn& column : columns) {
    if (TableKey(column.name) == key) return &column;
  }
  return nullptr;
}

// "read_files('landing/sales/*.csv')": a function as the user knows it, options left out.
std::string CallText(const RelationMention& mention) {
  std::string arguments;
  for (const engine::Value& argument : mention.call->arguments) {
    if (!arguments.empty()) arguments += ", ";
    arguments += fmt::format("'{}'", argument.ToText());
  }
  return fmt::format("{}({})", mention.name.back(), arguments);
}

class Checking {
 public:
  Checking(const catalog::LakeEnvironment& environment, engine::Session& session,
           const Pipeline& pipeline, const CheckOptions& options)
      : environment_(environment),
        session_(session),
        pipeline_(pipeline),
        options_(options),
        unknown_(session, pipeline) {
    for (size_t i = 0; i < pipeline.tables.size(); ++i) {
      numbers_.emplace(TableKey(pipeline.NameOf(i)), i);
    }
  }

  CheckReport Run() {
    report_.errors = pipeline_.errors;
    report_.tables.resize(pipeline_.tables.size());
    existing_.resize(pipeline_.tables.size());
    for (TableCheck& check : report_.tables) check.reason = "it is part of a circle, or reads one";
    for (const size_t table : pipeline_.graph.Order()) CheckOne(table);
    std::stable_sort(report_.errors.begin(), report_.errors.end(), ComesBefore);
    return std::move(report_);
  }

 private:
  static bool ComesBefore(const Error& left, const Error& right) {
    const auto key = [](const Error& error) {
      const base::Place place = error.place().value_or(base::Place{});
      return std::tuple(place.file, place.line, place.column);
    };
    return key(left) < key(right);
  }

  template <typename Action>
  auto Placed(const RelationMention& mention, const Action& action) {
    try {
      return action();
    } catch (const Error& error) {
      if (error.place() && !error.place()->file.empty()) throw;
      throw Error(error).At(definition().PlaceOf({mention.offset, LengthOf(mention)}));
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
    CheckStreams();
    existing_[table_] = catalog::ReadTableState(session_, pipeline_.NameOf(table_));
    CheckOwner();
    const engine::QueryPlan plan = ReplaceSources(check);
    if (!check.reason.empty()) return;
    const auto bound = BindQuery(plan, check);
    if (!bound) return;
    const Columns& columns = *bound;
    CheckNames(columns);
    for (Error& error : CheckConditions(session_, definition(), plan, columns)) {
      report_.errors.push_back(std::move(error));
    }
    if (definition().kind == TableKind::kStreamingTable) CheckRowByRow(plan);
    if (!CheckPartitions(columns)) return;
    check.columns = PlannedColumns(columns);
    check.state = CheckState::kFine;
  }

  // A streaming table reads a stream, a materialized view none.
  void CheckStreams() {
    bool streaming = false;
    for (const RelationMention& mention : mentions()) {
      if (!mention.streaming) continue;
      streaming = true;
      if (definition().kind == TableKind::kMaterializedView) {
        Add(Error(ErrorKind::kInvalidInput, "pipeline.stream_in_view",
                  fmt::format("{} is a materialized view: it reads all rows, not a stream.",
                              definition().table.table))
                .Hint("Leave STREAM out, or make it a STREAMING TABLE."),
            mention.offset, LengthOf(mention));
      }
    }
    if (streaming || definition().kind == TableKind::kMaterializedView) return;
    Add(Error(ErrorKind::kInvalidInput, "pipeline.no_stream",
              fmt::format("{} is a streaming table, but its query reads no stream.",
                          definition().table.table))
            .Hint("Write STREAM before what it reads new rows of, or make it a MATERIALIZED VIEW."),
        definition().table.query.offset);
  }

  // What is there under the name must be ours to fill.
  void CheckOwner() {
    const auto& existing = existing_[table_];
    if (!existing) return RefuseForeignSideTables();
    const std::string& name = definition().table.table;
    const bool is_view = IsMaterializedView(*existing);
    if (definition().kind == TableKind::kMaterializedView) {
      if (is_view) return;
      RefuseOwner(fmt::format("{} is there, but no materialized view made it.", name), name);
    } else if (is_view) {
      RefuseOwner(fmt::format("{} is there as a materialized view.", name), name);
    } else if (!existing->properties.contains(kStreamProperty) &&
               !options_.made_anew.contains(table_)) {
      RefuseOwner(fmt::format("{} is there, but no stream feeds it.", name), name,
                  fmt::format("Was it replaced by hand? Then make it anew from its sources: laguna "
                              "pipeline run --full-refresh {}. ",
                              name));
    }
  }

  // The first refresh replaces what lies there; a refresh that was killed has left its mark on it.
  void RefuseForeignSideTables() {
    const std::string& table = definition().table.table;
    for (const std::string& name :
         {ingest::ErrorsTableOf(table), ingest::QuarantineTableOf(table)}) {
      const auto side_table = catalog::ReadTableState(session_, name);
      if (!side_table || !side_table->transaction_versions.empty()) continue;
      RefuseOwner(
          fmt::format("{} is there, but {}, whose rows it would keep, is not.", name, table), name);
    }
  }

  // Not the pipeline's mistake: its other tables can be refreshed.
  void RefuseOwner(std::string sentence, const std::string& name, std::string_view way_out = "") {
    throw Error(ErrorKind::kExists, "pipeline.foreign_table", std::move(sentence))
        .Hint(fmt::format("{}Give the definition another name, or take the table away: laguna sql "
                          "-c \"DROP TABLE {}\"",
                          way_out, name))
        .At(definition().place())
        .With("table", name);
  }

  // What the query's relations are replaced by; check.reason is set when one of them is not known.
  engine::QueryPlan ReplaceSources(TableCheck& check) {
    engine::QueryPlan plan;
    for (const RelationMention& mention : mentions()) {
      const auto replacement = ReplaceSource(mention, check);
      if (replacement) plan.replacements.push_back({mention.offset, *replacement});
    }
    return plan;
  }

  std::optional<std::string> ReplaceSource(const RelationMention& mention, TableCheck& check) {
    if (mention.call) {
      return mention.streaming ? ReplaceFunction(mention, check) : std::nullopt;
    }
    const auto name = LakeName(mention.name);
    const auto number = name ? numbers_.find(TableKey(*name)) : numbers_.end();
    if (number != numbers_.end()) return ReplaceTable(mention, number->second, check);
    if (name && pipeline_.misread.contains(TableKey(*name))) {
      check.reason = fmt::format("{} has errors", *name);
      return std::nullopt;
    }
    if (name && IsSideTable(*name) && !catalog::ReadTableState(session_, *name)) {
      check.waits_for_source = true;
      check.reason = fmt::format("{} is not there yet", *name);
      return std::nullopt;
    }
    return mention.streaming ? ReplaceStranger(mention, check) : std::nullopt;
  }

  // Of a table of the pipeline: made when the first row goes there.
  [[nodiscard]] bool IsSideTable(const std::string& name) const {
    const auto owner = OwnerOfSideTable(name);
    return owner && numbers_.contains(TableKey(*owner));
  }

  std::optional<std::string> ReplaceFunction(const RelationMention& mention, TableCheck& check) {
    const auto columns = Placed(mention, [&] {
      return ingest::SourceColumns(environment_, session_, definition().table.table, mention);
    });
    if (!columns) {
      check.waits_for_source = true;
      check.reason = fmt::format("no file yet: {}", CallText(mention));
      return std::nullopt;
    }
    return StandIn(mention, *columns);
  }

  std::optional<std::string> ReplaceTable(const RelationMention& mention, size_t source,
                                          TableCheck& check) {
    const TableCheck& known = report_.tables[source];
    if (mention.streaming &&
        pipeline_.tables[source].definition.kind == TableKind::kMaterializedView) {
      Add(Error(ErrorKind::kInvalidInput, "pipeline.stream_of_view",
                fmt::format("{} is a materialized view: its rows are made anew, so it has no new "
                            "ones to stream.",
                            pipeline_.NameOf(source)))
              .Hint("Leave STREAM out and make this a materialized view too, or stream what the "
                    "view reads."),
          mention.offset, LengthOf(mention));
      check.reason = "it has errors";
      return std::nullopt;
    }
    if (known.state != CheckState::kFine) {
      check.waits_for_source |= known.waits_for_source;
      check.reason = known.state == CheckState::kWrong
                         ? fmt::format("{} has errors", pipeline_.NameOf(source))
                         : fmt::format("{} is not checked", pipeline_.NameOf(source));
      return std::nullopt;
    }
    // The table itself where it will do: only it can be asked for its old versions.
    const auto& existing = existing_[source];
    const bool old_version = !mention.streaming && AsksForVersion(definition(), mention);
    if (!mention.streaming && existing &&
        (old_version || SameColumns(existing->columns, known.columns))) {
      return std::nullopt;
    }
    if (old_version) {
      check.reason = fmt::format("{} has no old versions yet", pipeline_.NameOf(source));
      return std::nullopt;
    }
    return StandIn(mention, known.columns);
  }

  // A table that the pipeline does not make.
  std::optional<std::string> ReplaceStranger(const RelationMention& mention, TableCheck& check) {
    const auto name = LakeName(mention.name);
    const auto state =
        name ? Placed(mention, [&] { return catalog::ReadTableState(session_, *name); })
             : std::nullopt;
    if (state) return StandIn(mention, state->columns);
    check.reason = "it has errors";
    if (const auto error = unknown_.ErrorOf(definition(), mention)) {
      report_.errors.push_back(*error);
    } else {
      Add(Error(ErrorKind::kUnsupported, "pipeline.stream_source",
                fmt::format("'{}' cannot be read as a stream.", fmt::join(mention.name, ".")))
              .Hint("A stream reads files (STREAM read_files(...)) or a table of the lake (STREAM "
                    "zone.table)."),
          mention.offset, LengthOf(mention));
    }
    return std::nullopt;
  }

  std::string StandIn(const RelationMention& mention, const Columns& columns) {
    std::string name = StandInName(mention);
    MakeStandIn(session_, name, columns);
    return name;
  }

  [[nodiscard]] std::string StandInName(const RelationMention& mention) const {
    return fmt::format("laguna_check_{}_{}", table_, mention.offset);
  }

  // Nothing when it reads files that are not there yet.
  std::optional<Columns> BindQuery(const engine::QueryPlan& plan, TableCheck& check) {
    try {
      return Bind(plan).columns;
    } catch (const Error& error) {
      if (IsNoFileYet(error)) {
        check.waits_for_source = true;
        check.reason = fmt::format("no file yet: {}", SourceAt(error));
        return std::nullopt;
      }
      if (error.kind() != ErrorKind::kNotFound) throw PlacedInQuery(error);
      std::vector<Error> unknown = unknown_.ErrorsOf(pipeline_.tables[table_]);
      if (unknown.empty()) throw PlacedInQuery(error);
      for (size_t i = 0; i + 1 < unknown.size(); ++i) report_.errors.push_back(unknown[i]);
      throw unknown.back();
    }
  }

  // The mention an error is placed at, as the user knows it.
  std::string SourceAt(const Error& error) const {
    for (const RelationMention& mention : mentions()) {
      const base::Place place = definition().PlaceOf({mention.offset});
      const bool here = error.place() && error.place()->line == place.line &&
                        error.place()->column == place.column;
      if (here) return mention.call ? CallText(mention) : mention.name.back();
    }
    return error.sentence();
  }

  engine::BoundQuery Bind(const engine::QueryPlan& plan) {
    return session_.Bind(*definition().table.script, definition().table.query, plan);
  }

  // Names of columns that ingest adds to the rows it checks.
  [[nodiscard]] bool IsReserved(const std::string& key) const {
    const auto& checks = definition().table.checks;
    const bool quarantines =
        std::any_of(checks.begin(), checks.end(), [](const ingest::RowCheck& check) {
          return check.on_violation == ingest::OnViolation::kQuarantine;
        });
    return (quarantines && (key == "_violations" || key == "_batch")) ||
           (!checks.empty() && key.starts_with("__laguna_check_"));
  }

  void CheckNames(const Columns& columns) {
    for (const ResultColumn& column : columns) {
      if (!IsReserved(TableKey(column.name))) continue;
      throw Error(ErrorKind::kInvalidInput, "pipeline.reserved_column",
                  fmt::format("The query of {} gives a column '{}', a name that expectations need.",
                              definition().table.table, column.name))
          .Hint("Give it another name with AS, or leave it out: SELECT * EXCLUDE (...).")
          .At(definition().PlaceOf({definition().table.query.offset}))
          .With("column", column.name);
    }
    std::set<std::string> seen;
    for (const ResultColumn& column : columns) {
      if (seen.insert(TableKey(column.name)).second) continue;
      throw Error(ErrorKind::kInvalidInput, "pipeline.duplicate_column",
                  fmt::format("The query of {} gives two columns '{}'.", definition().table.table,
                              column.name))
          .Hint("Give one of them another name with AS, or leave it out: SELECT * EXCLUDE (...).")
          .At(definition().PlaceOf({definition().table.query.offset}))
          .With("column", column.name);
    }
  }

  bool CheckPartitions(const Columns& columns) {
    std::vector<std::string> names;
    for (const ResultColumn& column : columns) names.push_back(column.name);
    const ingest::TableDefinition& table = definition().table;
    bool all_there = true;
    for (size_t i = 0; i < table.partition_by.size(); ++i) {
      if (Find(columns, table.partition_by[i]) != nullptr) continue;
      all_there = false;
      const SourceRange& place = definition().partition_places[i];
      Add(Error(ErrorKind::kNotFound, "pipeline.partition",
                fmt::format("The query of {} gives no column '{}' to partition by.", table.table,
                            table.partition_by[i]))
              .Hint(base::SuggestName(table.partition_by[i], names)),
          place.offset, place.length);
    }
    return all_there;
  }

  // What only a whole table can give would depend on how its rows fell into batches.
  void CheckRowByRow(engine::QueryPlan plan) {
    std::set<std::string> streams;
    for (const RelationMention& mention : mentions()) {
      if (mention.streaming) streams.insert(StandInName(mention));
    }
    plan.target = engine::QueryTarget{engine::QueryTarget::Kind::kTemporaryView, {kStreamView}};
    session_.RunQuery(*definition().table.script, definition().table.query, plan);
    const auto obstacle = catalog::FindStreamObstacle(session_, kStreamView, streams);
    if (!obstacle) return;
    Add(Error(
            ErrorKind::kInvalidInput, "pipeline.not_row_by_row",
            fmt::format("{} takes its stream in batch by batch, where each row stands for itself; "
                        "its query asks for {}.",
                        definition().table.table, obstacle->what))
            .Hint("Let the streaming table take in the rows, and ask that of a MATERIALIZED VIEW "
                  "that reads it."),
        PlaceOfWord(obstacle->keyword));
  }

  // Where the word stands in the query, if it does so once; else where the query begins.
  [[nodiscard]] size_t PlaceOfWord(std::string_view word) const {
    std::optional<size_t> offset;
    for (const engine::Token& token : definition().table.query.tokens) {
      if (!token.Is(word)) continue;
      if (offset) return definition().table.query.offset;
      offset = token.offset;
    }
    return offset.value_or(definition().table.query.offset);
  }

  // As the lake will store them, with what the table has and the query does not give.
  Columns PlannedColumns(const Columns& query_columns) {
    Columns stored = TrialColumns(query_columns);
    const auto& existing = existing_[table_];
    const bool keeps = existing && !options_.made_anew.contains(table_) &&
                       definition().kind == TableKind::kStreamingTable;
    if (!keeps) return stored;
    CheckAgainst(*existing, stored);
    TellWhatStays(*existing);
    Columns planned = existing->columns;
    for (const ResultColumn& column : stored) {
      if (Find(planned, column.name) == nullptr) planned.push_back(column);
    }
    return planned;
  }

  Columns TrialColumns(const Columns& columns) {
    try {
      return StoredColumns(session_, definition(), columns);
    } catch (const Error& error) {
      // Its place is in a statement of ours.
      throw Error(error).At(definition().place());
    }
  }

  void CheckAgainst(const catalog::TableState& existing, const Columns& stored) {
    const std::string& name = definition().table.table;
    const std::string hint =
        fmt::format("Read everything anew: laguna pipeline run --full-refresh {}", name);
    for (const ResultColumn& column : stored) {
      const ResultColumn* old = Find(existing.columns, column.name);
      if (old == nullptr || ingest::FitsInto(column.type, old->type)) continue;
      Add(Error(ErrorKind::kInvalidInput, "pipeline.type_changed",
                fmt::format("{} has the column '{}' as {}, but its query gives {}.", name,
                            old->name, old->type, column.type))
              .Hint(fmt::format("Cast it to {} in the query. {}", old->type, hint))
              .With("column", old->name),
          definition().name.offset, definition().name.length);
    }
    if (SameNames(existing.partition_by, definition().table.partition_by)) return;
    Add(Error(ErrorKind::kInvalidInput, "pipeline.partition_changed",
              fmt::format("{} is {}, but its definition says {}.", name,
                          PartitionsText(existing.partition_by),
                          PartitionsText(definition().table.partition_by)))
            .Hint(hint),
        definition().name.offset, definition().name.length);
  }

  // A table that is there keeps its comment and properties.
  void TellWhatStays(const catalog::TableState& existing) {
    const ingest::TableDefinition& table = definition().table;
    std::string what;
    if (existing.comment != table.comment) what = "COMMENT";
    const bool same_properties =
        std::all_of(table.properties.begin(), table.properties.end(), [&](const auto& property) {
          const auto known = existing.properties.find(property.first);
          return known != existing.properties.end() &&
                 TableKey(known->second) == TableKey(property.second);
        });
    if (!same_properties) what += what.empty() ? "TBLPROPERTIES" : " and TBLPROPERTIES";
    if (what.empty()) return;
    report_.notices.push_back(
        fmt::format("{}: the table is there and keeps its own {} until it is read anew: laguna "
                    "pipeline run --full-refresh {}",
                    table.table, what, table.table));
  }

  static bool SameNames(const std::vector<std::string>& left,
                        const std::vector<std::string>& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const std::string& one, const std::string& other) {
                        return TableKey(one) == TableKey(other);
                      });
  }

  [[nodiscard]] Error PlacedInQuery(const Error& error) const {
    if (error.place()) return error;
    return Error(error).At(definition().PlaceOf({definition().table.query.offset}));
  }

  void Add(Error error, size_t offset, size_t length = 1) {
    report_.errors.push_back(std::move(error).At(definition().PlaceOf({offset, length})));
  }

  [[nodiscard]] const Definition& definition() const { return pipeline_.tables[table_].definition; }
  [[nodiscard]] const std::vector<RelationMention>& mentions() const {
    return pipeline_.tables[table_].mentions;
  }

  const catalog::LakeEnvironment& environment_;
  engine::Session& session_;
  const Pipeline& pipeline_;
  const CheckOptions& options_;
  UnknownRelations unknown_;
  std::map<std::string, size_t> numbers_;
  // The one being checked.
  size_t table_ = 0;
  std::vector<std::optional<catalog::TableState>> existing_;
  CheckReport report_;
};

}  // namespace

CheckReport CheckPipeline(const catalog::LakeEnvironment& environment, engine::Session& session,
                          const Pipeline& pipeline, const CheckOptions& options) {
  return Checking(environment, session, pipeline, options).Run();
}

}  // namespace laguna::pipeline
