// SPDX-License-Identifier: Apache-2.0
#include "delta/last_checkpoint.h"

#include "base/error.h"
#include "base/json.h"
#include "delta/log_path.h"
#include "io/whole_object.h"

namespace laguna::delta {
namespace {

std::optional<int64_t> Count(const base::JsonView& object, std::string_view name) {
  std::optional<base::JsonView> field = object.Find(name);
  if (!field) return std::nullopt;
  int64_t count = field->AsInteger();
  if (count < 0) throw field->Problem("must not be negative");
  return count;
}

LastCheckpoint Read(const base::JsonView& object) {
  LastCheckpoint checkpoint;
  checkpoint.version = Count(object, "version").value_or(-1);
  checkpoint.size = Count(object, "size").value_or(0);
  checkpoint.parts = Count(object, "parts");
  checkpoint.size_bytes = Count(object, "sizeInBytes");
  checkpoint.file_count = Count(object, "numOfAddFiles");
  return checkpoint;
}

}  // namespace

std::optional<LastCheckpoint> ParseLastCheckpoint(std::string_view json) {
  constexpr char kFile[] = "_last_checkpoint";
  try {
    base::JsonLimits limits;
    limits.bytes_max = kLastCheckpointBytesMax;
    base::Json document = base::ParseJson(json, kFile, base::ErrorKind::kCorrupt, limits);
    LastCheckpoint checkpoint = Read(base::JsonView(document, kFile, base::ErrorKind::kCorrupt));
    if (checkpoint.version < 0) return std::nullopt;
    return checkpoint;
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

std::string WriteLastCheckpoint(const LastCheckpoint& checkpoint) {
  base::Json document = {{"version", checkpoint.version}, {"size", checkpoint.size}};
  if (checkpoint.parts) document["parts"] = *checkpoint.parts;
  if (checkpoint.size_bytes) document["sizeInBytes"] = *checkpoint.size_bytes;
  if (checkpoint.file_count) document["numOfAddFiles"] = *checkpoint.file_count;
  return base::DumpJson(document);
}

std::optional<LastCheckpoint> ReadLastCheckpoint(io::ObjectStore& store, const std::string& root,
                                                 const io::Call& call) {
  try {
    return ParseLastCheckpoint(
        io::ReadAll(store, LastCheckpointKey(root), kLastCheckpointBytesMax, call));
  } catch (const base::Error& error) {
    // A hint that cannot be read is none; a store that does not answer is a failure.
    bool store_failed = error.kind() == base::ErrorKind::kCancelled ||
                        error.kind() == base::ErrorKind::kUnavailable;
    if (store_failed) throw;
    return std::nullopt;
  }
}

void PutLastCheckpoint(io::ObjectStore& store, const std::string& root,
                       const LastCheckpoint& checkpoint, const io::Call& call) {
  const std::optional<LastCheckpoint> there = ReadLastCheckpoint(store, root, call);
  if (there && there->version > checkpoint.version) return;
  io::WriteWhole(store, LastCheckpointKey(root), WriteLastCheckpoint(checkpoint), call);
}

std::string LastCheckpointKey(const std::string& root) {
  return LogFolder(root) + "_last_checkpoint";
}

}  // namespace laguna::delta
