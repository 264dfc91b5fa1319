// SPDX-License-Identifier: Apache-2.0
// What a table's query is bound with before the pipeline runs: stand-ins for the relations that are
// not there yet, will change, or are streams; the others stay themselves.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/lake_environment.h"
#include "catalog/session_table.h"
#include "engine/relation.h"
#include "engine/session.h"
#include "pipeline/pipeline.h"
#include "pipeline/table_check.h"
#include "pipeline/unknown_relation.h"

namespace laguna::pipeline {

struct StandInPlan {
  engine::QueryPlan plan;
  // The stand-ins that are read as streams.
  std::set<std::string> streams;
  // Why the query cannot be bound: a relation of it is not known. Empty when it can.
  std::string missing;
  // ... because nothing is there that it could read yet; no mistake.
  bool waits_for_source = false;
  // Mistakes in what it reads, each with its place.
  std::vector<base::Error> errors;
};

// What the query reads, as its author knows it: "read_files('landing/sales/*.csv')".
std::string SourceText(const engine::RelationMention& mention);

// Plans one table after the other, in the order of the graph. What it is made with outlives it: for
// each table, what was found out (`checks`) and the table that is there (`existing`), both filled
// for all tables that the planned one reads.
class StandInPlanner {
 public:
  StandInPlanner(const catalog::LakeEnvironment& environment, engine::Session& session,
                 const Pipeline& pipeline, const std::vector<TableCheck>& checks,
                 const std::vector<std::optional<catalog::TableState>>& existing,
                 UnknownRelations& unknown);

  // Makes the stand-ins as temporary tables of the session.
  StandInPlan PlanFor(size_t table);

 private:
  // What replaces the mention; nothing when it stays, or when `result` says what is in the way.
  std::optional<std::string> Replace(const engine::RelationMention& mention, StandInPlan& result);
  std::optional<std::string> ReplaceFunction(const engine::RelationMention& mention,
                                             StandInPlan& result);
  std::optional<std::string> ReplaceTable(const engine::RelationMention& mention, size_t source,
                                          StandInPlan& result);
  std::optional<std::string> ReplaceStranger(const engine::RelationMention& mention,
                                             StandInPlan& result);
  std::string StandInFor(const engine::RelationMention& mention,
                         const std::vector<engine::ResultColumn>& columns);
  [[nodiscard]] bool IsSideTable(const std::string& name) const;
  // Whether the table that is there will do: only it can be asked for its old versions.
  [[nodiscard]] bool MayStay(const engine::RelationMention& mention, size_t source) const;
  [[nodiscard]] const Definition& definition() const { return pipeline_.tables[table_].definition; }

  const catalog::LakeEnvironment& environment_;
  engine::Session& session_;
  const Pipeline& pipeline_;
  const std::vector<TableCheck>& checks_;
  const std::vector<std::optional<catalog::TableState>>& existing_;
  UnknownRelations& unknown_;
  // Tables of the pipeline by their keys.
  std::map<std::string, size_t> numbers_;
  // The one being planned.
  size_t table_ = 0;
};

}  // namespace laguna::pipeline
