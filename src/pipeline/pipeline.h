// SPDX-License-Identifier: Apache-2.0
// All tables of a lake's pipeline folder, what their queries name, and which reads which.
//
// Made from the files and, for names, the engine; nothing runs. What is wrong is collected in
// `errors`, in the order of the files; tables that could not be understood are not among `tables`.
// A value.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/lake_environment.h"
#include "engine/relation.h"
#include "engine/session.h"
#include "pipeline/definition.h"
#include "pipeline/graph.h"

namespace laguna::pipeline {

struct PipelineTable {
  Definition definition;
  // What its query names, in its order.
  std::vector<engine::RelationMention> mentions;
  // The query could not be parsed: `mentions` is empty and an error says why.
  bool broken = false;
};

struct Pipeline {
  std::vector<PipelineTable> tables;
  // Tables by their place in `tables`.
  Graph graph;
  std::vector<base::Error> errors;
  // Keys of tables whose definitions could not be read: not known, but not unknown either.
  std::set<std::string> misread;

  [[nodiscard]] const std::string& NameOf(size_t table) const {
    return tables[table].definition.table.table;
  }
  [[nodiscard]] std::vector<std::string> Names() const;
};

// InvalidInput "pipeline.empty" when the folder defines nothing and nothing is wrong in it.
Pipeline LoadPipeline(const catalog::LakeEnvironment& environment, engine::Session& session);

// "zone.name" when the mention can only be a table of the lake's schemas: two parts, or three that
// begin with `lake`; else nothing.
std::optional<std::string> LakeName(const std::vector<std::string>& parts);
// Bytes the mention's name takes in the script, when it is written without quotes.
size_t LengthOf(const engine::RelationMention& mention);

}  // namespace laguna::pipeline
