// SPDX-License-Identifier: Apache-2.0
// Where the parts of a CREATE TABLE stand among its tokens. Pure functions.
#pragma once

#include <cstddef>

#include "engine/edit/edited_statement.h"

namespace laguna::engine {

// The index behind the name in CREATE [OR REPLACE] [TEMP] TABLE [IF NOT EXISTS] name; the size for
// other statements.
size_t AfterCreatedName(const EditedStatement& statement);

// The bracket that opens its list of columns; the size where there is none.
size_t ColumnListOf(const EditedStatement& statement);

// Whether a part of that list which begins with the token is no column.
bool BeginsConstraint(const Token& token);

bool IsName(const Token& token);

}  // namespace laguna::engine
