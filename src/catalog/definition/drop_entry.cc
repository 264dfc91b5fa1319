// SPDX-License-Identifier: Apache-2.0
// DROP TABLE, DROP VIEW. What is dropped is moved aside at commit, not erased; of a table elsewhere
// the lake forgets the link.
#include <fmt/format.h>

#include <optional>

#include "base/error.h"
#include "catalog/clone/lost_clones.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_schema.h"
#include "catalog/lake_transaction.h"
#include "duckdb/parser/parsed_data/drop_info.hpp"
#include "engine/guard.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

Error UnknownEntry(const LakeSchema& schema, const std::string& sort, const std::string& name) {
  return Error(ErrorKind::kNotFound, "catalog.unknown_table",
               fmt::format("There is no {} {}.{}.", sort, schema.name, name))
      .With("name", fmt::format("{}.{}", schema.name, name));
}

Error OtherSort(const LakeSchema& schema, const std::string& is, const std::string& name) {
  return Error(ErrorKind::kInvalidInput, "catalog.other_sort",
               fmt::format("{}.{} is a {}.", schema.name, name, is))
      .Hint(fmt::format("Use DROP {} {}.{}.", is == "view" ? "VIEW" : "TABLE", schema.name, name))
      .With("name", fmt::format("{}.{}", schema.name, name));
}

void DropTableOrLink(LakeTransaction& transaction, const std::string& folder) {
  if (transaction.IsLinked(folder)) {
    transaction.DropLink(folder);
  } else {
    transaction.DropTable(folder);
  }
}

}  // namespace

void LakeSchema::DropEntry(duckdb::ClientContext& context, duckdb::DropInfo& info) {
  engine::Guarded([&] {
    const std::optional<std::string> table = FindTable(context, info.name);
    const std::optional<std::string> view = table ? std::nullopt : FindView(context, info.name);
    LakeTransaction& transaction = LakeTransaction::Get(context, lake_catalog_);
    const bool wants_view = info.type == duckdb::CatalogType::VIEW_ENTRY;
    if (wants_view && table) throw OtherSort(*this, "table", *table);
    if (!wants_view && view) throw OtherSort(*this, "view", *view);
    if (table) {
      SayWhichClonesLose(lake_catalog_, transaction, {FolderOf(*table)}, false);
      DropTableOrLink(transaction, FolderOf(*table));
    } else if (view) {
      transaction.DropDefinition(ViewKeyOf(*view));
    } else if (info.if_not_found != duckdb::OnEntryNotFound::RETURN_NULL) {
      throw UnknownEntry(*this, wants_view ? "view" : "table", info.name);
    }
  });
}

}  // namespace laguna::catalog
