// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <utility>

#include "catalog/table_operand.h"
#include "duckdb/common/string_util.hpp"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"SHOW PARTITIONS"};

bool SameName(const std::string& left, const std::string& right) {
  return duckdb::StringUtil::CIEquals(left, right);
}

// 'FR', 2024, -1, DATE '2024-05-01', NULL; the column's type says what it means.
engine::Value TakeValue(engine::TokenReader& tokens) {
  if (tokens.Accept("NULL")) return {};
  if (tokens.Accept("TRUE")) return engine::Value("true");
  if (tokens.Accept("FALSE")) return engine::Value("false");
  if (tokens.Accept("DATE") || tokens.Accept("TIMESTAMP"))
    return engine::Value(tokens.TakeString());
  if (tokens.Peek().kind == engine::TokenKind::kString) return engine::Value(tokens.TakeString());
  return engine::Value(std::to_string(tokens.TakeInteger()));
}

// column = value, ...
engine::ValueStruct TakeColumns(engine::TokenReader& tokens) {
  engine::ValueStruct columns;
  do {
    const auto repeated = tokens.Expected("another column");
    std::string column = tokens.TakeIdentifier();
    for (const auto& [name, value] : columns) {
      if (SameName(name, column)) throw repeated;
    }
    if (!tokens.AcceptOperator("=")) throw tokens.Expected("=");
    columns.emplace_back(std::move(column), TakeValue(tokens));
  } while (tokens.AcceptOperator(","));
  return columns;
}

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call{.function = "laguna_partitions", .arguments = {}, .named = {}};
  TakeTableOperand(tokens, call);
  if (tokens.Accept("PARTITION")) {
    if (!tokens.AcceptOperator("(")) throw tokens.Expected("(");
    call.named["partition"] = engine::Value(TakeColumns(tokens));
    if (!tokens.AcceptOperator(")")) throw tokens.Expected(", or )");
  }
  tokens.TakeEnd();
  return call;
}

}  // namespace

extern const engine::OwnStatement show_partitions_statement{
    .name = "SHOW PARTITIONS",
    .syntax = "SHOW PARTITIONS table | 'path' | delta.`path` [PARTITION (column = value, ...)]",
    .documentation =
        "Shows the partitions in which a Delta table has files, one column for each partition "
        "column, sorted.\n\n"
        "`PARTITION (...)` shows those alone whose columns have the values; not every column needs "
        "one.",
    .example = "SHOW PARTITIONS bronze.sales",
    .leading_words = kLeadingWords,
    .parse = Parse,
};

}  // namespace laguna::catalog
