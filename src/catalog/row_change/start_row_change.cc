// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/start_row_change.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/row_change/row_ids.h"
#include "catalog/write/writable_table.h"
#include "delta/properties.h"
#include "delta/table_feature.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

const char* NameOf(RowStatement statement) {
  switch (statement) {
    case RowStatement::kDelete:
      return "DELETE";
    case RowStatement::kTruncate:
      return "TRUNCATE";
    case RowStatement::kUpdate:
      return "UPDATE";
    case RowStatement::kMerge:
      return "MERGE INTO";
    case RowStatement::kReplaceWhere:
      return "INSERT ... REPLACE WHERE";
  }
  return "";
}

void CheckIsNewest(const LakeTable& table, const std::string& name, RowStatement statement) {
  if (table.error()) throw *table.error();
  if (!table.fixed()) return;
  throw Error(ErrorKind::kUnsupported, "dml.old_version",
              fmt::format("{} cannot change an old version of {}.", NameOf(statement), name))
      .Hint("Name the table without AT or VERSION AS OF.")
      .With("table", name);
}

// Inserting is all that MERGE may do to such a table, but it is told by the plan, not by its rows.
void CheckMayRemove(const TableView& view, const delta::Protocol& protocol, const std::string& name,
                    RowStatement statement) {
  if (statement == RowStatement::kMerge) return;
  if (!delta::IsActive(protocol, view.metadata, "appendOnly")) return;
  throw Error(ErrorKind::kViolation, "delta.append_only",
              fmt::format("Table {} is append-only: {} cannot change or remove its rows.", name,
                          NameOf(statement)))
      .Hint("Set the table property delta.appendOnly to false first.")
      .With("table", name);
}

}  // namespace

std::shared_ptr<RowChange> StartRowChange(duckdb::ClientContext& context, LakeCatalog& catalog,
                                          LakeTable& table, RowStatement statement) {
  const std::string name = fmt::format("{}.{}", table.ParentSchema().name, table.name);
  CheckIsNewest(table, name, statement);
  auto change = std::make_shared<RowChange>();
  change->statement = statement;
  const TableViewPtr view = ViewToWrite(context, catalog, table);
  const delta::Metadata& metadata = table.view()->metadata;
  change->view = WithDefinition(view, metadata);
  change->redefines = change->view != view;
  const delta::Protocol protocol = CheckWrite(context, catalog, table, *change->view, metadata);
  CheckMayRemove(*change->view, protocol, name, statement);
  change->target = MakeWriteTarget(catalog, table.root(), WriteMode::kAppend, metadata);
  change->keeps_row_ids = KeepsRowIds(*table.view());
  change->writes_vectors =
      delta::BooleanProperty(metadata.configuration, "delta.enableDeletionVectors", false);
  change->has_change_feed =
      delta::BooleanProperty(metadata.configuration, "delta.enableChangeDataFeed", false);
  return change;
}

void SetIdentity(RowChange& change, duckdb::idx_t first) {
  change.file_column = first;
  change.row_column = first + 1;
  change.row_id_column = first + 2;
}

}  // namespace laguna::catalog
