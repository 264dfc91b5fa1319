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

// The query as the engine prints it; nothing when the text is none.
std::optional<std::string> PrintedForm(const std::string& text) {
  try {
    duckdb::Parser parser;
    parser.ParseQuery(text);
    if (parser.statements.size() != 1) return std::nullopt;
    if (parser.statements[0]->type != duckdb::StatementType::SELECT_STATEMENT) return std::nullopt;
    return parser.statements[0]->ToString();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string WithPrefixes(std::string source, const std::vector<NamePrefix>& prefixes) {
  for (auto prefix = prefixes.rbegin(); prefix != prefixes.rend(); ++prefix) {
    if (prefix->offset <= source.size()) source.insert(prefix->offset, prefix->text);
  }
  return source;
}

std::string QueryText(const QualifiedQuery& qualified, const std::string& source) {
  std::string printed = qualified.query->ToString();
  const auto offset = QueryOffset(source);
  if (!offset) return printed;
  // The prefixes stand in the query, so its begin stays where it is.
  std::string text = WithPrefixes(source, qualified.prefixes).substr(*offset);
  while (!text.empty() &&
         (text.back() == ';' || std::isspace(static_cast<unsigned char>(text.back())))) {
    text.pop_back();
  }
  return PrintedForm(text) == printed ? text : printed;
}

// The names given to the view's columns; none where the query's own stand.
std::vector<std::string> GivenNames(const duckdb::CreateViewInfo& info,
                                    const QualifiedQuery& qualified) {
  std::vector<std::string> names(info.aliases.begin(), info.aliases.end());
  if (!qualified.names_changed) return names;
  for (size_t i = names.size(); i < qualified.column_names.size(); ++i) {
    names.push_back(qualified.column_names[i]);
  }
  return names;
}

}  // namespace

std::string ViewText(const duckdb::CreateViewInfo& info, const QualifiedQuery& qualified,
                     const std::string& source) {
  const std::string query = QueryText(qualified, source);
  std::vector<std::string> names = GivenNames(info, qualified);
  if (names.empty()) return query + "\n";
  for (std::string& name : names) name = duckdb::KeywordHelper::WriteQuoted(name, '"');
  return fmt::format("SELECT * FROM (\n{}\n) AS {}({})\n", query,
                     duckdb::KeywordHelper::WriteQuoted(info.view_name, '"'),
                     fmt::join(names, ", "));
}

}  // namespace laguna::catalog
