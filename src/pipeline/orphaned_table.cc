// SPDX-License-Identifier: Apache-2.0
#include "pipeline/orphaned_table.h"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "catalog/pipeline_table.h"
#include "catalog/session_table.h"
#include "engine/sql_text.h"
#include "pipeline/materialized_view.h"

namespace laguna::pipeline {
namespace {

using base::Error;

std::vector<std::string> TextsOf(engine::Session& session, const std::string& query) {
  std::vector<std::string> texts;
  for (const auto& row : session.Run(query).Drain()) texts.push_back(row.front().ToText());
  return texts;
}

// Names only: no log is read.
std::vector<std::string> TablesOfLake(engine::Session& session) {
  std::vector<std::string> tables;
  for (const std::string& zone :
       TextsOf(session,
               "SELECT schema_name FROM information_schema.schemata WHERE catalog_name = 'lake' "
               "ORDER BY ALL")) {
    const std::string names = fmt::format("FROM laguna_show_tables({})", engine::QuotedText(zone));
    for (const std::string& name : TextsOf(session, names)) {
      tables.push_back(fmt::format("{}.{}", zone, name));
    }
  }
  return tables;
}

std::optional<TableKind> KindMadeByPipeline(engine::Session& session,
                                            const std::string& table) try {
  const auto state = catalog::ReadTableState(session, table);
  if (!state) return std::nullopt;
  if (IsMaterializedView(*state)) return TableKind::kMaterializedView;
  const bool streams = state->properties.contains(catalog::kStreamProperty);
  return streams ? std::optional(TableKind::kStreamingTable) : std::nullopt;
} catch (const Error& error) {
  if (error.kind() == base::ErrorKind::kCancelled) throw;
  return std::nullopt;
}

}  // namespace

std::vector<OrphanedTable> FindOrphanedTables(engine::Session& session, const Pipeline& pipeline) {
  std::vector<OrphanedTable> orphaned;
  if (!pipeline.errors.empty()) return orphaned;
  std::set<std::string> defined;
  for (const std::string& name : pipeline.Names()) defined.insert(TableKey(name));
  for (const std::string& table : TablesOfLake(session)) {
    if (defined.contains(TableKey(table))) continue;
    if (const auto kind = KindMadeByPipeline(session, table)) orphaned.push_back({table, *kind});
  }
  return orphaned;
}

}  // namespace laguna::pipeline
