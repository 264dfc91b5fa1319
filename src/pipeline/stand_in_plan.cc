// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stand_in_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ingest/source_columns.h"
#include "ingest/stream_update.h"
#include "pipeline/stand_in.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;
using engine::RelationMention;
using Columns = std::vector<engine::ResultColumn>;

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

bool SameColumns(const Columns& left, const Columns& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const engine::ResultColumn& one, const engine::ResultColumn& other) {
                      return one.name == other.name && one.type == other.type;
                    });
}

base::Place PlaceOf(const Definition& definition, const RelationMention& mention) {
  return definition.PlaceOf({mention.offset, LengthOf(mention)});
}

template <typename Action>
auto Placed(const Definition& definition, const RelationMention& mention, const Action& action) {
  try {
    return action();
  } catch (const Error& error) {
    if (error.place() && !error.place()->file.empty()) throw;
    throw Error(error).At(PlaceOf(definition, mention));
  }
}

Error StreamOfView(const std::string& view) {
  return Error(ErrorKind::kInvalidInput, "pipeline.stream_of_view",
               fmt::format("{} is a materialized view: its rows are made anew, so it has no new "
                           "ones to stream.",
                           view))
      .Hint(
          "Leave STREAM out and make this a materialized view too, or stream what the view "
          "reads.");
}

Error NoStreamSource(const RelationMention& mention) {
  return Error(ErrorKind::kUnsupported, "pipeline.stream_source",
               fmt::format("'{}' cannot be read as a stream.", fmt::join(mention.name, ".")))
      .Hint(
          "A stream reads files (STREAM read_files(...)) or a table of the lake (STREAM "
          "zone.table).");
}

}  // namespace

std::string SourceText(const RelationMention& mention) {
  if (!mention.call) return mention.name.back();
  std::string arguments;
  for (const engine::Value& argument : mention.call->arguments) {
    if (!arguments.empty()) arguments += ", ";
    arguments += fmt::format("'{}'", argument.ToText());
  }
  return fmt::format("{}({})", mention.name.back(), arguments);
}

StandInPlanner::StandInPlanner(const catalog::LakeEnvironment& environment,
                               engine::Session& session, const Pipeline& pipeline,
                               const std::vector<TableCheck>& checks,
                               const std::vector<std::optional<catalog::TableState>>& existing,
                               UnknownRelations& unknown)
    : environment_(environment),
      session_(session),
      pipeline_(pipeline),
      checks_(checks),
      existing_(existing),
      unknown_(unknown) {
  for (size_t i = 0; i < pipeline.tables.size(); ++i) {
    numbers_.emplace(TableKey(pipeline.NameOf(i)), i);
  }
}

StandInPlan StandInPlanner::PlanFor(size_t table) {
  table_ = table;
  StandInPlan result;
  for (const RelationMention& mention : pipeline_.tables[table].mentions) {
    const auto replacement = Replace(mention, result);
    if (!replacement) continue;
    result.plan.replacements.push_back({mention.offset, *replacement});
    if (mention.streaming) result.streams.insert(*replacement);
  }
  return result;
}

std::optional<std::string> StandInPlanner::Replace(const RelationMention& mention,
                                                   StandInPlan& result) {
  if (mention.call) return mention.streaming ? ReplaceFunction(mention, result) : std::nullopt;
  const auto name = LakeName(mention.name);
  const auto number = name ? numbers_.find(TableKey(*name)) : numbers_.end();
  if (number != numbers_.end()) return ReplaceTable(mention, number->second, result);
  if (name && pipeline_.misread.contains(TableKey(*name))) {
    result.missing = fmt::format("{} has errors", *name);
    return std::nullopt;
  }
  if (name && IsSideTable(*name) && !catalog::ReadTableState(session_, *name)) {
    result.waits_for_source = true;
    result.missing = fmt::format("{} is not there yet", *name);
    return std::nullopt;
  }
  return mention.streaming ? ReplaceStranger(mention, result) : std::nullopt;
}

// Of a table of the pipeline: made when the first row goes there.
bool StandInPlanner::IsSideTable(const std::string& name) const {
  const auto owner = OwnerOfSideTable(name);
  return owner && numbers_.contains(TableKey(*owner));
}

std::optional<std::string> StandInPlanner::ReplaceFunction(const RelationMention& mention,
                                                           StandInPlan& result) {
  const auto columns = Placed(definition(), mention, [&] {
    return ingest::SourceColumns(environment_, session_, definition().table.table, mention);
  });
  if (columns) return StandInFor(mention, *columns);
  result.waits_for_source = true;
  result.missing = fmt::format("no file yet: {}", SourceText(mention));
  return std::nullopt;
}

std::optional<std::string> StandInPlanner::ReplaceTable(const RelationMention& mention,
                                                        size_t source, StandInPlan& result) {
  const TableCheck& known = checks_[source];
  const std::string& name = pipeline_.NameOf(source);
  const TableKind kind = pipeline_.tables[source].definition.kind;
  if (mention.streaming && kind == TableKind::kMaterializedView) {
    result.errors.push_back(StreamOfView(name).At(PlaceOf(definition(), mention)));
    result.missing = "it has errors";
  } else if (known.state != CheckState::kFine) {
    result.waits_for_source |= known.waits_for_source;
    const bool wrong = known.state == CheckState::kWrong;
    result.missing = fmt::format("{} {}", name, wrong ? "has errors" : "is not checked");
  } else if (!MayStay(mention, source)) {
    if (mention.streaming || !AsksForVersion(definition(), mention)) {
      return StandInFor(mention, known.columns);
    }
    result.missing = fmt::format("{} has no old versions yet", name);
  }
  return std::nullopt;
}

bool StandInPlanner::MayStay(const RelationMention& mention, size_t source) const {
  const auto& existing = existing_[source];
  if (mention.streaming || !existing) return false;
  return AsksForVersion(definition(), mention) ||
         SameColumns(existing->columns, checks_[source].columns);
}

// A table that the pipeline does not make.
std::optional<std::string> StandInPlanner::ReplaceStranger(const RelationMention& mention,
                                                           StandInPlan& result) {
  const auto name = LakeName(mention.name);
  const auto state =
      name ? Placed(definition(), mention, [&] { return catalog::ReadTableState(session_, *name); })
           : std::nullopt;
  if (state) return StandInFor(mention, state->columns);
  result.missing = "it has errors";
  auto error = unknown_.ErrorOf(definition(), mention);
  if (!error) error = NoStreamSource(mention).At(PlaceOf(definition(), mention));
  result.errors.push_back(std::move(*error));
  return std::nullopt;
}

std::string StandInPlanner::StandInFor(const RelationMention& mention, const Columns& columns) {
  std::string name = fmt::format("laguna_check_{}_{}", table_, mention.offset);
  MakeStandIn(session_, name, columns);
  return name;
}

}  // namespace laguna::pipeline
