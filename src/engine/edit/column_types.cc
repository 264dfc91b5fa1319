// SPDX-License-Identifier: Apache-2.0
// The types of columns in CREATE TABLE and ALTER TABLE.
//
// DuckDB's parser drops the length of VARCHAR(n) and does not know Spark's STRUCT<a: INT NOT NULL>.
// Both are read here. A type in Spark's spelling can be longer in the engine's, so the parser gets
// INT in its place, and the column its type afterwards (engine/declared_columns.h).
#include <utility>

#include "engine/edit/created_table.h"
#include "engine/edit/edits.h"
#include "engine/type_text.h"

namespace laguna::engine {
namespace {

constexpr const char* kTypeSyntax =
    "STRUCT<name: type [NOT NULL] [COMMENT 'text'], ...>, ARRAY<type>, MAP<type, type>, "
    "VARCHAR(length)";
// No longer than any word that begins a nested type.
constexpr const char* kPlaceholder = "INT";

bool BeginsNested(const Token& token) {
  return token.Is("STRUCT") || token.Is("ARRAY") || token.Is("MAP") || token.Is("ROW");
}

bool IsLimitedText(const EditedStatement& statement, size_t at) {
  const size_t open = statement[at + 1].Is("VARYING") ? at + 2 : at + 1;
  return IsTextType(statement[at]) && statement[open].IsOperator("(");
}

// Whether the bracket at `open` has the length of a text inside, or a field with a clause.
bool HoldsMore(const EditedStatement& statement, size_t open) {
  const size_t close = statement.ClosingOf(open);
  for (size_t at = open + 1; at < close; ++at) {
    if (IsLimitedText(statement, at) || statement[at].Is("COMMENT") || statement[at].Is("NOT")) {
      return true;
    }
  }
  return false;
}

// Others are left to DuckDB, which knows sorts of types that are not read here.
bool IsOurs(const EditedStatement& statement, size_t type) {
  if (IsLimitedText(statement, type)) return true;
  if (!BeginsNested(statement[type])) return false;
  if (statement[type + 1].IsOperator("<")) return true;
  return statement[type + 1].IsOperator("(") && HoldsMore(statement, type + 1);
}

// What DuckDB's parser takes as it is.
bool IsInItsSpelling(const DeclaredType& type, bool has_angles) {
  if (has_angles) return false;
  for (const DeclaredPart& part : type.parts) {
    if (part.required || part.comment) return false;
  }
  return true;
}

// Reads the type at `type`, which is one of ours; gives what follows it.
size_t ReadColumnType(EditedStatement& statement, const std::string& column, size_t type) {
  TokenReader reader = statement.ReaderFrom(type, kTypeSyntax);
  DeclaredColumn declared{.name = column, .type = TakeType(reader)};
  const size_t end = statement.IndexOf(reader);
  declared.offset = statement.OffsetOf(type);
  statement.options.declared_columns.push_back(std::move(declared));
  return end;
}

// The same in a CREATE TABLE; leaves what DuckDB reads.
void TakeColumnType(EditedStatement& statement, const std::string& column, size_t type) {
  if (!IsOurs(statement, type)) return;
  const size_t end = ReadColumnType(statement, column, type);
  bool has_angles = false;
  for (size_t at = type; at < end; ++at) {
    has_angles = has_angles || statement[at].IsOperator("<");
  }
  DeclaredColumn& declared = statement.options.declared_columns.back();
  declared.is_replaced = !IsInItsSpelling(declared.type, has_angles);
  if (!declared.is_replaced) return;
  statement.Overwrite(type, kPlaceholder);
  statement.Blank(type + 1, end);
}

// `begin` follows the bracket or a comma of the list of columns; gives the next comma, or the
// bracket that closes the list.
size_t TakeColumn(EditedStatement& statement, size_t begin) {
  if (IsName(statement[begin]) && !BeginsConstraint(statement[begin])) {
    // Spark takes a colon behind the name.
    if (statement[begin + 1].IsOperator(":")) statement.Blank(begin + 1, begin + 2);
    TakeColumnType(statement, statement.Unquoted(begin), begin + 1);
  }
  size_t at = begin;
  while (at < statement.size() && !statement[at].IsOperator(",") &&
         !statement[at].IsOperator(")")) {
    at = statement[at].IsOperator("(") ? statement.ClosingOf(at) + 1 : at + 1;
  }
  return at;
}

// Behind ALTER TABLE [IF EXISTS] name; the size for other statements.
size_t AfterAlteredName(const EditedStatement& statement) {
  if (!statement.Comes(0, {"ALTER", "TABLE"})) return statement.size();
  size_t at = statement.Comes(2, {"IF", "EXISTS"}) ? 4 : 2;
  ++at;
  while (statement[at].IsOperator(".")) at += 2;
  return at;
}

// ADD [COLUMN] [IF NOT EXISTS] name type, ALTER [COLUMN] name [SET DATA] TYPE type; the name may be
// that of a field.
void TakeAlteredColumn(EditedStatement& statement, size_t at) {
  const bool adds = statement[at].Is("ADD");
  if (!adds && !statement[at].Is("ALTER")) return;
  ++at;
  if (statement[at].Is("COLUMN")) ++at;
  if (statement.Comes(at, {"IF", "NOT", "EXISTS"})) at += 3;
  if (!IsName(statement[at])) return;
  while (statement[at + 1].IsOperator(".")) at += 2;
  const std::string column = IsName(statement[at]) ? statement.Unquoted(at) : "";
  ++at;
  if (statement.Comes(at, {"SET", "DATA"})) at += 2;
  if (!adds && !statement[at].Is("TYPE")) return;
  const size_t type = adds ? at : at + 1;
  if (IsOurs(statement, type)) ReadColumnType(statement, column, type);
}

}  // namespace

void EditColumnTypes(EditedStatement& statement) {
  size_t at = ColumnListOf(statement);
  while (at < statement.size() && !statement[at].IsOperator(")")) {
    at = TakeColumn(statement, at + 1);
  }
  TakeAlteredColumn(statement, AfterAlteredName(statement));
}

}  // namespace laguna::engine
