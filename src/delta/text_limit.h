// SPDX-License-Identifier: Apache-2.0
// The lengths of texts: VARCHAR(n) and CHAR(n), as Spark keeps them beside a schema of strings.
//
// Delta has one type for texts. Spark writes the declared type of a column that is or holds a
// VARCHAR(n) or CHAR(n) as text into the field's metadata (__CHAR_VARCHAR_TYPE_STRING:
// "varchar(5)", "struct<a:char(2),b:int>") and holds values to it when it writes
// (CharVarcharUtils): characters are code points, spaces past the limit go, and CHAR(n) is filled
// up with spaces. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delta/field_path.h"
#include "delta/schema.h"

namespace laguna::delta {

// The longest that Spark can declare.
inline constexpr int64_t kTextLengthMax = 2147483647;

struct TextLimit {
  int64_t length = 1;
  // CHAR(n): shorter texts are filled up with spaces.
  bool pads = false;
  // "varchar(5)", "char(5)".
  [[nodiscard]] std::string ToString() const;
  bool operator==(const TextLimit&) const = default;
};

struct LimitedText {
  // From the field to the text: empty for its own type, {"element"}, {"street"}.
  FieldPath path;
  TextLimit limit;
  bool operator==(const LimitedText&) const = default;
};
using TextLimits = std::vector<LimitedText>;

// Those of the field and of fields inside it, which have metadata of their own where they were
// added later. Corrupt "schema.text_limit" for metadata that says no type.
[[nodiscard]] TextLimits TextLimitsOf(const StructField& field);
// Null: none stands there. Names match without regard to case.
[[nodiscard]] const TextLimit* LimitAt(const TextLimits& limits, const FieldPath& path);

// Writes them into the field's metadata, in the place of what it and the fields inside said.
// Limits of what is no text, or is not there, are left out.
void SetTextLimits(StructField& field, const TextLimits& limits);

// What to do when a field inside a column came, went or changed its name: the column's metadata
// names them all. A column without limits stays as it is.
void RestateTextLimits(StructField& column);

// The type with its lengths: "varchar(5)", "array<char(2)>".
[[nodiscard]] std::string TypeText(const DataType& type, const TextLimits& limits);

// Whether every text that keeps `from` keeps `to` as it is; nothing stands for a text without a
// limit.
[[nodiscard]] bool HoldsAll(const std::optional<TextLimit>& from,
                            const std::optional<TextLimit>& to);

// Code points of a text in UTF-8.
[[nodiscard]] int64_t CharactersIn(std::string_view text);

// A text as it is stored: its first `bytes` bytes, then so many spaces.
struct FittedText {
  size_t bytes = 0;
  size_t spaces = 0;
};
// Nothing when the text is too long.
[[nodiscard]] std::optional<FittedText> FitText(std::string_view text, const TextLimit& limit);

}  // namespace laguna::delta
