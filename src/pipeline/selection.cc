// SPDX-License-Identifier: Apache-2.0
#include "pipeline/selection.h"

#include <fmt/format.h>

#include <string_view>

#include "base/error.h"
#include "base/nearest_name.h"
#include "pipeline/definition.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;

struct Pattern {
  // Without its plus signs.
  std::string name;
  bool upstream = false;
  bool downstream = false;
};

Pattern Parsed(std::string_view text) {
  Pattern pattern;
  pattern.upstream = text.starts_with('+');
  if (pattern.upstream) text.remove_prefix(1);
  pattern.downstream = text.ends_with('+');
  if (pattern.downstream) text.remove_suffix(1);
  pattern.name = text;
  return pattern;
}

std::string_view ZoneOf(std::string_view table) {
  return table.substr(0, table.find('.'));
}

std::vector<size_t> Named(const std::string& name, const std::vector<std::string>& tables) {
  const std::string key = TableKey(name);
  const bool zone = key.ends_with(".*");
  std::vector<size_t> named;
  for (size_t i = 0; i < tables.size(); ++i) {
    const std::string table = TableKey(tables[i]);
    const bool matches = key == "*" || table == key ||
                         (zone && ZoneOf(table) == std::string_view(key).substr(0, key.size() - 2));
    if (matches) named.push_back(i);
  }
  return named;
}

Error Unknown(const Pattern& pattern, const std::vector<std::string>& tables) {
  if (pattern.name.ends_with(".*")) {
    std::set<std::string> zones;
    for (const std::string& table : tables) zones.insert(std::string(ZoneOf(table)) + ".*");
    const std::vector<std::string> known(zones.begin(), zones.end());
    return Error(ErrorKind::kInvalidInput, "pipeline.selection",
                 fmt::format("The pipeline has no table in the zone '{}'.", ZoneOf(pattern.name)))
        .Hint(base::SuggestName(pattern.name, known));
  }
  return Error(ErrorKind::kInvalidInput, "pipeline.selection",
               fmt::format("The pipeline defines no table '{}'.", pattern.name))
      .Hint(base::SuggestName(pattern.name, tables));
}

}  // namespace

std::set<size_t> SelectTables(std::span<const std::string> patterns,
                              const std::vector<std::string>& tables, const Graph& graph) {
  std::set<size_t> selected;
  for (const std::string& text : patterns) {
    const Pattern pattern = Parsed(text);
    const std::vector<size_t> named = Named(pattern.name, tables);
    if (named.empty()) throw Unknown(pattern, tables);
    for (const size_t table : named) {
      selected.insert(table);
      if (pattern.upstream) selected.merge(graph.Upstream(table));
      if (pattern.downstream) selected.merge(graph.Downstream(table));
    }
  }
  if (patterns.empty()) {
    for (size_t i = 0; i < tables.size(); ++i) selected.insert(i);
  }
  return selected;
}

}  // namespace laguna::pipeline
