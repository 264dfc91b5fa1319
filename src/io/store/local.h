// SPDX-License-Identifier: Apache-2.0
// An object store in a folder of this machine (or of a network mount): a key is a path below the
// root.
//
// Objects appear whole: bytes go to a hidden temporary file in the target folder, which is then
// linked (PutIfAbsent) or renamed (Put, Write) into place. Put and PutIfAbsent fsync the file, then
// the folder and all parents not known to be durable; Write leaves that to Sync. Deleting is not
// fsynced: after a power cut a deleted object may be back.
//
// Symbolic links are followed: a user may keep a zone on another disk. DeleteMany removes a link,
// not what it points to; listings skip links that lead in a circle (io/folder_listing.h). Files
// named like temporary ones can be neither read nor written. Folders without objects show up in
// delimited listings.
//
// The root is made by the first write. Thread-safe, and safe among processes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "io/folder_chain.h"
#include "io/object_store.h"
#include "io/temporary_file.h"

namespace laguna::io {

class LocalObjectStore final : public ObjectStore {
 public:
  // A relative `root` counts from the working folder of this moment.
  explicit LocalObjectStore(const std::string& root);

  [[nodiscard]] std::string Locate(std::string_view key) const override;
  std::optional<ObjectInfo> Head(const std::string& key, const Call& call = {}) override;
  std::unique_ptr<ObjectReader> Open(const std::string& key, const Call& call = {}) override;
  std::unique_ptr<ObjectWriter> Write(const std::string& key, const Call& call = {}) override;
  void Sync(std::span<const std::string> keys, const Call& call = {}) override;
  void Put(const std::string& key, std::string_view bytes, const Call& call = {}) override;
  // Unknown when the object is in place but the disk failed to make it durable.
  PutOutcome PutIfAbsent(const std::string& key, std::string_view bytes,
                         const Call& call = {}) override;
  ListPage List(const std::string& prefix, const ListOptions& options = {},
                const Call& call = {}) override;
  void DeleteMany(std::span<const std::string> keys, const Call& call = {}) override;
  // One rename; Unsupported when the two lie on different file systems.
  void MoveFolder(const std::string& from, const std::string& to, const Call& call = {}) override;

  // Removes temporary files below the folder `prefix` ("" for the root) that were last written
  // before `before_ms` (since the epoch) and whose process is not running on this machine. Returns
  // how many.
  size_t ClearLeftovers(const std::string& prefix, int64_t before_ms, const Call& call = {});

 private:
  // The absolute path of `key`, once it is known to be a good one.
  std::string PathOf(const std::string& key) const;
  TemporaryFile CreateFor(const std::string& path);

  const std::string root_;
  FolderChain folders_;
};

}  // namespace laguna::io
