// SPDX-License-Identifier: Apache-2.0
// The column that says which rows are new: what types it may have, how it is compared, and what a
// lag below it means. Pure functions that give SQL.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace laguna::ingest {

// How values of a column are compared. Of the same kind as the column, only wider, so that what was
// compared yesterday compares today.
struct CursorType {
  // "BIGINT", "TIMESTAMP", ...
  std::string sql;
  // A time or date; else a number.
  bool time = false;
  bool operator==(const CursorType&) const = default;
};

// Of a column's SQL type; nothing for text, and all that has no order of old and new.
std::optional<CursorType> CursorTypeOf(std::string_view column_type);
// Of the name a record has.
CursorType CursorTypeNamed(const std::string& sql);

// What a column of text may be; the first that fits all values is.
std::span<const CursorType> CursorTypesOfText();

// The value to compare, NULL where the text is no such value. `column` is an expression.
std::string CursorOfText(std::string_view column, const CursorType& type);
std::string CursorOfFormattedText(std::string_view column, std::string_view format,
                                  const CursorType& type);
// TIMESTAMP, or with a zone in the format TIMESTAMP WITH TIME ZONE.
CursorType CursorTypeOfFormat(std::string_view format);

// The empty text is NULL, blanks around a value do not count.
std::string TrimmedText(std::string_view column);
// A condition: there is a text, and `cursor`, an expression made above of it, has no value.
std::string IsBadText(std::string_view column, std::string_view cursor);

// `value` minus the lag: `value` is a text constant of the type. InvalidInput "copy.lag" for a lag
// that is no duration (times) or number (numbers).
std::string LowerBound(std::string_view value, std::string_view lag, const CursorType& type);

// The highest value that is one: infinities and NaN would be the highest for ever.
std::string HighestOf(std::string_view expression, const CursorType& type);

// 32 hexadecimal digits that tell rows apart by what stands in them: columns count by name, NULL
// like a column that is not there, so that a new column does not make old rows new.
std::string RowHash(const std::vector<std::string>& columns);

}  // namespace laguna::ingest
