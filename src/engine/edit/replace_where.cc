// SPDX-License-Identifier: Apache-2.0
// INSERT INTO t [(columns)] [BY NAME] REPLACE WHERE condition query.
#include <initializer_list>
#include <string_view>

#include "engine/edit/edits.h"
#include "engine/edit/statement_verb.h"

namespace laguna::engine {
namespace {

constexpr const char* kSyntax =
    "The syntax is: INSERT INTO table REPLACE WHERE condition SELECT ...";

bool BeginsQuery(const Token& token) {
  for (const std::string_view word : {"SELECT", "VALUES", "FROM", "WITH", "TABLE", "PIVOT"}) {
    if (token.Is(word)) {
      return true;
    }
  }
  return false;
}

// Where the condition that begins at `from` ends and the query begins. Brackets belong to the
// condition unless they hold all that is left.
size_t FindQuery(const EditedStatement& statement, size_t from) {
  for (size_t i = from; i < statement.size(); i = BehindGroup(statement, i)) {
    const bool in_brackets = statement[i].IsOperator("(") && BeginsQuery(statement[i + 1]);
    const bool is_last = in_brackets && statement.ClosingOf(i) + 1 >= statement.size();
    // IS [NOT] DISTINCT FROM.
    const bool is_comparison = statement[i].Is("FROM") && statement[i - 1].Is("DISTINCT");
    if (is_last || (BeginsQuery(statement[i]) && !is_comparison)) {
      return i;
    }
  }
  return statement.size();
}

// The REPLACE between the table and the query; the size when there is none.
size_t FindReplace(const EditedStatement& statement, size_t insert) {
  for (size_t i = insert + 1; i < statement.size(); i = BehindGroup(statement, i)) {
    if (statement.Comes(i, {"REPLACE", "WHERE"})) {
      return i;
    }
    if (BeginsQuery(statement[i]) && !statement[i].Is("TABLE")) {
      return statement.size();
    }
  }
  return statement.size();
}

}  // namespace

void EditReplaceWhere(EditedStatement& statement) {
  const size_t insert = FindVerb(statement, "INSERT");
  if (insert >= statement.size()) {
    return;
  }
  const size_t replace = FindReplace(statement, insert);
  if (replace >= statement.size()) {
    return;
  }
  if (statement.options.overwrite) {
    throw statement
        .ErrorAt(replace,
                 "INSERT OVERWRITE replaces all rows; it takes no REPLACE "
                 "WHERE.")
        .Hint(kSyntax);
  }
  const size_t begin = replace + 2;
  const size_t query = FindQuery(statement, begin);
  if (query == begin) {
    throw statement.ErrorAt(begin, "Expected a condition after REPLACE WHERE.").Hint(kSyntax);
  }
  if (query >= statement.size()) {
    throw statement.ErrorAt(query, "Expected a query after the condition of REPLACE WHERE.")
        .Hint(kSyntax);
  }
  statement.options.replace_where = {statement.TextOf(begin, query), statement.OffsetOf(begin)};
  statement.Blank(replace, query);
}

}  // namespace laguna::engine
