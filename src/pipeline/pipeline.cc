// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "ingest/lake_table_name.h"
#include "pipeline/pipeline_files.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;
using engine::RelationMention;
using TableNumbers = std::map<std::string, size_t>;

// What views of the lake read; each is asked for once.
class ViewReading {
 public:
  explicit ViewReading(engine::Session& session) : session_(session) {}

  // Names of lake tables below the view; empty for a table, or for what cannot be bound, which the
  // check will say.
  const std::set<std::string>& TablesBelow(const std::string& relation) {
    const auto [known, missing] = below_.try_emplace(TableKey(relation));
    if (missing) known->second = Ask(relation);
    return known->second;
  }

 private:
  std::set<std::string> Ask(const std::string& relation) {
    std::set<std::string> tables;
    try {
      const engine::Script script("FROM " + ingest::QuotedTable(relation), "");
      const engine::BoundQuery query = session_.Bind(script, script.statements().front());
      for (const engine::BoundRelation& inner : query.relations) {
        const auto name = LakeName(inner.qualified_name);
        if (name && !inner.offset) tables.insert(*name);
      }
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kCancelled) throw;
    }
    return tables;
  }

  engine::Session& session_;
  std::map<std::string, std::set<std::string>> below_;
};

TableNumbers NumbersOf(const std::vector<PipelineTable>& tables) {
  TableNumbers numbers;
  for (size_t i = 0; i < tables.size(); ++i) {
    numbers.emplace(TableKey(tables[i].definition.table.table), i);
  }
  return numbers;
}

std::vector<Edge> EdgesOf(const std::vector<PipelineTable>& tables, engine::Session& session) {
  const TableNumbers numbers = NumbersOf(tables);
  ViewReading views(session);
  std::vector<Edge> edges;
  const auto add = [&](size_t reader, const std::string& name, size_t offset) {
    const auto source = numbers.find(TableKey(OwnerOfSideTable(name).value_or(name)));
    if (source == numbers.end()) return false;
    edges.push_back({reader, source->second, offset});
    return true;
  };
  for (size_t i = 0; i < tables.size(); ++i) {
    for (const RelationMention& mention : tables[i].mentions) {
      const auto name = mention.call ? std::nullopt : LakeName(mention.name);
      if (!name || add(i, *name, mention.offset)) continue;
      for (const std::string& below : views.TablesBelow(*name)) add(i, below, mention.offset);
    }
  }
  return edges;
}

Error CycleError(const Pipeline& pipeline, const std::vector<Edge>& way) {
  std::string story;
  for (const Edge& edge : way) {
    const Definition& reader = pipeline.tables[edge.reader].definition;
    const base::Place place = reader.PlaceOf({edge.offset});
    story += fmt::format("{} reads {} ({}:{}:{})", story.empty() ? reader.table.table : ", which",
                         pipeline.NameOf(edge.source), place.file, place.line, place.column);
  }
  const size_t first = way.front().reader;
  return Error(ErrorKind::kInvalidInput, "pipeline.cycle",
               way.size() == 1 ? fmt::format("A table cannot read itself: {}.", story)
                               : fmt::format("These tables read each other: {}.", story))
      .Hint("Take one of these reads away, or move what both need into a table of its own.")
      .At(pipeline.tables[first].definition.PlaceOf({way.front().offset}))
      .With("table", pipeline.NameOf(first));
}

// Of errors that name a table; what has no name yet is nobody's source.
std::set<std::string> TablesIn(const std::vector<Error>& errors) {
  std::set<std::string> tables;
  for (const Error& error : errors) {
    for (const auto& [name, value] : error.values()) {
      if (name == "table") tables.insert(TableKey(value));
    }
  }
  return tables;
}

Error EmptyPipeline() {
  return Error(ErrorKind::kInvalidInput, "pipeline.empty",
               fmt::format("There is no pipeline here: {}/ defines no table.", kPipelineFolder))
      .Hint(
          "Put CREATE OR REFRESH STREAMING TABLE ... AS SELECT ... into "
          "pipelines/<zone>/<name>.sql.");
}

}  // namespace

std::vector<std::string> Pipeline::Names() const {
  std::vector<std::string> names;
  for (size_t i = 0; i < tables.size(); ++i) names.push_back(NameOf(i));
  return names;
}

std::optional<std::string> LakeName(const std::vector<std::string>& parts) {
  if (parts.size() == 2) return fmt::format("{}.{}", parts[0], parts[1]);
  if (parts.size() == 3 && TableKey(parts[0]) == "lake") {
    return fmt::format("{}.{}", parts[1], parts[2]);
  }
  return std::nullopt;
}

size_t LengthOf(const RelationMention& mention) {
  return fmt::format("{}", fmt::join(mention.name, ".")).size();
}

Pipeline LoadPipeline(const catalog::LakeEnvironment& environment, engine::Session& session) {
  Pipeline pipeline;
  const Scripts scripts = ReadPipelineFiles(environment.lake, pipeline.errors);
  for (Definition& definition : ParsePipelineFiles(scripts, environment.lake, pipeline.errors)) {
    PipelineTable& table = pipeline.tables.emplace_back();
    table.definition = std::move(definition);
    try {
      table.mentions =
          session.Mentions(*table.definition.table.script, table.definition.table.query);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kCancelled) throw;
      pipeline.errors.push_back(error);
      table.broken = true;
    }
  }
  if (pipeline.tables.empty() && pipeline.errors.empty()) throw EmptyPipeline();
  pipeline.misread = TablesIn(pipeline.errors);
  pipeline.graph = Graph(pipeline.tables.size(), EdgesOf(pipeline.tables, session));
  for (const auto& way : pipeline.graph.Cycles()) {
    pipeline.errors.push_back(CycleError(pipeline, way));
  }
  return pipeline;
}

}  // namespace laguna::pipeline
