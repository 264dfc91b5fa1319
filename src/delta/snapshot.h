// SPDX-License-Identifier: Apache-2.0
// A table at one version: immutable, shared between queries and threads (shared_ptr<const
// Snapshot>), made by Table.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "delta/action.h"
#include "delta/file_table.h"

namespace laguna::delta {

class Snapshot {
 public:
  struct State {
    int64_t version = 0;
    // When the version was committed: inCommitTimestamp where the table has it, else the log file's
    // modification time, moved forward where clocks went back (as Spark adjusts them).
    int64_t timestamp_ms = 0;
    Protocol protocol;
    Metadata metadata;
    FileTable files;
    std::map<std::string, SetTransaction> transactions;
    std::map<std::string, DomainMetadata> domains;
    // Tells the content of the log's last file that this snapshot rests on; lets a refresh see that
    // it was replaced.
    std::string log_etag;
    // The key of that file; empty: the commit of this version. Set where the log holds a checkpoint
    // of this version, but its commit no longer.
    std::string log_tail_key;
  };
  explicit Snapshot(State state) : state_(std::move(state)) {}

  [[nodiscard]] int64_t version() const { return state_.version; }
  [[nodiscard]] int64_t timestamp_ms() const { return state_.timestamp_ms; }
  [[nodiscard]] const Protocol& protocol() const { return state_.protocol; }
  [[nodiscard]] const Metadata& metadata() const { return state_.metadata; }
  [[nodiscard]] const Schema& schema() const { return state_.metadata.schema; }
  // The live files, in a stable order: older ones first.
  [[nodiscard]] const FileTable& files() const { return state_.files; }
  // The last version `app_id` committed (protocol section "Transaction Identifiers"); nothing when
  // it never did.
  [[nodiscard]] std::optional<int64_t> TransactionVersion(std::string_view app_id) const;
  [[nodiscard]] const State& state() const { return state_; }

 private:
  State state_;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace laguna::delta
