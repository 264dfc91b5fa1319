// SPDX-License-Identifier: Apache-2.0
// The tables of a block's database as sources of a copy, attached for reading while this lives. Its
// name in the engine is made up, so that copies side by side do not meet.
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "engine/session.h"
#include "ingest/copy/copy.h"
#include "ingest/copy/copy_source.h"
#include "ingest/database/block_database.h"

namespace laguna::ingest {

class DatabaseSource {
 public:
  // Errors as BlockDatabase::Attach has them.
  DatabaseSource(const CopyEnvironment& environment, engine::Session& session,
                 const connect::Block& block, bool as_text);
  ~DatabaseSource();
  DatabaseSource(const DatabaseSource&) = delete;
  DatabaseSource& operator=(const DatabaseSource&) = delete;

  // The table as something to select from. NotFound "copy.table" with the nearest name.
  std::string RelationOf(const SourceTable& source);
  // After RelationOf: RowsToCopy::relation_from. PostgreSQL finds the rows itself, with its index;
  // nothing for SQLite, which is as near as a file.
  [[nodiscard]] std::function<std::string(const std::string& column, const std::string& value)>
  RelationFrom(const SourceTable& source) const;

  // What a failure while reading means: InvalidInput "copy.dirty_value" for a SQLite value of
  // another type than its column's, the rest as BlockDatabase::Failure has it.
  [[nodiscard]] base::Error Failure(const base::Error& error) const;

 private:
  bool FindColumns(const SourceTable& source);
  [[nodiscard]] std::string SelectOf(const SourceTable& source) const;
  base::Error NoTable(const SourceTable& source);
  void ReadAsTyped() noexcept;

  engine::Session& session_;
  const BlockDatabase database_;
  const bool as_text_;
  // Of a PostgreSQL table, as its own SQL selects them.
  std::string columns_;
};

}  // namespace laguna::ingest
