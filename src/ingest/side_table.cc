// SPDX-License-Identifier: Apache-2.0
#include "ingest/side_table.h"

#include <fmt/format.h>
#include <strings.h>

#include "base/error.h"

namespace laguna::ingest {
namespace {

constexpr const char* kProperty = "laguna.sideTableOf";

}  // namespace

std::map<std::string, std::string> SideTableProperties(const std::string& table) {
  return {{kProperty, table}};
}

bool IsSideTable(const catalog::TableState& state, const std::string& table) {
  const auto at = state.properties.find(kProperty);
  return at != state.properties.end() && strcasecmp(at->second.c_str(), table.c_str()) == 0;
}

void CheckSideTable(const catalog::TableState& state, const std::string& table) {
  if (IsSideTable(state, table)) return;
  throw base::Error(base::ErrorKind::kInvalidInput, "stream.foreign_table",
                    fmt::format("Table {} is there already, but what cannot go into {} has to go "
                                "there.",
                                state.name, table))
      .Hint("Rename or drop that table.")
      .With("table", state.name);
}

}  // namespace laguna::ingest
