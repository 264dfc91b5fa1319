// SPDX-License-Identifier: Apache-2.0
// The parts of ALTER TABLE statements that speak of columns, in Spark's spelling. Pure functions
// over tokens.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "engine/own_statement.h"

namespace laguna::catalog {

// The tokens behind the table's name; `rest` are those behind ALTER TABLE.
std::span<const engine::Token> BehindTable(std::span<const engine::Token> rest);

// Whether one of `words`, or an operator, stands in `tokens` outside of brackets, from `first` on.
bool Holds(std::span<const engine::Token> tokens, size_t first,
           std::initializer_list<std::string_view> words);

// How many tokens the name of a column at their begin takes: s.b is three; 0: none stands there.
size_t ColumnNameLength(std::span<const engine::Token> tokens);

// What is said of columns, one entry each: the arguments of laguna_alter_columns.
struct ColumnLists {
  engine::ValueList columns;
  engine::ValueList types;
  engine::ValueList comments;
  engine::ValueList positions;
  engine::ValueList required;

  // A column of which nothing is said yet.
  void Begin(engine::ValueList path);
  void PutInto(engine::FunctionCall& call) &&;
};

// s.b, `odd name`: its parts.
engine::ValueList TakeColumnPath(engine::TokenReader& tokens);

// A type, as it is written.
std::string TakeTypeText(engine::TokenReader& tokens);

// COMMENT 'text', for the last column of `lists`; false: none stands there.
bool AcceptComment(engine::TokenReader& tokens, ColumnLists& lists);
// s.b[:] type [NOT NULL] [COMMENT 'text'] [FIRST | AFTER name]. Unsupported for a DEFAULT.
void TakeNewColumn(engine::TokenReader& tokens, ColumnLists& lists);
// FIRST, AFTER name.
bool AcceptPosition(engine::TokenReader& tokens, ColumnLists& lists);

}  // namespace laguna::catalog
