// SPDX-License-Identifier: Apache-2.0
#include "pipeline/definition.h"

#include "base/assert.h"

namespace laguna::pipeline {

std::string_view NameOf(TableKind kind) {
  return kind == TableKind::kStreamingTable ? "streaming table" : "materialized view";
}

base::Place Definition::PlaceOf(const SourceRange& range) const {
  return table.script->PlaceOf(range.offset, range.length);
}

std::string TableKey(std::string_view table) {
  std::string key(table);
  for (char& byte : key) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  }
  return key;
}

std::vector<std::string> CatalogName(std::string_view table) {
  const size_t dot = table.find('.');
  LAGUNA_ASSERT(dot != std::string_view::npos);
  return {"lake", std::string(table.substr(0, dot)), std::string(table.substr(dot + 1))};
}

}  // namespace laguna::pipeline
