// SPDX-License-Identifier: Apache-2.0
// The columns of a Parquet file as its footer has them: a tree of groups and values, physical names
// and field ids. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace laguna::catalog {

struct ParquetColumn {
  std::string name;
  std::optional<int32_t> field_id;
  bool repeated = false;
  // Empty for a value.
  std::vector<ParquetColumn> children;
};

// The root, whose children are the columns. Takes the footer's bytes (parquet_footer.h), which may
// be anything; nothing for what is no footer.
std::optional<ParquetColumn> ParseParquetColumns(std::string_view footer);

// The element of a column that the table has as an array, in each of the ways in which files have
// written it (Parquet's LogicalTypes.md, "Lists"); null for a column that is none.
const ParquetColumn* ElementOf(const ParquetColumn& list);

}  // namespace laguna::catalog
