// SPDX-License-Identifier: Apache-2.0
// Identity columns: numbers that a table gives to its rows (protocol section "Identity Columns").
//
// A value is start + n * step. The high-water mark in the column's metadata is the last value given
// to anybody. Whoever gives values commits the new mark with the rows, which is a change of the
// metadata: of two writers that began from one mark the later one conflicts, so no value is given
// twice. Marks never go back. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "delta/action.h"
#include "delta/schema.h"

namespace laguna::delta {

struct IdentityColumn {
  int64_t start = 1;
  // Not 0.
  int64_t step = 1;
  // BY DEFAULT: statements may give values of their own. Else ALWAYS.
  bool allows_explicit = false;
  std::optional<int64_t> high_water_mark = std::nullopt;
  bool operator==(const IdentityColumn&) const = default;
};

[[nodiscard]] bool IsIdentity(const StructField& field);
// Nothing for other columns; Corrupt for metadata that makes no sense.
[[nodiscard]] std::optional<IdentityColumn> IdentityOf(const StructField& field);
void SetIdentity(StructField& field, const IdentityColumn& identity);

// The next value: the first one past the mark. Nothing when 64 bits do not hold it.
[[nodiscard]] std::optional<int64_t> NextValue(const IdentityColumn& identity);
// The last of `count` (> 0) values that begin with `first`; nothing as above.
[[nodiscard]] std::optional<int64_t> LastValue(const IdentityColumn& identity, int64_t first,
                                               uint64_t count);
// The mark of a table whose furthest value is `value`: no value after it is `value` or before it.
[[nodiscard]] std::optional<int64_t> MarkPast(const IdentityColumn& identity, int64_t value);

// Raises the marks of identity columns, by the columns' names. What is behind a column's mark, or
// of a column that is none, is left out.
void RaiseMarks(Schema& schema, const std::map<std::string, int64_t>& marks);
// The marks of `other` too, for a definition that goes back to an older one (RESTORE, CREATE OR
// REPLACE): columns are the same by their physical names.
void KeepMarks(Schema& schema, const Schema& other);
// For a new table that is like another (CREATE TABLE LIKE).
void ClearMarks(Schema& schema);

// The same definition for every purpose but that of giving values.
[[nodiscard]] bool IsSameButMarks(const Metadata& a, const Metadata& b);
[[nodiscard]] bool IsSameButMarks(const Schema& a, const Schema& b);

// Writes one entry of a field's metadata, in place of the one it has.
void SetMetadata(StructField& field, std::string_view key, std::string json);

}  // namespace laguna::delta
