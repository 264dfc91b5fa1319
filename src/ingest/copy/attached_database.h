// SPDX-License-Identifier: Apache-2.0
// A block's database, attached to the engine for reading while this lives.
//
// The password travels as a parameter into an engine secret that lives as long: it stands in no
// statement's text and in no error. Names are made up, so that copies side by side do not meet.
#pragma once

#include <string>
#include <vector>

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

  // What a failure while reading means: Unavailable when the database went away, InvalidInput
  // "copy.dirty_value" for a SQLite value of another type than its column's. Without a place.
  [[nodiscard]] base::Error Failure(const base::Error& error) const;

 private:
  void AttachSqlite(const CopyEnvironment& environment, bool as_text);
  void AttachPostgres(const CopyEnvironment& environment);
  std::string RelationWithDigits(const std::string& relation, const std::string& schema,
                                 const std::string& table);
  base::Error NoTable(const SourceTable& source);
  void RunQuietly(const std::string& sql) noexcept;

  engine::Session& session_;
  const connect::Block& block_;
  // Of the database and, with an ending, of its secret.
  std::string name_;
  bool as_text_ = false;
};

}  // namespace laguna::ingest
