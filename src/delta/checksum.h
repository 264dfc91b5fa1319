// SPDX-License-Identifier: Apache-2.0
// <version>.crc: what a writer says the table is at one version (protocol section "Version Checksum
// File"). Pure; thread-safe.
//
// What Laguna does with those of others: a version whose commit is cleaned up or folded into others
// gets its in-commit timestamp from here, once everything else in the file agrees with the state
// that replay gave. Replay stays the truth: a file that is absent, malformed or says something else
// changes nothing, and no reader needs it. Differences() is for who looks for damage, and for who
// writes the next one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delta/action.h"
#include "delta/snapshot.h"

namespace laguna::delta {

struct Checksum {
  std::optional<std::string> txn_id;
  int64_t total_bytes = 0;
  int64_t file_count = 0;
  Metadata metadata;
  Protocol protocol;
  std::optional<int64_t> in_commit_timestamp_ms;
  // Live ones; nothing when the file does not say.
  std::optional<std::vector<SetTransaction>> transactions;
  std::optional<std::vector<DomainMetadata>> domains;
  std::optional<int64_t> deleted_row_count;
  std::optional<int64_t> deletion_vector_count;
  bool operator==(const Checksum&) const = default;
};

// Those that list every file of the table may be large; beyond this they are not read.
inline constexpr uint64_t kChecksumBytesMax = uint64_t{16} << 20;

// Nothing for what is no checksum. Unknown fields, the list of all files and histograms are
// ignored.
[[nodiscard]] std::optional<Checksum> ParseChecksum(std::string_view json);
// On one line, in Spark's order of fields.
[[nodiscard]] std::string WriteChecksum(const Checksum& checksum);

// What a writer would say of the snapshot. Deleted rows and vectors are counted; transactions and
// domains are listed.
[[nodiscard]] Checksum ChecksumOf(const Snapshot& snapshot);

// The names of the fields in which the checksum says something else than the snapshot; empty when
// it holds. What the checksum does not say is not compared.
[[nodiscard]] std::vector<std::string> Differences(const Checksum& checksum,
                                                   const Snapshot::State& state);

// The key below the table's folder `root`.
[[nodiscard]] std::string ChecksumKey(const std::string& root, int64_t version);

}  // namespace laguna::delta
