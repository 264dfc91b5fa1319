// SPDX-License-Identifier: Apache-2.0
#include "pipeline/definition.h"

#include "ingest/lake_table_name.h"

namespace laguna::pipeline {

std::string_view NameOf(TableKind kind) {
  return kind == TableKind::kStreamingTable ? "streaming table" : "materialized view";
}

base::Place Definition::PlaceOf(const SourceRange& range) const {
  return table.script->PlaceOf(range.offset, range.length);
}

std::optional<std::string> OwnerOfSideTable(std::string_view table) {
  const std::string key = TableKey(table);
  for (const std::string& ending : {ingest::ErrorsTableOf(""), ingest::QuarantineTableOf("")}) {
    if (key.size() > ending.size() && key.ends_with(ending)) {
      return std::string(table.substr(0, table.size() - ending.size()));
    }
  }
  return std::nullopt;
}

std::string TableKey(std::string_view table) {
  std::string key(table);
  for (char& byte : key) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  }
  return key;
}

}  // namespace laguna::pipeline
