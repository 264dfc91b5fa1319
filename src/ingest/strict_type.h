// SPDX-License-Identifier: Apache-2.0
// The type text is read by (decode/strict_types.h says why), as SQL text. Pure functions.
#pragma once

#include <string>

#include "ingest/csv_dialect.h"
#include "ingest/source_column.h"

namespace laguna::ingest {

inline constexpr const char* kStrictType = "LAGUNA_VALUE";
// Gives the value in it.
inline constexpr const char* kStrictValueFunction = "laguna_value";
inline constexpr const char* kFoundChoice = "found";
inline constexpr const char* kGivenChoice = "given";

// How deep a JSON text is nested, as far as its brackets outside of strings tell; what is no text
// has no depth.
inline constexpr const char* kJsonDepthFunction = "laguna_json_depth";
// The same of a whole file, packed or not, by its path.
inline constexpr const char* kJsonFileDepthFunction = "laguna_json_file_depth";
// A document nested deeper than this is none: the engine's JSON functions go as deep as it does,
// on the stack.
inline constexpr int kJsonDepthMax = 200;

// The type a column is read by: VARCHAR for text, else one that takes an empty text, and one of the
// dialect's for NULL, for no value, and no text that the column's type would change.
std::string ReaderType(const SourceColumn& column, const CsvDialect& dialect);
// `expression`, which was read by ReaderType, as the column's value.
std::string FromReaderType(const std::string& expression, const SourceColumn& column,
                           const CsvDialect& dialect);

}  // namespace laguna::ingest
