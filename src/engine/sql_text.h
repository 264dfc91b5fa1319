// SPDX-License-Identifier: Apache-2.0
// Names and values as SQL text, for statements this program writes where DuckDB takes no parameter
// (names, views, DDL). Everything else passes values as parameters. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/value.h"

namespace laguna::engine {

// "a ""b""": always quoted. InvalidInput for an empty name or one with a NUL byte.
std::string QuotedName(std::string_view name);
// "lake"."bronze"."sales".
std::string QuotedName(const std::vector<std::string>& parts);
// 'it''s'. InvalidInput for a NUL byte.
std::string QuotedText(std::string_view text);
// Any value as an expression that gives it: NULL, TRUE, 42, 'text', CAST('1.5' AS DECIMAL(2,1)),
// [1, 2], {'a': 1}.
std::string ValueText(const Value& value);

}  // namespace laguna::engine
