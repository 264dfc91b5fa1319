// SPDX-License-Identifier: Apache-2.0
#include "catalog/definition/view_text.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "duckdb/parser/keyword_helper.hpp"
#include "duckdb/parser/parser.hpp"

namespace laguna::catalog {

namespace {

// The words and signs of a statement, as DuckDB's lexer cuts them.
std::vector<std::string> TokensOf(const std::string& source, std::vector<size_t>& offsets) {
  std::vector<std::string> tokens;
  const auto cut = duckdb::Parser::Tokenize(source);
  for (size_t i = 0; i < cut.size(); ++i) {
    const size_t end = i + 1 < cut.size() ? cut[i + 1].start : source.size();
    std::string token = source.substr(cut[i].start, end - cut[i].start);
    duckdb::StringUtil::RTrim(token);
    tokens.push_back(duckdb::StringUtil::Lower(token));
    offsets.push_back(cut[i].start);
  }
  return tokens;
}

// Where the query begins: after the first AS outside parentheses that follows VIEW.
std::optional<size_t> QueryOffset(const std::string& source) {
  std::vector<size_t> offsets;
  const std::vector<std::string> tokens = TokensOf(source, offsets);
  bool seen_view = false;
  int depth = 0;
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i] == "view") seen_view = true;
    if (tokens[i] == "(") ++depth;
    if (tokens[i] == ")") --depth;
    if (seen_view && depth == 0 && tokens[i] == "as") return offsets[i + 1];
  }
  return std::nullopt;
}

bool IsOneQuery(const std::string& text) {
  try {
    duckdb::Parser parser;
    parser.ParseQuery(text);
    return parser.statements.size() == 1 &&
           parser.statements[0]->type == duckdb::StatementType::SELECT_STATEMENT;
  } catch (const std::exception&) {
    return false;
  }
}

std::string QueryText(const duckdb::CreateViewInfo& info, const std::string& source) {
  if (const auto offset = QueryOffset(source)) {
    std::string text = source.substr(*offset);
    while (!text.empty() &&
           (text.back() == ';' || std::isspace(static_cast<unsigned char>(text.back())))) {
      text.pop_back();
    }
    if (IsOneQuery(text)) return text;
  }
  return info.query->ToString();
}

}  // namespace

std::string ViewText(const duckdb::CreateViewInfo& info, const std::string& source) {
  const std::string query = QueryText(info, source);
  if (info.aliases.empty()) return query + "\n";
  std::vector<std::string> names;
  for (const std::string& alias : info.aliases) {
    names.push_back(duckdb::KeywordHelper::WriteQuoted(alias, '"'));
  }
  return fmt::format("SELECT * FROM (\n{}\n) AS {}({})\n", query,
                     duckdb::KeywordHelper::WriteQuoted(info.view_name, '"'),
                     fmt::join(names, ", "));
}

}  // namespace laguna::catalog
