// SPDX-License-Identifier: Apache-2.0
// The files of one stream below <root>/_laguna/streams/<stream id>/: what each batch reads
// (offsets/<n>.json), and what is held fast of each source (sources/<n>.json).
//
// An entry is written once and never changed: put-if-absent is the fence between two processes.
// When many batches are committed, their entries are condensed: ledger/<n>.jsonl has those of the
// batches 0 to n, a line each, and their own files go, so that a run reads one file and a few.
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
  [[nodiscard]] std::vector<OffsetEntry> Read(const io::Call& call);
  // Conflict when another process has written this batch.
  void Append(const OffsetEntry& entry, const io::Call& call);
  // Condenses the entries up to `last_committed` when enough of them have files of their own.
  // `entries` are all of the log's.
  void Condense(const std::vector<OffsetEntry>& entries, int64_t last_committed,
                const io::Call& call);

  // Empty when nothing was pinned yet; Corrupt when only some sources were.
  [[nodiscard]] std::vector<PinnedSource> ReadPinned(const io::Call& call) const;
  // Before batch 0.
  void Pin(const std::vector<PinnedSource>& sources, const io::Call& call);

  // Entries that wait for Condense.
  static constexpr int64_t kCondensedTogether = 100;

 private:
  [[nodiscard]] std::string EntryKey(int64_t batch) const;
  [[nodiscard]] std::string LedgerKey(int64_t batch) const;
  // The last batch of the newest ledger; -1 when there is none.
  [[nodiscard]] int64_t LastInLedger(const io::Call& call) const;
  [[nodiscard]] std::vector<OffsetEntry> ReadBehind(int64_t condensed, const io::Call& call) const;
  [[nodiscard]] std::vector<OffsetEntry> ReadLedger(int64_t last, const io::Call& call) const;
  void DeleteCondensed(int64_t last, const io::Call& call);

  io::ObjectStore& store_;
  const std::string stream_id_;
  const std::string folder_;
  int64_t condensed_ = -1;
};

}  // namespace laguna::ingest
