// SPDX-License-Identifier: Apache-2.0
// The column that says which rows are new: what types it may have, how it is compared, and what a
// lag below it means. Pure functions that give SQL.
#pragma once

#include <cstdint>
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

// Whether a text says how far from UTC it is. The engine's cast of such a text to TIMESTAMP leaves
// that out, and with it the order.
std::string HasOffset(std::string_view text);
// The empty text is NULL, blanks around a value do not count.
std::string TrimmedText(std::string_view column);
// A condition: there is a text, and `cursor`, an expression made above of it, has no value.
std::string IsBadText(std::string_view column, std::string_view cursor);

// `value` minus the lag: `value` is a text constant of the type. InvalidInput "copy.lag" for a lag
// that is no duration (times) or number (numbers).
std::string LowerBound(std::string_view value, std::string_view lag, const CursorType& type);

// How far a clock may be ahead. Later times are copied, but are no bound: with a typo of the year
// 9999 as one, no row would ever be new again.
constexpr int64_t kCursorAheadMaxMs = int64_t{24} * 60 * 60 * 1000;
// A condition: the cursor is a time that lies further ahead of now. Never of numbers.
std::string IsAhead(std::string_view expression, const CursorType& type, int64_t now_ms);

// The highest value that may be a bound: not infinity, NaN or what is ahead, which would be the
// highest for ever.
std::string HighestOf(std::string_view expression, const CursorType& type, int64_t now_ms);

struct HashedColumn {
  std::string name;
  // SQL.
  std::string type;
};

// 32 hexadecimal digits that tell rows apart by what stands in them: columns count by name, in
// which case does not matter, and NULL like a column that is not there, so that a new column does
// not make old rows new. Nor does a wider type of the same values (1, 1.0 and 1.00 are one), or the
// session's time zone.
std::string RowHash(const std::vector<HashedColumn>& columns);

}  // namespace laguna::ingest
