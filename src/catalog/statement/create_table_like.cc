// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/clone/like_statement.h"
#include "engine/own_statement.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::string_view, 1> kLeadingWords{"CREATE TABLE"};

}  // namespace

extern const engine::OwnStatement create_table_like_statement{
    .name = "CREATE TABLE LIKE",
    .syntax =
        "CREATE TABLE [IF NOT EXISTS] table LIKE source | 'path' [USING DELTA] [COMMENT 'text'] "
        "[TBLPROPERTIES ('name' = 'value', ...)] [LOCATION 'folder']",
    .documentation = kLikeDocumentation,
    .example = "CREATE TABLE silver.sales_like LIKE bronze.sales",
    .leading_words = kLeadingWords,
    .parse = ParseLike,
    .accepts = IsLikeStatement,
};

}  // namespace laguna::catalog
