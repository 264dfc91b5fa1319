// SPDX-License-Identifier: Apache-2.0
// DuckDB values as JSON text. Only code that speaks DuckDB includes this.
#pragma once

#include <string>
#include <string_view>

#include "engine/duckdb.h"

namespace laguna::engine {

// In quotes, with the escapes JSON demands; bytes that are no UTF-8 become U+FFFD.
std::string JsonString(std::string_view text);

// How a value looks: bare, quoted, or built from its parts. Moments in time are told in the
// session's time zone, as Rfc3339 writes them.
std::string JsonText(const duckdb::Value& value, duckdb::ClientContext& context);

// A date with a time of day; JSON has it in another form than DuckDB.
bool IsTimestamp(const duckdb::LogicalType& type);

// DuckDB's text of a timestamp as RFC 3339 has it: "2026-11-21 20:03:19.1+00" becomes
// "2026-11-21T20:03:19.1Z", and an offset of hours gets its minutes. One without a zone gets the T
// alone. What RFC 3339 has no words for (infinity, years before Christ) stays as it is.
std::string Rfc3339(std::string_view text);

// Types whose text is their JSON, except NaN and the infinities of floating point.
bool IsJsonNumber(const duckdb::LogicalType& type);

// A number's text as JSON: NaN and infinities in quotes.
std::string JsonNumber(std::string_view text);

}  // namespace laguna::engine
