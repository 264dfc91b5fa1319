// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stream_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "catalog/stream_plan.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;
using engine::RelationMention;

constexpr const char* kStreamView = "laguna_check_stream";

Error StreamInView(const Definition& definition, const RelationMention& mention) {
  return Error(ErrorKind::kInvalidInput, "pipeline.stream_in_view",
               fmt::format("{} is a materialized view: it reads all rows, not a stream.",
                           definition.table.table))
      .Hint("Leave STREAM out, or make it a STREAMING TABLE.")
      .At(definition.PlaceOf({mention.offset, LengthOf(mention)}));
}

Error NoStream(const Definition& definition) {
  return Error(ErrorKind::kInvalidInput, "pipeline.no_stream",
               fmt::format("{} is a streaming table, but its query reads no stream.",
                           definition.table.table))
      .Hint("Write STREAM before what it reads new rows of, or make it a MATERIALIZED VIEW.")
      .At(definition.PlaceOf({definition.table.query.offset}));
}

// Where the word stands in the query, if it does so once; else where the query begins.
size_t OffsetOfWord(const engine::ScriptStatement& query, std::string_view word) {
  std::optional<size_t> offset;
  for (const engine::Token& token : query.tokens) {
    if (!token.Is(word)) continue;
    if (offset) return query.offset;
    offset = token.offset;
  }
  return offset.value_or(query.offset);
}

}  // namespace

std::vector<Error> CheckStreams(const PipelineTable& table) {
  std::vector<Error> errors;
  if (table.definition.kind == TableKind::kMaterializedView) {
    for (const RelationMention& mention : table.mentions) {
      if (mention.streaming) errors.push_back(StreamInView(table.definition, mention));
    }
  } else if (std::none_of(table.mentions.begin(), table.mentions.end(),
                          [](const RelationMention& mention) { return mention.streaming; })) {
    errors.push_back(NoStream(table.definition));
  }
  return errors;
}

std::optional<Error> CheckRowByRow(engine::Session& session, const Definition& definition,
                                   engine::QueryPlan plan, const std::set<std::string>& streams) {
  const engine::ScriptStatement& query = definition.table.query;
  plan.target = engine::QueryTarget{engine::QueryTarget::Kind::kTemporaryView, {kStreamView}};
  session.RunQuery(*definition.table.script, query, plan);
  const auto obstacle = catalog::FindStreamObstacle(session, kStreamView, streams);
  if (!obstacle) return std::nullopt;
  return Error(ErrorKind::kInvalidInput, "pipeline.not_row_by_row",
               fmt::format("{} takes its stream in batch by batch, where each row stands for "
                           "itself; its query asks for {}.",
                           definition.table.table, obstacle->what))
      .Hint(
          "Let the streaming table take in the rows, and ask that of a MATERIALIZED VIEW that "
          "reads it.")
      .At(definition.PlaceOf({OffsetOfWord(query, obstacle->keyword)}));
}

}  // namespace laguna::pipeline
