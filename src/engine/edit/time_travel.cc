// SPDX-License-Identifier: Apache-2.0
// VERSION AS OF and TIMESTAMP AS OF.
//
// The clause stands behind a relation's name and ends where its expression ends. Since an alias may
// follow without AS, the end is found by reading operands and operators: '2024-01-01',
// current_timestamp() - INTERVAL 7 DAYS, CAST('2024-01-01' AS DATE), (anything).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

constexpr std::array<std::string_view, 6> kOperators = {"+", "-", "*", "/", "||", "::"};

bool IsName(const Token& token) {
  return token.kind == TokenKind::kWord || token.kind == TokenKind::kQuotedIdentifier;
}

bool IsBinaryOperator(const Token& token) {
  for (const std::string_view op : kOperators) {
    if (token.IsOperator(op)) {
      return true;
    }
  }
  return false;
}

// name, a.b, name(...), INTERVAL 7 DAYS, DATE '2024-01-01'.
size_t AfterWordOperand(const EditedStatement& statement, size_t at) {
  if (statement[at].Is("INTERVAL")) {
    const bool bracket = statement[at + 1].IsOperator("(");
    at = bracket ? statement.ClosingOf(at + 1) + 1 : at + 2;
    const bool quoted = statement[at - 1].kind == TokenKind::kString;
    return !quoted && statement[at].kind == TokenKind::kWord ? at + 1 : at;
  }
  ++at;
  if (statement[at].kind == TokenKind::kString) {
    return at + 1;
  }
  while (statement[at].IsOperator(".") && IsName(statement[at + 1])) {
    at += 2;
  }
  return statement[at].IsOperator("(") ? statement.ClosingOf(at) + 1 : at;
}

size_t AfterOperand(const EditedStatement& statement, size_t at) {
  while (statement[at].IsOperator("-") || statement[at].IsOperator("+")) ++at;
  const Token& token = statement[at];
  if (token.IsOperator("$")) {
    return at + 2;
  }
  if (token.IsOperator("(")) {
    return statement.ClosingOf(at) + 1;
  }
  if (IsName(token)) {
    return AfterWordOperand(statement, at);
  }
  const bool operand = token.kind == TokenKind::kString || token.kind == TokenKind::kNumber ||
                       token.text.starts_with("$") || token.text.starts_with("?");
  if (!operand) {
    throw statement.ErrorAt(at, "Expected a version number or a time here.")
        .Hint("The syntax is: table VERSION AS OF 3, or table TIMESTAMP AS OF '2024-01-31'");
  }
  return at + 1;
}

size_t AfterExpression(const EditedStatement& statement, size_t at) {
  at = AfterOperand(statement, at);
  while (IsBinaryOperator(statement[at])) {
    at = AfterOperand(statement, at + 1);
  }
  return std::min(at, statement.size());
}

// The first token of the name that ends before `end`; nothing when none does.
std::optional<size_t> RelationBefore(const EditedStatement& statement, size_t end) {
  if (end == 0 || !IsName(statement[end - 1])) {
    return std::nullopt;
  }
  size_t begin = end - 1;
  while (begin >= 2 && statement[begin - 1].IsOperator(".") && IsName(statement[begin - 2])) {
    begin -= 2;
  }
  return begin;
}

std::optional<std::string_view> UnitAt(const EditedStatement& statement, size_t at) {
  // `SELECT version AS of FROM t` names a column.
  const Token& operand = statement[at + 3];
  if (!statement.Comes(at + 1, {"AS", "OF"}) || operand.Is("FROM") || operand.IsOperator(",")) {
    return std::nullopt;
  }
  if (statement[at].Is("VERSION") || statement[at].Is("SYSTEM_VERSION")) {
    return "VERSION";
  }
  if (statement[at].Is("TIMESTAMP") || statement[at].Is("SYSTEM_TIME")) {
    return "TIMESTAMP";
  }
  return std::nullopt;
}

// RESTORE TABLE t TO VERSION AS OF n and the like are own statements and never come here.
void TakeClause(EditedStatement& statement, size_t at, std::string_view unit) {
  const size_t clause = at > 0 && statement[at - 1].Is("FOR") ? at - 1 : at;
  const auto relation = RelationBefore(statement, clause);
  if (!relation) {
    throw statement.ErrorAt(at, fmt::format("{} AS OF must follow the name of a table.", unit));
  }
  const size_t begin = at + 3;
  const size_t end = AfterExpression(statement, begin);
  TimeTravel travel;
  travel.unit = unit;
  travel.relation_offset = statement.OffsetOf(*relation);
  travel.clause_offset = statement.OffsetOf(at);
  travel.expression_offset = statement.OffsetOf(begin);
  travel.expression = statement.TextOf(begin, end);
  statement.time_travels.push_back(std::move(travel));
  statement.Blank(clause, end);
}

}  // namespace

void EditTimeTravel(EditedStatement& statement) {
  for (size_t i = 0; i < statement.size(); ++i) {
    if (const auto unit = UnitAt(statement, i)) {
      TakeClause(statement, i, *unit);
    }
  }
}

}  // namespace laguna::engine
