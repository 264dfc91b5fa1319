// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/csv_header.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <set>
#include <utility>

#include "base/utf8.h"

namespace laguna::ingest {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A value in quotes at the front of `rest`, which it is cut off from.
std::optional<std::string> TakeQuoted(std::string_view& rest) {
  std::string value;
  for (rest.remove_prefix(1); !rest.empty(); rest.remove_prefix(1)) {
    if (rest.front() != '"') {
      value += rest.front();
    } else if (rest.starts_with("\"\"")) {
      value += '"';
      rest.remove_prefix(1);
    } else {
      rest.remove_prefix(1);
      return value;
    }
  }
  return std::nullopt;
}

std::optional<std::string> TakeName(std::string_view& rest, char delimiter) {
  if (rest.starts_with('"')) return TakeQuoted(rest);
  const size_t end = std::min(rest.find(delimiter), rest.size());
  std::string name(rest.substr(0, end));
  rest.remove_prefix(end);
  if (name.find('"') != std::string::npos) return std::nullopt;
  return name;
}

std::string LowerCase(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace

std::optional<char> DelimiterOf(std::string_view header) {
  std::array<std::pair<size_t, char>, 4> counts = {{{0, ','}, {0, ';'}, {0, '\t'}, {0, '|'}}};
  bool quoted = false;
  for (const char c : header) {
    if (c == '"') quoted = !quoted;
    for (auto& [count, delimiter] : counts) count += !quoted && c == delimiter ? 1 : 0;
  }
  std::ranges::sort(counts, std::greater<>());
  if (counts[0].first == counts[1].first) return std::nullopt;
  return counts[0].second;
}

std::optional<std::vector<std::string>> NamesInHeader(std::string_view header, char delimiter) {
  if (header.starts_with(kByteOrderMark)) header.remove_prefix(kByteOrderMark.size());
  if (header.ends_with('\r')) header.remove_suffix(1);
  if (!base::IsUtf8(header) || header.find('\0') != std::string_view::npos) return std::nullopt;
  std::vector<std::string> names;
  std::set<std::string> seen;
  while (true) {
    auto name = TakeName(header, delimiter);
    const bool good = name && !name->empty() && seen.insert(LowerCase(*name)).second;
    if (!good) return std::nullopt;
    names.push_back(std::move(*name));
    if (header.empty()) return names;
    if (header.front() != delimiter) return std::nullopt;
    header.remove_prefix(1);
  }
}

}  // namespace laguna::ingest
