// SPDX-License-Identifier: Apache-2.0
// DELETE, UPDATE, MERGE INTO and TRUNCATE (which DuckDB parses as a DELETE): refused by name.
#include <fmt/format.h>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "duckdb/planner/operator/logical_delete.hpp"
#include "duckdb/planner/operator/logical_merge_into.hpp"
#include "duckdb/planner/operator/logical_update.hpp"
#include "engine/guard.h"
#include "engine/statement_options.h"

namespace laguna::catalog {

namespace {

[[noreturn]] void Refuse(const char* statement, const duckdb::TableCatalogEntry& table) {
  const std::string name = fmt::format("{}.{}", table.ParentSchema().name, table.name);
  engine::ThrowAsDuckdb(
      base::Error(base::ErrorKind::kUnsupported, "dml.not_yet",
                  fmt::format("{} on table {} is not there yet.", statement, name))
          .Hint(
              fmt::format("INSERT OVERWRITE {} SELECT ... writes the rows that shall stay.", name))
          .With("table", name)
          .With("statement", statement));
}

}  // namespace

duckdb::PhysicalOperator& LakeCatalog::PlanDelete(duckdb::ClientContext& context,
                                                  duckdb::PhysicalPlanGenerator& /*planner*/,
                                                  duckdb::LogicalDelete& op,
                                                  duckdb::PhysicalOperator& /*plan*/) {
  const std::string& source = engine::StatementOptionsOf(context).source;
  const bool truncates =
      duckdb::StringUtil::StartsWith(duckdb::StringUtil::Lower(source), "truncate");
  Refuse(truncates ? "TRUNCATE" : "DELETE", op.table);
}

duckdb::PhysicalOperator& LakeCatalog::PlanUpdate(duckdb::ClientContext& /*context*/,
                                                  duckdb::PhysicalPlanGenerator& /*planner*/,
                                                  duckdb::LogicalUpdate& op,
                                                  duckdb::PhysicalOperator& /*plan*/) {
  Refuse("UPDATE", op.table);
}

duckdb::PhysicalOperator& LakeCatalog::PlanMergeInto(duckdb::ClientContext& /*context*/,
                                                     duckdb::PhysicalPlanGenerator& /*planner*/,
                                                     duckdb::LogicalMergeInto& op,
                                                     duckdb::PhysicalOperator& /*plan*/) {
  Refuse("MERGE INTO", op.table);
}

}  // namespace laguna::catalog
