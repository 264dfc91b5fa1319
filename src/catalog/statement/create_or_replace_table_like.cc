// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/clone/like_statement.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"CREATE OR REPLACE TABLE"};

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  if (tokens.Peek().Is("IF")) {
    throw tokens.Expected("the table's name, as OR REPLACE does not go with IF NOT EXISTS");
  }
  engine::FunctionCall call = ParseLike(tokens);
  call.named["replace"] = engine::Value(true);
  return call;
}

}  // namespace

extern const engine::OwnStatement create_or_replace_table_like_statement{
    .name = "CREATE OR REPLACE TABLE LIKE",
    .syntax =
        "CREATE OR REPLACE TABLE table LIKE source | 'path' [USING DELTA] [COMMENT 'text'] "
        "[TBLPROPERTIES ('name' = 'value', ...)] [LOCATION 'folder']",
    .documentation = kLikeDocumentation,
    .example = "CREATE OR REPLACE TABLE silver.sales_shape LIKE bronze.sales",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = IsLikeStatement,
};

}  // namespace laguna::catalog
