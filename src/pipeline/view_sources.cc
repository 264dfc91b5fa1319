// SPDX-License-Identifier: Apache-2.0
#include "pipeline/view_sources.h"

#include <algorithm>
#include <array>

#include "catalog/session_table.h"
#include "pipeline/pipeline.h"

namespace laguna::pipeline {
namespace {

using engine::Token;
using engine::TokenKind;

// What the list of functions does not have, or does not say: words of the grammar, age(x), which
// means age(today(), x).
constexpr std::array<std::string_view, 11> kUnsteadyWords{
    "AGE", "CURRENT_TIMESTAMP", "CURRENT_TIME", "CURRENT_DATE", "LOCALTIMESTAMP", "LOCALTIME",
    "AGO", "CURRENT_SETTING",   "GETVARIABLE",  "SAMPLE",       "TABLESAMPLE"};

constexpr const char* kMacros =
    "SELECT function_name, macro_definition FROM duckdb_functions() "
    "WHERE macro_definition IS NOT NULL";

constexpr const char* kUnsteadyFunctions =
    "SELECT DISTINCT function_name FROM duckdb_functions() "
    "WHERE stability IS NOT NULL AND stability <> 'CONSISTENT'";

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& byte : upper) {
    if (byte >= 'a' && byte <= 'z') byte = static_cast<char>(byte - 'a' + 'A');
  }
  return upper;
}

// The name in a word or a quoted identifier.
std::string NameIn(const Token& token) {
  std::string_view text = token.text;
  if (token.kind == TokenKind::kQuotedIdentifier && text.size() >= 2) {
    text = text.substr(1, text.size() - 2);
  }
  return Upper(text);
}

}  // namespace

std::set<std::string> UnsteadyFunctions(engine::Session& session) {
  std::set<std::string> names(kUnsteadyWords.begin(), kUnsteadyWords.end());
  for (const auto& row : session.Run(kUnsteadyFunctions).Drain()) {
    names.insert(Upper(row.front().ToText()));
  }
  for (const auto& row : session.Run(kMacros).Drain()) {
    const engine::Script definition(row.at(1).ToText(), "");
    const bool unsteady =
        std::any_of(definition.statements().begin(), definition.statements().end(),
                    [&](const auto& statement) { return NamesOneOf(statement, names); });
    if (unsteady) names.insert(Upper(row.front().ToText()));
  }
  return names;
}

bool NamesOneOf(const engine::ScriptStatement& statement, const std::set<std::string>& words) {
  return std::any_of(statement.tokens.begin(), statement.tokens.end(), [&](const Token& token) {
    const bool name = token.kind == TokenKind::kWord || token.kind == TokenKind::kQuotedIdentifier;
    return name && words.contains(NameIn(token));
  });
}

ViewSources FindViewSources(engine::Session& session, const Definition& definition,
                            const std::set<std::string>& unsteady) {
  ViewSources sources;
  const engine::BoundQuery query = session.Bind(*definition.table.script, definition.table.query);
  for (const engine::BoundRelation& relation : query.relations) {
    const auto name = relation.function ? std::nullopt : LakeName(relation.qualified_name);
    const auto table = name ? catalog::ReadTableState(session, *name) : std::nullopt;
    if (table) {
      sources.tables.push_back({table->name, table->id, table->version});
    } else {
      sources.tables_only = false;
    }
  }
  std::sort(
      sources.tables.begin(), sources.tables.end(),
      [](const TableVersion& left, const TableVersion& right) { return left.table < right.table; });
  sources.tables.erase(std::unique(sources.tables.begin(), sources.tables.end()),
                       sources.tables.end());
  if (NamesOneOf(definition.table.query, unsteady)) sources.tables_only = false;
  return sources;
}

}  // namespace laguna::pipeline
