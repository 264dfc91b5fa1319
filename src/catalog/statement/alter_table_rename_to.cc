// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/alter/alter_statement.h"
#include "catalog/alter/column_statement.h"
#include "catalog/table_operand.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"ALTER TABLE"};

// DuckDB's own RENAME TO takes a plain name, and renames other databases' tables.
bool Accepts(std::span<const engine::Token> rest) {
  const auto tokens = BehindTable(rest);
  return tokens.size() > 3 && tokens[0].Is("RENAME") && tokens[1].Is("TO") &&
         ColumnNameLength(tokens.subspan(2)) > 1;
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_rename_table", .arguments = {}, .named = {}};
  call.arguments.emplace_back(QuotedName(tokens.TakeQualifiedName()));
  tokens.Take("RENAME");
  tokens.Take("TO");
  call.arguments.emplace_back(QuotedName(tokens.TakeQualifiedName()));
  return call;
}

}  // namespace

extern const engine::OwnStatement alter_table_rename_to_statement{
    .name = "ALTER TABLE RENAME TO",
    .syntax = "ALTER TABLE table RENAME TO [schema.]name",
    .documentation =
        "Gives a table another name, also in another schema.\n\n"
        "A table's name is its folder, so the folder is moved; its log and its history go along. "
        "Views and pipelines that name the table are not changed. It cannot be part of a "
        "transaction.",
    .example =
        "CREATE TABLE bronze.old AS SELECT 1 AS id; ALTER TABLE bronze.old RENAME TO silver.older",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = Accepts,
};

}  // namespace laguna::catalog
