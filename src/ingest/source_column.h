// SPDX-License-Identifier: Apache-2.0
// Columns of files and how their types go together. Values and pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace laguna::ingest {

struct SourceColumn {
  std::string name;
  // DuckDB's spelling.
  std::string type;
  // The user chose the type (read_files' `columns` or `types`); not kept with a stream.
  bool given = false;
  bool operator==(const SourceColumn&) const = default;
};
using ColumnList = std::vector<SourceColumn>;

// Without regard to case; nothing when there is none.
std::optional<size_t> FindColumn(std::span<const SourceColumn> columns, std::string_view name);

// The type that holds the values of both: the same, the wider integer, DOUBLE for an integer and a
// DOUBLE, TIMESTAMP for a DATE and a TIMESTAMP, else VARCHAR.
std::string CombinedType(const std::string& left, const std::string& right);

// What a lake's table keeps for a query's type (DESIGN: "DuckDB -> Delta types"): BIGINT for
// HUGEINT, VARCHAR for UUID ... Nested types are spelt with their parts replaced.
std::string StoredType(const std::string& type);

// A name that a Delta table can have: each run of blanks, tabs, line ends and ,;{}()= is one "_",
// none at the ends ("Total (USD)" is Total_USD).
std::string StorableName(std::string_view name);

// Whether every value of `from` goes into a column of `to` unchanged; both as stored.
bool FitsInto(const std::string& from, const std::string& to);

// Names of a header line as columns are called: blanks around them gone, an empty one "column3" (by
// position from 0, with zeros before it among more than ten), a second "id" "id_1". Names differ
// without regard to case.
std::vector<std::string> UniqueNames(std::vector<std::string> names);
// The same, storable.
std::vector<std::string> StorableNames(std::vector<std::string> names);

}  // namespace laguna::ingest
