// SPDX-License-Identifier: Apache-2.0
// GENERATED ALWAYS AS (expression), AS (expression), GENERATED {ALWAYS | BY DEFAULT} AS IDENTITY in
// the columns of a CREATE TABLE.
#include <charconv>
#include <string>
#include <utility>

#include "engine/edit/created_table.h"
#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

constexpr const char* kIdentitySyntax =
    "The syntax is: GENERATED {ALWAYS | BY DEFAULT} AS IDENTITY [(START WITH n INCREMENT BY n)]";

int64_t TakeInteger(const EditedStatement& statement, size_t& at) {
  const bool negative = statement[at].IsOperator("-");
  if (negative || statement[at].IsOperator("+")) ++at;
  const Token& token = statement[at];
  const std::string text = (negative ? "-" : "") + std::string(token.text);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole =
      token.kind == TokenKind::kNumber && error == std::errc() && end == text.data() + text.size();
  if (!whole) {
    throw statement.ErrorAt(at, "Expected a whole number of 64 bits here.").Hint(kIdentitySyntax);
  }
  ++at;
  return number;
}

// START [WITH] n, INCREMENT [BY] n between the brackets at `open`; gives what follows them.
size_t TakeIdentityOptions(const EditedStatement& statement, size_t open,
                           IdentityClause& identity) {
  size_t at = open + 1;
  while (!statement[at].IsOperator(")")) {
    const bool starts = statement[at].Is("START");
    if (!starts && !statement[at].Is("INCREMENT")) {
      throw statement.ErrorAt(at, "Expected START WITH or INCREMENT BY here.")
          .Hint(kIdentitySyntax);
    }
    ++at;
    if (statement[at].Is(starts ? "WITH" : "BY")) ++at;
    const size_t number_at = at;
    (starts ? identity.start : identity.step) = TakeInteger(statement, at);
    if (!starts && identity.step == 0) {
      throw statement.ErrorAt(number_at, "INCREMENT BY 0 would give every row the same number.");
    }
    if (statement[at].IsOperator(",")) ++at;
  }
  return at + 1;
}

void TakeIdentity(EditedStatement& statement, size_t begin, size_t identity_at,
                  ColumnValueClause clause) {
  clause.identity = IdentityClause{.by_default = statement[begin + 1].Is("BY")};
  size_t end = identity_at + 1;
  if (statement[end].IsOperator("(")) end = TakeIdentityOptions(statement, end, *clause.identity);
  statement.options.column_values.push_back(std::move(clause));
  statement.Blank(begin, end);
}

void TakeExpression(EditedStatement& statement, size_t begin, size_t open,
                    ColumnValueClause clause) {
  const size_t close = statement[open].IsOperator("(") ? statement.ClosingOf(open) : open;
  if (close >= statement.size() || close <= open + 1) {
    throw statement.ErrorAt(open, "Expected the expression of a generated column in brackets.")
        .Hint("The syntax is: GENERATED ALWAYS AS (expression)");
  }
  clause.expression = statement.TextOf(open + 1, close);
  clause.expression_offset = statement.OffsetOf(open + 1);
  const Token& storage = statement[close + 1];
  if (storage.Is("VIRTUAL")) clause.storage = ValueStorage::kVirtual;
  if (storage.Is("STORED")) clause.storage = ValueStorage::kStored;
  const size_t end = close + (clause.storage == ValueStorage::kUnsaid ? 1 : 2);
  statement.options.column_values.push_back(std::move(clause));
  statement.Blank(begin, end);
}

// Whether a clause of ours begins at `at`; then it is gone.
bool TakeClause(EditedStatement& statement, size_t at, const std::string& column) {
  const ColumnValueClause clause{.column = column, .offset = statement.OffsetOf(at)};
  if (statement[at].Is("AS") && statement[at + 1].IsOperator("(")) {
    TakeExpression(statement, at, at + 1, clause);
    return true;
  }
  if (!statement[at].Is("GENERATED")) return false;
  size_t as = at + 1;
  if (statement[as].Is("ALWAYS")) {
    ++as;
  } else if (statement.Comes(as, {"BY", "DEFAULT"})) {
    as += 2;
  }
  if (!statement[as].Is("AS")) {
    throw statement.ErrorAt(as, "Expected ALWAYS AS or BY DEFAULT AS here.")
        .Hint(
            "The syntax is: GENERATED ALWAYS AS (expression), or GENERATED {ALWAYS | BY DEFAULT} "
            "AS IDENTITY");
  }
  if (statement[as + 1].Is("IDENTITY")) {
    TakeIdentity(statement, at, as + 1, clause);
    return true;
  }
  if (statement[at + 1].Is("BY")) {
    throw statement.ErrorAt(as + 1, "BY DEFAULT stands before AS IDENTITY only.")
        .Hint("Write DEFAULT value for a value that a row gets where none is given.");
  }
  TakeExpression(statement, at, as + 1, clause);
  return true;
}

// Behind the column that begins at `at`: at its comma or the bracket that closes the list. Commas
// inside of MAP<a, b> are none. A column without a type is left as it is: DuckDB's parser may leave
// it out there only.
size_t TakeColumn(EditedStatement& statement, size_t at) {
  if (!IsName(statement[at])) return statement.size();
  const std::string column = statement.Unquoted(at);
  int open_types = 0;
  const size_t type = at + 1;
  for (++at; at < statement.size();) {
    if (statement[at].IsOperator("<")) ++open_types;
    if (statement[at].IsOperator(">")) --open_types;
    if (statement[at].IsOperator(">>")) open_types -= 2;
    const bool ends = statement[at].IsOperator(",") || statement[at].IsOperator(")");
    if (ends && open_types <= 0) return at;
    if (at > type && TakeClause(statement, at, column)) continue;
    at = statement[at].IsOperator("(") ? statement.ClosingOf(at) + 1 : at + 1;
  }
  return at;
}

}  // namespace

void EditColumnValues(EditedStatement& statement) {
  size_t at = ColumnListOf(statement);
  while (at < statement.size() && !statement[at].IsOperator(")")) {
    at = TakeColumn(statement, at + 1);
  }
}

}  // namespace laguna::engine
