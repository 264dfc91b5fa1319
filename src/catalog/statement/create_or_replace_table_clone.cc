// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/clone/clone_statement.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"CREATE OR REPLACE TABLE"};

engine::FunctionCall Parse(engine::TokenReader& tokens) {
  engine::FunctionCall call = ParseClone(tokens);
  call.named["replace"] = engine::Value(true);
  return call;
}

}  // namespace

extern const engine::OwnStatement create_or_replace_table_clone_statement{
    .name = "CREATE OR REPLACE TABLE SHALLOW CLONE",
    .syntax =
        "CREATE OR REPLACE TABLE table SHALLOW CLONE source | 'path' [VERSION AS OF n | TIMESTAMP "
        "AS OF 'time'] [COMMENT 'text'] [TBLPROPERTIES ('name' = 'value', ...)] [LOCATION "
        "'folder']",
    .documentation = kCloneDocumentation,
    .example = "CREATE OR REPLACE TABLE silver.sales_again SHALLOW CLONE bronze.sales",
    .leading_words = kLeadingWords,
    .parse = Parse,
    .accepts = IsCloneStatement,
};

}  // namespace laguna::catalog
