// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>

#include "engine/edit/created_table.h"
#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

void TakeUsing(EditedStatement& statement, size_t at) {
  if (statement.options.using_format) {
    throw statement.ErrorAt(at, "USING stands twice.");
  }
  if (statement[at + 1].kind != TokenKind::kWord) {
    throw statement.ErrorAt(at + 1, "Expected the table's format after USING.")
        .Hint("Tables are Delta: write USING DELTA, or leave it out.");
  }
  statement.options.using_format = std::string(statement[at + 1].text);
  statement.Blank(at, at + 2);
}

void TakeLocation(EditedStatement& statement, size_t at) {
  if (statement.options.location) {
    throw statement.ErrorAt(at, "LOCATION stands twice.");
  }
  if (statement[at + 1].kind != TokenKind::kString) {
    throw statement.ErrorAt(at + 1, "Expected a path in single quotes after LOCATION.");
  }
  statement.options.location = statement.Unquoted(at + 1);
  statement.Blank(at, at + 2);
}

// 'delta.appendOnly' or delta.appendOnly; moves `next` behind it.
std::string PropertyName(const EditedStatement& statement, size_t& next) {
  if (statement[next].kind == TokenKind::kString) {
    return statement.Unquoted(next++);
  }
  std::string name;
  while (statement[next].kind == TokenKind::kWord ||
         statement[next].kind == TokenKind::kQuotedIdentifier || statement[next].IsOperator(".")) {
    name += statement[next].IsOperator(".") ? "." : statement.Unquoted(next);
    ++next;
  }
  if (name.empty()) {
    throw statement.ErrorAt(next, "Expected the name of a table property here.")
        .Hint("The syntax is: TBLPROPERTIES ('name' = 'value', ...)");
  }
  return name;
}

std::string PropertyValue(const EditedStatement& statement, size_t& next) {
  const Token& token = statement[next];
  if (token.kind == TokenKind::kString) {
    return statement.Unquoted(next++);
  }
  if (token.kind == TokenKind::kNumber || token.kind == TokenKind::kWord) {
    ++next;
    return std::string(token.text);
  }
  throw statement.ErrorAt(next, "Expected the value of a table property here.")
      .Hint("The syntax is: TBLPROPERTIES ('name' = 'value', ...)");
}

void TakeProperty(EditedStatement& statement, size_t& next) {
  const size_t begin = next;
  const std::string name = PropertyName(statement, next);
  if (statement[next].IsOperator("=")) {
    ++next;
  }
  const std::string value = PropertyValue(statement, next);
  if (!statement.options.table_properties.emplace(name, value).second) {
    throw statement.ErrorAt(begin, fmt::format("The table property {} stands twice.", name));
  }
}

void TakeProperties(EditedStatement& statement, size_t at) {
  if (!statement[at + 1].IsOperator("(")) {
    throw statement.ErrorAt(at + 1, "Expected ( after TBLPROPERTIES.")
        .Hint("The syntax is: TBLPROPERTIES ('name' = 'value', ...)");
  }
  size_t next = at + 2;
  while (!statement[next].IsOperator(")")) {
    TakeProperty(statement, next);
    if (statement[next].IsOperator(",")) {
      ++next;
    } else if (!statement[next].IsOperator(")")) {
      throw statement.ErrorAt(next, "Expected a comma or ) here.")
          .Hint("The syntax is: TBLPROPERTIES ('name' = 'value', ...)");
    }
  }
  statement.Blank(at, next + 1);
}

}  // namespace

void EditCreateTable(EditedStatement& statement) {
  for (size_t i = AfterCreatedName(statement); i < statement.size();) {
    if (statement[i].Is("AS")) {
      return;
    }
    if (statement[i].Is("USING")) {
      TakeUsing(statement, i);
    } else if (statement[i].Is("LOCATION")) {
      TakeLocation(statement, i);
    } else if (statement[i].Is("TBLPROPERTIES")) {
      TakeProperties(statement, i);
    } else {
      i = statement[i].IsOperator("(") ? statement.ClosingOf(i) + 1 : i + 1;
    }
  }
}

}  // namespace laguna::engine
