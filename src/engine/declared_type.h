// SPDX-License-Identifier: Apache-2.0
// A column's type as a statement declares it, with what the engine's own types do not keep: the
// lengths of texts, and of fields inside that they are NOT NULL and their comments. Values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace laguna::engine {

// VARCHAR(n), or CHAR(n), which fills up with spaces.
struct DeclaredLength {
  int64_t characters = 1;
  bool pads = false;
};

// Something of what is inside a type.
struct DeclaredPart {
  // "element" leads into a list, "key" and "value" into a map, a name to a field; empty: the type
  // itself.
  std::vector<std::string> path = {};
  std::optional<DeclaredLength> length = std::nullopt;
  bool required = false;
  std::optional<std::string> comment = std::nullopt;
};

struct DeclaredType {
  // In the engine's spelling: "STRUCT(\"a\" INTEGER)[]".
  std::string sql;
  std::vector<DeclaredPart> parts;
};

// A column of a CREATE TABLE, or the one of an ALTER TABLE, where its type says more than DuckDB's
// parser reads or keeps.
struct DeclaredColumn {
  std::string name;
  DeclaredType type;
  // Byte offset of the type in the statement.
  size_t offset = 0;
  // DuckDB's parser got another type in its place, because this one is in Spark's spelling.
  bool is_replaced = false;
  // From PARTITIONED BY (name type, ...): it follows the other columns.
  bool is_partition = false;
  bool required = false;
};

}  // namespace laguna::engine
