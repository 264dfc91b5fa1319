// SPDX-License-Identifier: Apache-2.0
// The names of the files in _delta_log, read once into a value and made from one (protocol section
// "File Types"). Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace laguna::delta {

enum class LogFileKind {
  kCommit,             // <version>.json
  kClassicCheckpoint,  // <version>.checkpoint.parquet
  kMultiPartCheckpoint,
  kUuidCheckpoint,  // <version>.checkpoint.<uuid>.json or .parquet
  kCompactedCommit,
  kChecksum,        // <version>.crc
  kLastCheckpoint,  // _last_checkpoint
  kOther,           // folders, leftovers, what the protocol does not know
};

struct LogFile {
  LogFileKind kind = LogFileKind::kOther;
  // Of every kind but the last two; of a compacted commit the first version it holds.
  int64_t version = 0;
  // kCompactedCommit: the last version it holds.
  int64_t version_last = 0;
  // kMultiPartCheckpoint: this part, from 1, of so many.
  int64_t part = 0;
  int64_t parts = 0;
  // kUuidCheckpoint.
  bool is_json = false;
  bool operator==(const LogFile&) const = default;
};

// `name` is the name of a file inside _delta_log, without folders.
[[nodiscard]] LogFile ParseLogFileName(std::string_view name);

// Keys below the table's folder `root`.
[[nodiscard]] std::string LogFolder(const std::string& root);
// The folder of the sidecars of V2 checkpoints, with its trailing slash.
[[nodiscard]] std::string SidecarFolder(const std::string& root);
[[nodiscard]] std::string CommitKey(const std::string& root, int64_t version);
// Of a classic checkpoint.
[[nodiscard]] std::string CheckpointKey(const std::string& root, int64_t version);
// "00000000000000000007.json"
[[nodiscard]] std::string CommitName(int64_t version);

}  // namespace laguna::delta
