// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/column_statement.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "engine/type_text.h"

namespace laguna::catalog {

namespace {

bool IsName(const engine::Token& token) {
  return token.kind == engine::TokenKind::kWord ||
         token.kind == engine::TokenKind::kQuotedIdentifier;
}

// Sets the last entry; the statement's syntax sees to it that it is said once.
void SetLast(engine::ValueList& list, std::string text) {
  list.back() = engine::Value(std::move(text));
}

bool IsSaid(const engine::ValueList& list) {
  return std::ranges::any_of(list, [](const engine::Value& value) { return !value.IsNull(); });
}

void RefuseDefault() {
  throw base::Error(base::ErrorKind::kUnsupported, "alter.added_default",
                    "A new column cannot have a DEFAULT at once: the rows that are there have no "
                    "value for it.")
      .Hint(
          "Add it without, fill it with UPDATE, and give it the default with ALTER TABLE ... ALTER "
          "COLUMN ... SET DEFAULT.");
}

}  // namespace

std::span<const engine::Token> BehindTable(std::span<const engine::Token> rest) {
  size_t at = rest.size() > 1 && rest[0].Is("IF") && rest[1].Is("EXISTS") ? 2 : 0;
  ++at;
  while (at + 1 < rest.size() && rest[at].IsOperator(".")) at += 2;
  return rest.subspan(std::min(at, rest.size()));
}

bool Holds(std::span<const engine::Token> tokens, size_t first,
           std::initializer_list<std::string_view> words) {
  int depth = 0;
  for (size_t at = 0; at < tokens.size(); ++at) {
    depth += tokens[at].IsOperator("(") ? 1 : tokens[at].IsOperator(")") ? -1 : 0;
    if (depth > 0 || at < first) continue;
    for (const std::string_view word : words) {
      if (tokens[at].Is(word) || tokens[at].IsOperator(word)) return true;
    }
  }
  return false;
}

size_t ColumnNameLength(std::span<const engine::Token> tokens) {
  if (tokens.empty() || !IsName(tokens[0])) return 0;
  size_t length = 1;
  while (length + 1 < tokens.size() && tokens[length].IsOperator(".") &&
         IsName(tokens[length + 1])) {
    length += 2;
  }
  return length;
}

void ColumnLists::Begin(engine::ValueList path) {
  columns.emplace_back(std::move(path));
  for (engine::ValueList* list : {&types, &comments, &positions}) list->emplace_back();
  required.emplace_back(false);
}

void ColumnLists::PutInto(engine::FunctionCall& call) && {
  if (IsSaid(types)) call.named["types"] = std::move(types);
  if (IsSaid(comments)) call.named["comments"] = std::move(comments);
  if (IsSaid(positions)) call.named["positions"] = std::move(positions);
  if (std::ranges::find(required, engine::Value(true)) != required.end()) {
    call.named["required"] = std::move(required);
  }
  call.named["columns"] = std::move(columns);
}

engine::ValueList TakeColumnPath(engine::TokenReader& tokens) {
  engine::ValueList path;
  do {
    path.emplace_back(tokens.TakeIdentifier());
  } while (tokens.AcceptOperator("."));
  return path;
}

std::string TakeTypeText(engine::TokenReader& tokens) {
  const size_t begin = tokens.Peek().offset;
  static_cast<void>(engine::TakeType(tokens));
  return std::string(tokens.SourceFrom(begin));
}

bool AcceptComment(engine::TokenReader& tokens, ColumnLists& lists) {
  if (!tokens.Accept("COMMENT")) return false;
  SetLast(lists.comments, tokens.TakeString());
  return true;
}

bool AcceptPosition(engine::TokenReader& tokens, ColumnLists& lists) {
  if (tokens.Accept("FIRST")) {
    SetLast(lists.positions, "FIRST");
    return true;
  }
  if (!tokens.Accept("AFTER")) return false;
  SetLast(lists.positions, "AFTER " + tokens.TakeIdentifier());
  return true;
}

void TakeNewColumn(engine::TokenReader& tokens, ColumnLists& lists) {
  lists.Begin(TakeColumnPath(tokens));
  tokens.AcceptOperator(":");
  lists.types.back() = engine::Value(TakeTypeText(tokens));
  while (true) {
    if (tokens.Peek().Is("DEFAULT")) RefuseDefault();
    if (tokens.Accept("NOT")) {
      tokens.Take("NULL");
      lists.required.back() = engine::Value(true);
    } else if (!AcceptComment(tokens, lists) && !AcceptPosition(tokens, lists)) {
      return;
    }
  }
}

}  // namespace laguna::catalog
