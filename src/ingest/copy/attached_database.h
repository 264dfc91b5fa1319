// SPDX-License-Identifier: Apache-2.0
// A block's database, attached to the engine for reading while this lives.
//
// The password travels as a parameter into an engine secret that lives as long: it stands in no
// statement's text and in no error. Names are made up, so that copies side by side do not meet.
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "engine/session.h"
#include "ingest/copy/copy.h"
#include "ingest/copy/copy_source.h"

namespace laguna::ingest {

class AttachedDatabase {
 public:
  // Unavailable "copy.database" when it cannot be reached, NotFound when a SQLite file is not
  // there.
  AttachedDatabase(const CopyEnvironment& environment, engine::Session& session,
                   const connect::Block& block, bool as_text);
  ~AttachedDatabase();
  AttachedDatabase(const AttachedDatabase&) = delete;
  AttachedDatabase& operator=(const AttachedDatabase&) = delete;

  // The table as something to select from. NotFound "copy.table" with the nearest name.
  std::string RelationOf(const SourceTable& source);
  // After RelationOf: RowsToCopy::relation_from. PostgreSQL finds the rows itself, with its index;
  // nothing for SQLite, which is as near as a file.
  [[nodiscard]] std::function<std::string(const std::string& column, const std::string& value)>
  RelationFrom(const SourceTable& source) const;

  // What a failure while reading means: Unavailable when the database went away, InvalidInput
  // "copy.dirty_value" for a SQLite value of another type than its column's. Without a place.
  [[nodiscard]] base::Error Failure(const base::Error& error) const;

 private:
  void AttachSqlite(const CopyEnvironment& environment, bool as_text);
  void AttachPostgres(const CopyEnvironment& environment);
  bool FindColumns(const SourceTable& source);
  [[nodiscard]] std::string SelectOf(const SourceTable& source) const;
  base::Error NoTable(const SourceTable& source);
  void Detach() noexcept;
  void RunQuietly(const std::string& sql) noexcept;

  engine::Session& session_;
  const connect::Block& block_;
  // Of the database and, with an ending, of its secret.
  std::string name_;
  bool as_text_ = false;
  // Of a PostgreSQL table, as its own SQL selects them.
  std::string columns_;
};

}  // namespace laguna::ingest
