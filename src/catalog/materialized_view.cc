// SPDX-License-Identifier: Apache-2.0
#include "catalog/materialized_view.h"

#include <fmt/format.h>

#include "base/error.h"
#include "duckdb/main/client_context_state.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {
namespace {

constexpr const char* kStateName = "laguna_materialized_view_writes";

struct WritesState final : duckdb::ClientContextState {
  // How many MaterializedViewWrites live.
  int allowed = 0;
};

WritesState& StateOf(duckdb::ClientContext& context) {
  return *context.registered_state->GetOrCreate<WritesState>(kStateName);
}

}  // namespace

MaterializedViewWrites::MaterializedViewWrites(engine::Session& session) : session_(session) {
  ++StateOf(*session_.connection().context).allowed;
}

MaterializedViewWrites::~MaterializedViewWrites() {
  --StateOf(*session_.connection().context).allowed;
}

void CheckMayWriteRows(duckdb::ClientContext& context, const delta::Metadata& table,
                       const std::string& name) {
  const auto property = table.configuration.find(kPipelineProperty);
  if (property == table.configuration.end() || property->second != kMaterializedView) return;
  if (StateOf(context).allowed > 0) return;
  throw base::Error(
      base::ErrorKind::kUnsupported, "write.materialized_view",
      fmt::format("{} is a materialized view: its rows are those of its query, and no "
                  "statement writes them.",
                  name))
      .Hint("Change its query in the pipelines folder, then run: laguna pipeline run")
      .With("table", name);
}

}  // namespace laguna::catalog
