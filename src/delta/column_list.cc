// SPDX-License-Identifier: Apache-2.0
#include "delta/column_list.h"

#include <algorithm>
#include <utility>

namespace laguna::delta {
namespace {

// One column's path from `at` on, up to its comma or the end.
std::vector<std::string> TakePath(std::string_view text, size_t& at) {
  std::vector<std::string> path(1);
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '`') {
      const bool is_escape = quoted && at + 1 < text.size() && text[at + 1] == '`';
      if (is_escape) path.back() += text[++at];
      if (!is_escape) quoted = !quoted;
    } else if (quoted) {
      path.back() += c;
    } else if (c == ',') {
      break;
    } else if (c == '.') {
      path.emplace_back();
    } else if (c != ' ') {
      path.back() += c;
    }
  }
  return path;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsPlain(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_letter || IsDigit(c) || c == '_' || static_cast<unsigned char>(c) > 127;
}

bool IsPlain(const std::string& name) {
  return !name.empty() && !IsDigit(name[0]) &&
         std::ranges::all_of(name, [](char c) { return IsPlain(c); });
}

void SkipSpaces(std::string_view text, size_t& at) {
  while (at < text.size() && text[at] == ' ') ++at;
}

// Past the quote that closes the one at `at`; false where none does.
bool PassQuoted(std::string_view text, size_t& at) {
  const size_t begin = ++at;
  for (; at < text.size(); ++at) {
    if (text[at] != '`') continue;
    const bool is_escape = at + 1 < text.size() && text[at + 1] == '`';
    if (!is_escape) return at++ > begin;
    ++at;
  }
  return false;
}

// Past one name; false where none stands.
bool PassName(std::string_view text, size_t& at) {
  if (at < text.size() && text[at] == '`') return PassQuoted(text, at);
  const size_t begin = at;
  while (at < text.size() && IsPlain(text[at])) ++at;
  return at > begin;
}

std::string Quoted(const std::string& name) {
  if (IsPlain(name)) return name;
  std::string quoted = "`";
  for (const char c : name) quoted += c == '`' ? std::string("``") : std::string(1, c);
  return quoted + "`";
}

}  // namespace

std::vector<std::vector<std::string>> ParseColumnList(std::string_view text) {
  std::vector<std::vector<std::string>> columns;
  for (size_t at = 0; at < text.size(); ++at) {
    std::vector<std::string> path = TakePath(text, at);
    if (path.size() > 1 || !path[0].empty()) columns.push_back(std::move(path));
  }
  return columns;
}

bool IsColumnList(std::string_view text) {
  size_t at = 0;
  SkipSpaces(text, at);
  if (at == text.size()) return true;
  while (PassName(text, at)) {
    SkipSpaces(text, at);
    if (at == text.size()) return true;
    if (text[at] != ',' && text[at] != '.') return false;
    ++at;
    SkipSpaces(text, at);
  }
  return false;
}

std::string ColumnListText(const std::vector<std::vector<std::string>>& columns) {
  std::string text;
  for (const std::vector<std::string>& path : columns) {
    if (!text.empty()) text += ',';
    for (size_t i = 0; i < path.size(); ++i) text += (i == 0 ? "" : ".") + Quoted(path[i]);
  }
  return text;
}

}  // namespace laguna::delta
