// SPDX-License-Identifier: Apache-2.0
#include "pipeline/table_owner.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "catalog/pipeline_table.h"
#include "ingest/lake_table_name.h"
#include "pipeline/materialized_view.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;

// Not the pipeline's mistake: its other tables can be refreshed.
Error ForeignTable(const Definition& definition, std::string sentence, const std::string& name,
                   std::string_view way_out = "") {
  return Error(ErrorKind::kExists, "pipeline.foreign_table", std::move(sentence))
      .Hint(fmt::format("{}Give the definition another name, or take the table away: laguna sql "
                        "-c \"DROP TABLE {}\"",
                        way_out, name))
      .At(definition.place())
      .With("table", name);
}

// The first refresh replaces what lies there; a refresh that was killed has left its mark on it.
void RefuseForeignSideTables(engine::Session& session, const Definition& definition) {
  const std::string& table = definition.table.table;
  for (const std::string& name : {ingest::ErrorsTableOf(table), ingest::QuarantineTableOf(table)}) {
    const auto side_table = catalog::ReadTableState(session, name);
    if (!side_table || !side_table->transaction_versions.empty()) continue;
    throw ForeignTable(
        definition,
        fmt::format("{} is there, but {}, whose rows it would keep, is not.", name, table), name);
  }
}

void CheckSideTableNames(const Definition& definition) try {
  ingest::CheckHasSideTables(definition.table.table);
} catch (const Error& error) {
  throw Error(error).At(definition.place());
}

}  // namespace

void CheckOwner(engine::Session& session, const Definition& definition,
                const std::optional<catalog::TableState>& existing, bool made_anew) {
  CheckSideTableNames(definition);
  if (!existing) return RefuseForeignSideTables(session, definition);
  const std::string& name = definition.table.table;
  const bool is_view = IsMaterializedView(*existing);
  if (definition.kind == TableKind::kMaterializedView) {
    if (is_view) return;
    throw ForeignTable(definition,
                       fmt::format("{} is there, but no materialized view made it.", name), name);
  }
  if (is_view) {
    throw ForeignTable(definition, fmt::format("{} is there as a materialized view.", name), name);
  }
  if (made_anew || existing->properties.contains(catalog::kStreamProperty)) return;
  throw ForeignTable(
      definition, fmt::format("{} is there, but no stream feeds it.", name), name,
      fmt::format("Was it replaced by hand? Then make it anew from its sources: laguna pipeline "
                  "run --full-refresh {}. ",
                  name));
}

}  // namespace laguna::pipeline
