// SPDX-License-Identifier: Apache-2.0
// DuckDB values as JSON text. Only code that speaks DuckDB includes this.
#pragma once

#include <string>
#include <string_view>

#include "duckdb.hpp"

namespace laguna::engine {

// In quotes, with the escapes JSON demands; bytes that are no UTF-8 become U+FFFD.
std::string JsonString(std::string_view text);

// How a cell of this type looks, given its text: bare, quoted, or built from its parts.
std::string JsonText(const duckdb::Value& value);

// Types whose text is their JSON, except NaN and the infinities of floating point.
bool IsJsonNumber(const duckdb::LogicalType& type);

// A number's text as JSON: NaN and infinities in quotes.
std::string JsonNumber(std::string_view text);

}  // namespace laguna::engine
