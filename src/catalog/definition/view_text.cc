// SPDX-License-Identifier: Apache-2.0
#include "catalog/definition/view_text.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "duckdb/parser/keyword_helper.hpp"
#include "duckdb/parser/parser.hpp"

namespace laguna::catalog {

namespace {

struct Word {
  // Lower case; signs are one character.
  std::string text;
  size_t offset = 0;
};

// The words and signs of a statement, as DuckDB's lexer cuts them; comments are none.
std::vector<Word> WordsOf(const std::string& source) {
  std::vector<Word> words;
  for (const auto& token : duckdb::Parser::Tokenize(source)) {
    size_t end = token.start;
    while (end < source.size() && duckdb::StringUtil::CharacterIsAlpha(source[end])) ++end;
    if (end == token.start) ++end;
    words.push_back(
        {duckdb::StringUtil::Lower(source.substr(token.start, end - token.start)), token.start});
  }
  return words;
}

// Where the query begins: after the first AS outside parentheses that follows VIEW.
std::optional<size_t> QueryOffset(const std::string& source) {
  const std::vector<Word> words = WordsOf(source);
  bool seen_view = false;
  int depth = 0;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i].text == "view") seen_view = true;
    if (words[i].text == "(") ++depth;
    if (words[i].text == ")") --depth;
    if (seen_view && depth == 0 && words[i].text == "as") return words[i + 1].offset;
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
