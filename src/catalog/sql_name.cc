// SPDX-License-Identifier: Apache-2.0
#include "catalog/sql_name.h"

#include <fmt/format.h>

#include <algorithm>

#include "catalog/zone_listing.h"
#include "duckdb/parser/keyword_helper.hpp"

namespace laguna::catalog {

std::string SqlNameOf(std::string_view root) {
  // What stands behind a link says where it leads.
  const size_t link = root.find(fmt::format("{}/@", kLinkSuffix));
  std::string name(root.substr(0, link));
  std::ranges::replace(name, '/', '.');
  return name;
}

std::string QuotedSqlNameOf(std::string_view root) {
  const std::string name = SqlNameOf(root);
  const size_t dot = name.find('.');
  const auto quoted = [](const std::string& part) {
    return duckdb::KeywordHelper::WriteOptionallyQuoted(part);
  };
  if (dot == std::string::npos) return quoted(name);
  return quoted(name.substr(0, dot)) + "." + quoted(name.substr(dot + 1));
}

}  // namespace laguna::catalog
