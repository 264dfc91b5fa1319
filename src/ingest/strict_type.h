// SPDX-License-Identifier: Apache-2.0
// Which types text is read by (decode/strict_types.h says why), as SQL text. Pure functions.
#pragma once

#include <string>

#include "ingest/csv_dialect.h"

namespace laguna::ingest {

inline constexpr const char* kStrictTinyint = "LAGUNA_TINYINT";
inline constexpr const char* kStrictSmallint = "LAGUNA_SMALLINT";
inline constexpr const char* kStrictInteger = "LAGUNA_INTEGER";
inline constexpr const char* kStrictBigint = "LAGUNA_BIGINT";
inline constexpr const char* kStrictDouble = "LAGUNA_DOUBLE";
inline constexpr const char* kStrictBoolean = "LAGUNA_BOOLEAN";
inline constexpr const char* kStrictDate = "LAGUNA_DATE";
inline constexpr const char* kStrictTimestamp = "LAGUNA_TIMESTAMP";

// How deep a JSON text is nested, as far as its brackets outside of strings tell; what is no text
// has no depth.
inline constexpr const char* kJsonDepthFunction = "laguna_json_depth";
// The same of a whole file, packed or not, by its path.
inline constexpr const char* kJsonFileDepthFunction = "laguna_json_file_depth";
// A document nested deeper than this is none: the engine's JSON functions go as deep as it does,
// on the stack.
inline constexpr int kJsonDepthMax = 200;

// The type a column of type `type` is read by; `type` itself where the engine takes nothing but
// such values, as with a date format.
std::string ReaderType(const std::string& type, const CsvDialect& dialect);
// Whether text is read by a type of ours: such a type takes an empty text for no value.
bool IsStrict(const std::string& type, const CsvDialect& dialect);
// `column`, which was read by ReaderType, as `type`.
std::string FromReaderType(const std::string& column, const std::string& type,
                           const CsvDialect& dialect);

}  // namespace laguna::ingest
