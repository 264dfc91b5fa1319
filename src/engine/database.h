// SPDX-License-Identifier: Apache-2.0
// DuckDB, embedded: one in-memory instance with sane limits, opened once and reopened after it was
// spoilt.
//
// An InternalException anywhere in DuckDB invalidates its whole instance; Database then opens a new
// one for the next Session (the old one lives until its sessions end) and runs the setups again, so
// nothing but running queries is lost. Owned by app/compose, outlives every Session. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace laguna::engine {

struct OwnStatement;
// What a setup gets (engine/open_database.h, for code that speaks DuckDB).
class OpenDatabase;

// Registers catalogs, functions and file systems in a freshly opened instance.
using DatabaseSetup = std::function<void(OpenDatabase&)>;

struct DatabaseConfig {
  // Nothing: DuckDB's default of 80 % of the machine's memory.
  std::optional<uint64_t> memory_limit_bytes;
  // Nothing: one per core.
  std::optional<int> threads;
  // Where queries spill; made when first needed. Empty: no spilling.
  std::string temp_directory;
  // An IANA name; the host's zone never counts.
  std::string time_zone = "UTC";
  // Holds <name>.duckdb_extension files; nothing is ever fetched.
  std::string extension_directory;
  // Run in this order after each open.
  std::vector<DatabaseSetup> setups;
  // All statements of our own; rows outlive the database.
  std::vector<const OwnStatement*> statements;
};

class Database {
 public:
  explicit Database(DatabaseConfig config);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] const DatabaseConfig& config() const;
  // "v1.5.5"; checked at open against the headers this program was built with.
  static std::string LibraryVersion();

  // The process may end without destroying it: no session is left, nothing is attached but what
  // the setups attached, and nothing was spilled. Destroying it would only give memory back.
  [[nodiscard]] bool HoldsMemoryOnly() const;

  class Instance;
  // The current instance, opened anew if the last one is spoilt. For Session.
  std::shared_ptr<Instance> Acquire();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace laguna::engine
