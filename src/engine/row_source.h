// SPDX-License-Identifier: Apache-2.0
// Rows of ours as a SQL table function, without DuckDB types: system tables, and what else has
// rows to show.
//
// A source is a value with functions; it is registered once per opened database. `columns` is asked
// while a statement is planned, `open` when it starts. Both may be called from any thread and throw
// Errors; a reader is used by one thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/database.h"
#include "engine/value.h"

namespace laguna::engine {

struct RowColumn {
  std::string name;
  // DuckDB's spelling: "VARCHAR", "TIMESTAMP WITH TIME ZONE", "STRUCT(a INTEGER)[]".
  std::string type;
};

struct RowOption {
  std::string name;
  std::string type;
  bool required = false;
};

class RowReader {
 public:
  virtual ~RowReader() = default;
  // The next rows, at most `rows_max` (at least 1); empty after the last. A row has one value per
  // column, each of a kind that casts to the column's type.
  virtual std::vector<ValueList> Next(size_t rows_max) = 0;
};

struct RowSource {
  // The function's name in SQL.
  std::string name;
  // Named arguments: name => value. DuckDB checks names and types.
  std::vector<RowOption> options;
  std::function<std::vector<RowColumn>(const NamedValues& options)> columns;
  std::function<std::unique_ptr<RowReader>(const NamedValues& options)> open;
};

DatabaseSetup AddRowSource(RowSource source);

}  // namespace laguna::engine
