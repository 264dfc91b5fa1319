// SPDX-License-Identifier: Apache-2.0
#include "catalog/definition/keys.h"

#include <fmt/format.h>

#include <string>

#include "base/error.h"
#include "catalog/definition/created_table.h"
#include "engine/guard.h"

namespace laguna::catalog {

namespace {

const char* InsteadOf(const std::string& words) {
  if (words == "FOREIGN KEY" || words == "REFERENCES") {
    return "Leave it out; a query with an anti-join (WHERE NOT EXISTS) finds rows without a "
           "partner.";
  }
  return "Leave it out: MERGE INTO ... ON the key keeps one row a key, and finding rows by it fast "
         "is what PARTITIONED BY and OPTIMIZE ... ZORDER BY are for.";
}

std::string NameOf(const duckdb::CreateTableInfo& info) {
  return info.schema.empty() ? info.table : fmt::format("{}.{}", info.schema, info.table);
}

}  // namespace

void RefuseKeys(const engine::Rewriting& rewriting) {
  const auto& key = rewriting.options.key_clause;
  if (!key) return;
  const duckdb::CreateTableInfo* info = TableMadeBy(rewriting.statement);
  if (info == nullptr || !IsInLake(rewriting.context, *info)) return;
  const std::string table = NameOf(*info);
  engine::ThrowAsDuckdb(
      base::Error(base::ErrorKind::kUnsupported, "create.key",
                  fmt::format("Table {} cannot be created with {}: Delta tables have no keys.",
                              table, key->words))
          .Hint(InsteadOf(key->words))
          .With("table", table),
      key->offset);
}

}  // namespace laguna::catalog
