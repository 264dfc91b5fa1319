// SPDX-License-Identifier: Apache-2.0
#include "catalog/pipeline_table.h"

#include <fmt/format.h>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/materialized_view.h"

namespace laguna::catalog {
namespace {

// "a materialized view"; null for a table that no pipeline fills.
const char* KindOf(const delta::Metadata& table) {
  const auto made_as = table.configuration.find(kPipelineProperty);
  if (made_as != table.configuration.end() && made_as->second == kMaterializedView) {
    return "a materialized view";
  }
  return table.configuration.contains(kStreamProperty) ? "a streaming table" : nullptr;
}

TableViewPtr ReadableView(duckdb::ClientContext& context, LakeSchema& schema,
                          const std::string& table) try {
  return LakeTransaction::Get(context, schema.lake_catalog()).View(schema.RootOf(context, table));
} catch (const base::Error&) {
  return nullptr;
}

}  // namespace

void CheckMayReplace(duckdb::ClientContext& context, LakeSchema& schema, const std::string& table) {
  const TableViewPtr view = ReadableView(context, schema, table);
  const char* kind = view ? KindOf(view->metadata) : nullptr;
  if (kind == nullptr) return;
  const std::string name = fmt::format("{}.{}", schema.name, table);
  throw base::Error(
      base::ErrorKind::kUnsupported, "create.pipeline_table",
      fmt::format("{} is {}: a pipeline fills it, and no statement replaces it.", name, kind))
      .Hint(fmt::format("Change its definition in the pipelines folder and make it anew: laguna "
                        "pipeline run --full-refresh {0}. Or take it away first: DROP TABLE {0}",
                        name))
      .With("table", name);
}

}  // namespace laguna::catalog
