// SPDX-License-Identifier: Apache-2.0
// The files of one stream below <root>/_laguna/streams/<stream id>/: what each batch reads, and
// what is held fast of each source.
//
// An entry is written once and never changed: put-if-absent is the fence between two processes.
// Used by one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/offset_entry.h"
#include "ingest/pinned_source.h"
#include "io/object_store.h"

namespace laguna::ingest {

class OffsetLog {
 public:
  OffsetLog(io::ObjectStore& store, std::string stream_id);

  [[nodiscard]] const std::string& stream_id() const { return stream_id_; }
  // All entries, by batch. Corrupt for a text that is no entry, or a batch that is missing.
  [[nodiscard]] std::vector<OffsetEntry> Read(const io::Call& call) const;
  // Conflict when another process has written this batch.
  void Append(const OffsetEntry& entry, const io::Call& call);

  // Empty when nothing was pinned yet; Corrupt when only some sources were.
  [[nodiscard]] std::vector<PinnedSource> ReadPinned(const io::Call& call) const;
  // Before batch 0.
  void Pin(const std::vector<PinnedSource>& sources, const io::Call& call);

 private:
  [[nodiscard]] std::string EntryKey(int64_t batch) const;

  io::ObjectStore& store_;
  const std::string stream_id_;
  const std::string folder_;
};

// Full refreshes that have begun to commit, by table: <root>/_laguna/streams/refresh/<table>.json.
// The side tables are replaced first; a refresh that dies behind them has to be done again, or the
// old stream would go on without what they had.
bool IsRefreshing(io::ObjectStore& store, const std::string& table, const io::Call& call);
void BeginRefresh(io::ObjectStore& store, const std::string& table, const io::Call& call);
void EndRefresh(io::ObjectStore& store, const std::string& table, const io::Call& call);

}  // namespace laguna::ingest
