// SPDX-License-Identifier: Apache-2.0
#include "ingest/source_column.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <set>
#include <utility>

namespace laguna::ingest {
namespace {

// From narrow to wide.
constexpr std::array<std::string_view, 4> kIntegers = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"};

struct Spelling {
  std::string_view type;
  std::string_view stored;
};

constexpr std::array<Spelling, 14> kStored = {{{"HUGEINT", "BIGINT"},
                                               {"UTINYINT", "SMALLINT"},
                                               {"USMALLINT", "INTEGER"},
                                               {"UINTEGER", "BIGINT"},
                                               {"UBIGINT", "DECIMAL(20,0)"},
                                               {"TIMESTAMP_S", "TIMESTAMP"},
                                               {"TIMESTAMP_MS", "TIMESTAMP"},
                                               {"TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"},
                                               {"DATETIME", "TIMESTAMP"},
                                               {"UUID", "VARCHAR"},
                                               {"JSON", "VARCHAR"},
                                               {"TEXT", "VARCHAR"},
                                               {"STRING", "VARCHAR"},
                                               {"ENUM", "VARCHAR"}}};

std::optional<size_t> IntegerRank(std::string_view type) {
  const auto at = std::ranges::find(kIntegers, type);
  if (at == kIntegers.end()) return std::nullopt;
  return static_cast<size_t>(at - kIntegers.begin());
}

bool SameName(std::string_view left, std::string_view right) {
  return left.size() == right.size() && strncasecmp(left.data(), right.data(), left.size()) == 0;
}

std::string_view StoredWord(std::string_view word) {
  for (const auto& [type, stored] : kStored) {
    if (SameName(word, type)) return stored;
  }
  return word;
}

bool IsWord(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

struct Decimal {
  int width = 0;
  int scale = 0;
};

std::optional<Decimal> DecimalOf(std::string_view type) {
  constexpr std::string_view kHead = "DECIMAL(";
  if (!type.starts_with(kHead)) return std::nullopt;
  Decimal decimal;
  const char* const end = type.data() + type.size();
  auto read = std::from_chars(type.data() + kHead.size(), end, decimal.width);
  if (read.ec != std::errc() || read.ptr == end || *read.ptr != ',') return std::nullopt;
  read = std::from_chars(read.ptr + 1, end, decimal.scale);
  if (read.ec != std::errc()) return std::nullopt;
  return decimal;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
    text.remove_prefix(1);
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.remove_suffix(1);
  }
  return text;
}

std::string Lowered(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

std::optional<size_t> FindColumn(std::span<const SourceColumn> columns, std::string_view name) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (SameName(columns[i].name, name)) return i;
  }
  return std::nullopt;
}

std::string CombinedType(const std::string& left, const std::string& right) {
  if (left == right) return left;
  const auto left_rank = IntegerRank(left);
  const auto right_rank = IntegerRank(right);
  if (left_rank && right_rank) return std::string(kIntegers[std::max(*left_rank, *right_rank)]);
  if ((left == "DOUBLE" && right_rank) || (right == "DOUBLE" && left_rank)) return "DOUBLE";
  const bool days = left == "DATE" || right == "DATE";
  const bool times = left == "TIMESTAMP" || right == "TIMESTAMP";
  return days && times ? "TIMESTAMP" : "VARCHAR";
}

std::string StoredType(const std::string& type) {
  if (type.starts_with("ENUM(")) return "VARCHAR";
  std::string stored;
  for (size_t i = 0; i < type.size();) {
    // Field names of a STRUCT may stand in quotes.
    if (type[i] == '"') {
      const size_t close = std::min(type.find('"', i + 1), type.size() - 1);
      stored.append(type, i, close + 1 - i);
      i = close + 1;
      continue;
    }
    size_t end = i;
    while (end < type.size() && IsWord(type[end])) ++end;
    if (end == i) {
      stored.push_back(type[i++]);
      continue;
    }
    const std::string_view word = std::string_view(type).substr(i, end - i);
    // A field's name has its type behind it.
    const bool is_name = end < type.size() && type[end] == ' ';
    stored.append(is_name ? word : StoredWord(word));
    i = end;
  }
  return stored;
}

bool FitsInto(const std::string& from, const std::string& to) {
  if (from == to || from == "\"NULL\"" || from == "NULL") return true;
  const auto from_rank = IntegerRank(from);
  const auto to_rank = IntegerRank(to);
  if (from_rank && to_rank) return *from_rank <= *to_rank;
  if (to == "DOUBLE") return from == "FLOAT" || (from_rank && *from_rank < 3);
  const auto from_decimal = DecimalOf(from);
  const auto to_decimal = DecimalOf(to);
  if (!from_decimal || !to_decimal) return false;
  return from_decimal->scale <= to_decimal->scale &&
         from_decimal->width - from_decimal->scale <= to_decimal->width - to_decimal->scale;
}

std::string StorableName(std::string_view name) {
  constexpr std::string_view kNotStorable = " ,;{}()\n\t=";
  std::string storable;
  for (size_t i = 0; i < name.size(); ++i) {
    if (kNotStorable.find(name[i]) == std::string_view::npos) {
      // One for the run before it.
      const bool behind_run = i > 0 && kNotStorable.find(name[i - 1]) != std::string_view::npos;
      if (behind_run && !storable.empty()) storable += '_';
      storable += name[i];
    }
  }
  return storable;
}

std::vector<std::string> UniqueNames(std::vector<std::string> names) {
  std::set<std::string> taken;
  const size_t digits = std::to_string(std::max<size_t>(names.size(), 1) - 1).size();
  for (size_t i = 0; i < names.size(); ++i) {
    std::string name(Trimmed(names[i]));
    if (name.empty()) name = fmt::format("column{:0{}}", i, digits);
    std::string unique = name;
    for (int n = 1; !taken.insert(Lowered(unique)).second; ++n) {
      unique = fmt::format("{}_{}", name, n);
    }
    names[i] = std::move(unique);
  }
  return names;
}

std::vector<std::string> StorableNames(std::vector<std::string> names) {
  for (std::string& name : names) name = StorableName(name);
  return UniqueNames(std::move(names));
}

}  // namespace laguna::ingest
