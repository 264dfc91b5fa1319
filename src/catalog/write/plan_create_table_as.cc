// SPDX-License-Identifier: Apache-2.0
// CREATE TABLE AS: the table and its rows are one commit. Planning changes nothing, so EXPLAIN may
// plan it too.
#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "catalog/definition/new_name.h"
#include "catalog/definition/table_definition.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_schema.h"
#include "catalog/lake_transaction.h"
#include "catalog/link/located_table.h"
#include "catalog/pipeline_table.h"
#include "catalog/write/plan_write.h"
#include "delta/column_mapping.h"
#include "delta/table_feature.h"
#include "duckdb/planner/operator/logical_create_table.hpp"
#include "engine/guard.h"
#include "engine/statement_options.h"

namespace laguna::catalog {

namespace {

// The same for a table that is made elsewhere.
std::string RootAtLocation(duckdb::ClientContext& context, LakeSchema& schema,
                           const duckdb::CreateTableInfo& info, const std::string& location,
                           WriteMode& mode) {
  const auto existing = schema.FindTable(context, info.table);
  NewRoot place = RootAt(context, schema, existing.value_or(info.table), location);
  mode = place.has_table ? WriteMode::kReplace : WriteMode::kCreate;
  const bool replaces = info.on_conflict == duckdb::OnCreateConflict::REPLACE_ON_CONFLICT;
  if (place.has_table && !replaces) ThrowTaken(schema, info.table, place.root);
  return place.root;
}

// The root to write to; Exists where the name is taken and not to be replaced.
std::string RootFor(duckdb::ClientContext& context, LakeSchema& schema,
                    const duckdb::CreateTableInfo& info, WriteMode& mode) {
  CheckNewName(context, schema, info.table);
  if (const auto view = schema.FindView(context, info.table)) {
    throw ExistsError(schema, "View", *view);
  }
  const auto existing = schema.FindTable(context, info.table);
  mode = existing ? WriteMode::kReplace : WriteMode::kCreate;
  if (existing && info.on_conflict != duckdb::OnCreateConflict::REPLACE_ON_CONFLICT) {
    throw ExistsError(schema, "Table", *existing);
  }
  if (existing) CheckMayReplace(context, schema, *existing);
  const auto& location = engine::StatementOptionsOf(context).location;
  if (location) return RootAtLocation(context, schema, info, *location, mode);
  return schema.RootOf(context, existing.value_or(info.table));
}

}  // namespace

duckdb::PhysicalOperator& LakeCatalog::PlanCreateTableAs(duckdb::ClientContext& context,
                                                         duckdb::PhysicalPlanGenerator& planner,
                                                         duckdb::LogicalCreateTable& create,
                                                         duckdb::PhysicalOperator& rows) {
  return engine::Guarded([&]() -> duckdb::PhysicalOperator& {
    auto& schema = dynamic_cast<LakeSchema&>(create.schema);
    const duckdb::CreateTableInfo& info = create.info->Base();
    WriteMode mode = WriteMode::kCreate;
    std::string root = RootFor(context, schema, info, mode);
    delta::Metadata metadata = DefinitionOf(info, engine::StatementOptionsOf(context),
                                            fmt::format("{}.{}", schema.name, info.table));
    // A log that cannot be read is found here, before a row is computed.
    const TableViewPtr replaced =
        mode == WriteMode::kReplace ? LakeTransaction::Get(context, *this).Replaced(root) : nullptr;
    delta::MapNewColumns(metadata, replaced ? &replaced->metadata : nullptr, environment_.random);
    delta::CheckWritable(delta::MinimalProtocol(metadata), metadata,
                         environment_.store.Locate(root));
    const WriteTargetPtr target =
        MakeWriteTarget(*this, std::move(root), mode, std::move(metadata));
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> expressions;
    for (size_t i = 0; i < target->columns.size(); ++i) {
      expressions.push_back(ColumnAs(context, rows, i, target->columns[i].type));
    }
    return PlanWrite(context, planner, {target, rows, std::move(expressions), create.types});
  });
}

}  // namespace laguna::catalog
