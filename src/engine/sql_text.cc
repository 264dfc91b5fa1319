// SPDX-License-Identifier: Apache-2.0
#include "engine/sql_text.h"

#include "base/error.h"
#include "engine/duckdb_value.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;

std::string Quoted(std::string_view text, char quote) {
  if (text.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::kInvalidInput, "sql.nul_byte", "A name or text holds a NUL byte.");
  }
  std::string quoted(1, quote);
  for (const char c : text) {
    quoted += c;
    if (c == quote) {
      quoted += c;
    }
  }
  quoted += quote;
  return quoted;
}

}  // namespace

std::string QuotedName(std::string_view name) {
  if (name.empty()) {
    throw Error(ErrorKind::kInvalidInput, "sql.empty_name", "A name is empty.");
  }
  return Quoted(name, '"');
}

std::string QuotedName(const std::vector<std::string>& parts) {
  std::string name;
  for (const std::string& part : parts) {
    name += name.empty() ? "" : ".";
    name += QuotedName(part);
  }
  return name;
}

std::string QuotedText(std::string_view text) {
  return Quoted(text, '\'');
}

std::string ValueText(const Value& value) {
  return ToDuckdb(value).ToSQLString();
}

}  // namespace laguna::engine
