// SPDX-License-Identifier: Apache-2.0
// The clauses of UPDATE and MERGE INTO: which rows they are for and what they set.
//
// DuckDB's parser takes t.address.city = ... in SET and then refuses it, ignores what qualifies a
// column of INSERT (t.k), does not tell UPDATE SET * from UPDATE BY POSITION, and moves the clause
// without a condition behind the others. So all that is read from the tokens here; of a path only
// its first name is left for the parser, as a placeholder.
#include <fmt/format.h>

#include <utility>

#include "engine/edit/edits.h"
#include "engine/edit/statement_verb.h"

namespace laguna::engine {
namespace {

bool IsName(const Token& token) {
  return token.kind == TokenKind::kWord || token.kind == TokenKind::kQuotedIdentifier;
}

// Reads name.name.name at `at` and leaves the first name there.
ChangedColumn TakePath(EditedStatement& statement, size_t at) {
  ChangedColumn column;
  column.offset = statement.OffsetOf(at);
  column.path.push_back(statement.Unquoted(at));
  size_t next = at + 1;
  while (statement[next].IsOperator(".") && IsName(statement[next + 1])) {
    column.path.push_back(statement.Unquoted(next + 1));
    next += 2;
  }
  statement.Blank(at + 1, next);
  return column;
}

// The names between the brackets at `open`; what is none of them is the parser's to refuse.
void TakeList(EditedStatement& statement, size_t open, std::vector<ChangedColumn>& columns) {
  for (size_t at = open + 1; IsName(statement[at]); at += 2) {
    columns.push_back(TakePath(statement, at));
    if (!statement[at + 1].IsOperator(",")) {
      return;
    }
  }
}

// FROM of the statement, not of IS DISTINCT FROM.
bool EndsSet(const EditedStatement& statement, size_t at) {
  const Token& token = statement[at];
  if (token.Is("FROM")) {
    return !statement[at - 1].Is("DISTINCT");
  }
  return token.Is("WHERE") || token.Is("RETURNING") || token.Is("WHEN");
}

// Behind the expression at `at`: at a comma, at what ends SET, or at the statement's end.
size_t BehindExpression(const EditedStatement& statement, size_t at) {
  while (at < statement.size() && !statement[at].IsOperator(",") && !EndsSet(statement, at)) {
    at = BehindGroup(statement, at);
  }
  return at;
}

// column = expression, (column, column) = (expression, expression), ...
std::vector<ChangedColumn> TakeAssignments(EditedStatement& statement, size_t at) {
  std::vector<ChangedColumn> columns;
  while (at < statement.size()) {
    if (statement[at].IsOperator("(")) {
      TakeList(statement, at, columns);
      at = BehindGroup(statement, at);
    } else if (IsName(statement[at]) && !EndsSet(statement, at)) {
      columns.push_back(TakePath(statement, at));
      ++at;
    }
    if (statement[at].IsOperator("[")) {
      throw statement.ErrorAt(at, "Elements of lists and maps cannot be set one by one.")
          .Hint("Set the whole column, or a field of a struct: SET column.field = ...");
    }
    if (!statement[at].IsOperator("=")) {
      break;
    }
    at = BehindExpression(statement, at + 1);
    if (!statement[at].IsOperator(",")) {
      break;
    }
    ++at;
  }
  return columns;
}

void TakeUpdate(EditedStatement& statement, size_t at, ChangeClause& clause) {
  if (!statement[at].Is("SET")) {
    clause.star = !statement[at].Is("BY");
  } else if (statement[at + 1].IsOperator("*")) {
    clause.star = true;
  } else {
    clause.columns = TakeAssignments(statement, at + 1);
  }
}

void TakeInsert(EditedStatement& statement, size_t at, ChangeClause& clause) {
  if (statement[at].IsOperator("(")) {
    TakeList(statement, at, clause.columns);
  } else {
    const Token& token = statement[at];
    clause.star = !token.Is("BY") && !token.Is("VALUES") && !token.Is("DEFAULT");
  }
}

// What stands between WHEN and THEN; gives the index of AND or THEN.
size_t TakeRows(const EditedStatement& statement, size_t at, ChangeClause& clause) {
  if (!statement[at].Is("NOT")) {
    return at + 1;
  }
  at += 2;
  if (!statement[at].Is("BY")) {
    clause.rows = ChangedRows::kNotMatched;
    return at;
  }
  clause.rows =
      statement[at + 1].Is("SOURCE") ? ChangedRows::kNotMatchedBySource : ChangedRows::kNotMatched;
  return at + 2;
}

ChangeClause TakeClause(EditedStatement& statement, size_t when) {
  ChangeClause clause;
  clause.offset = statement.OffsetOf(when);
  const size_t condition = TakeRows(statement, when + 1, clause);
  clause.conditional = statement[condition].Is("AND");
  const size_t action = FindWord(statement, condition, {"THEN"}) + 1;
  if (statement[action].Is("UPDATE")) {
    TakeUpdate(statement, action + 1, clause);
  } else if (statement[action].Is("INSERT")) {
    TakeInsert(statement, action + 1, clause);
  }
  return clause;
}

const char* Words(ChangedRows rows) {
  switch (rows) {
    case ChangedRows::kMatched:
      return "WHEN MATCHED";
    case ChangedRows::kNotMatched:
      return "WHEN NOT MATCHED";
    case ChangedRows::kNotMatchedBySource:
      return "WHEN NOT MATCHED BY SOURCE";
  }
  return "";
}

// Clauses are tried in their order, so nothing reaches one behind another without a condition.
void CheckIsReached(const EditedStatement& statement, size_t when, ChangedRows rows) {
  for (const ChangeClause& earlier : statement.options.change_clauses) {
    if (earlier.rows == rows && !earlier.conditional) {
      throw statement
          .ErrorAt(when, fmt::format("No row reaches this clause: a {} clause before it has no "
                                     "condition and takes them all.",
                                     Words(rows)))
          .Hint(
              fmt::format("Only the last {} clause may go without AND <condition>.", Words(rows)));
    }
  }
}

void TakeMerge(EditedStatement& statement, size_t merge) {
  size_t when = FindWord(statement, merge, {"WHEN"});
  while (when < statement.size() && statement[when].Is("WHEN")) {
    ChangeClause clause = TakeClause(statement, when);
    CheckIsReached(statement, when, clause.rows);
    statement.options.change_clauses.push_back(std::move(clause));
    when = FindWord(statement, when + 1, {"WHEN", "RETURNING"});
  }
}

}  // namespace

void EditChangedColumns(EditedStatement& statement) {
  const size_t merge = FindVerb(statement, "MERGE");
  if (merge < statement.size() && statement[merge + 1].Is("INTO")) {
    TakeMerge(statement, merge);
    return;
  }
  const size_t update = FindVerb(statement, "UPDATE");
  if (update == statement.size()) {
    return;
  }
  // The table itself may be called "set".
  const size_t set = FindWord(statement, update + 2, {"SET"});
  if (set < statement.size()) {
    ChangeClause& clause = statement.options.change_clauses.emplace_back();
    clause.offset = statement.OffsetOf(set);
    clause.columns = TakeAssignments(statement, set + 1);
  }
}

}  // namespace laguna::engine
