// SPDX-License-Identifier: Apache-2.0
// The database of a block, and how the engine comes to it: attached under a name, detached again.
//
// An attached database is known to the whole engine, not to one session; so is its secret, in which
// the password travels as a parameter: it stands in no statement's text and in no error. Whoever
// attaches sees to it that the name is not taken, and detaches. Immutable; the block outlives it.
#pragma once

#include <string>

#include "base/error.h"
#include "catalog/lake.h"
#include "connect/block.h"
#include "connect/secret.h"
#include "engine/session.h"

namespace laguna::ingest {

enum class DatabaseAccess {
  kRead,
  kWrite,  // a SQLite file that is not there is made
};

class BlockDatabase {
 public:
  // `name` is what SQL calls it.
  BlockDatabase(const connect::Block& block, std::string name, DatabaseAccess access)
      : block_(block), name_(std::move(name)), access_(access) {}

  [[nodiscard]] const connect::Block& block() const { return block_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool IsSqlite() const { return block_.type().name == "sqlite"; }

  // Errors as Failure has them; NotFound "block.database" when a SQLite file to read is not there;
  // InvalidInput "block.no_database" for a block of another kind.
  void Attach(engine::Session& session, const catalog::Lake& lake,
              const connect::Environment& variables) const;
  // Also what is attached in part. What cannot be detached stays.
  void Detach(engine::Session& session) const noexcept;

  // What a failure while the database is used means, without a place: Unavailable "block.database"
  // when it cannot be reached, or went away; Corrupt and PermissionDenied for a SQLite file.
  [[nodiscard]] base::Error Failure(const base::Error& error) const;

 private:
  void AttachSqlite(engine::Session& session, const catalog::Lake& lake) const;
  void AttachPostgres(engine::Session& session, const connect::Environment& variables) const;
  [[nodiscard]] std::string Secret() const;
  [[nodiscard]] std::string Options(const std::string& more) const;

  const connect::Block& block_;
  const std::string name_;
  const DatabaseAccess access_;
};

// The first line of what the engine said of a database, without its own words around libpq's.
std::string DatabaseDetail(const base::Error& error);

}  // namespace laguna::ingest
