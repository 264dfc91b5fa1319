// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/clone/clone_statement.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"CREATE TABLE"};

}  // namespace

extern const engine::OwnStatement create_table_clone_statement{
    .name = "CREATE TABLE SHALLOW CLONE",
    .syntax =
        "CREATE TABLE [IF NOT EXISTS] table SHALLOW CLONE source | 'path' [VERSION AS OF n | "
        "TIMESTAMP AS OF 'time'] [COMMENT 'text'] [TBLPROPERTIES ('name' = 'value', ...)] "
        "[LOCATION "
        "'folder']",
    .documentation = kCloneDocumentation,
    .example = "CREATE TABLE silver.sales_before SHALLOW CLONE bronze.sales VERSION AS OF 0",
    .leading_words = kLeadingWords,
    .parse = ParseClone,
    .accepts = IsCloneStatement,
};

}  // namespace laguna::catalog
