// SPDX-License-Identifier: Apache-2.0
#include "app/output/result_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/nearest_name.h"

namespace laguna::app {

#include "app/format_table.inc"

std::span<const OutputFormat* const> OutputFormats() {
  return format_table;
}

const OutputFormat& FindOutputFormat(std::string_view name) {
  std::vector<std::string> names;
  for (const OutputFormat* format : OutputFormats()) {
    if (format->name == name) return *format;
    names.emplace_back(format->name);
  }
  throw base::Error(base::ErrorKind::kInvalidInput, "usage.format",
                    fmt::format("There is no output format '{}'.", name))
      .Hint(base::SuggestName(name, names));
}

std::vector<std::string> DistinctNames(const std::vector<engine::ResultColumn>& columns) {
  std::set<std::string> taken;
  for (const engine::ResultColumn& column : columns) taken.insert(column.name);
  std::set<std::string> used;
  std::vector<std::string> names;
  for (const engine::ResultColumn& column : columns) {
    std::string name = column.name;
    for (int n = 1; used.contains(name) || (n > 1 && taken.contains(name)); ++n) {
      name = fmt::format("{}_{}", column.name, n);
    }
    used.insert(name);
    names.push_back(std::move(name));
  }
  return names;
}

std::string ToldFromNull(std::string_view text) {
  std::string_view bare = text;
  while (bare.size() > 2 && bare.front() == '\'' && bare.back() == '\'') {
    bare = bare.substr(1, bare.size() - 2);
  }
  return bare == kNullShown ? fmt::format("'{}'", text) : std::string(text);
}

}  // namespace laguna::app
