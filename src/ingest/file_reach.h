// SPDX-License-Identifier: Apache-2.0
// The files a pattern means, wherever they lie: below the storage root by the lake's store, all
// others by the file system of this machine.
//
// A file is called by its path below the storage root ("landing/sales/a.csv") or, elsewhere, by its
// absolute path: so a lake may be moved, and its offset logs stay true. Used by one thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/lake_environment.h"
#include "ingest/offset_entry.h"
#include "ingest/packed_check.h"
#include "io/object_store.h"
#include "io/store/local.h"

namespace laguna::ingest {

class FileReach {
 public:
  explicit FileReach(const catalog::LakeEnvironment& environment);

  // What matches one of the patterns, by path. A folder means the files directly in it; what a
  // wildcard finds below names that begin with "_" or "." is left out. Unsupported for URLs,
  // PermissionDenied for a folder that may not be read.
  std::vector<FileRecord> List(const std::vector<std::string>& patterns, const io::Call& call);
  // Nothing when the file is gone.
  std::optional<FileRecord> Head(const std::string& path, const io::Call& call);
  std::unique_ptr<io::ObjectReader> Open(const std::string& path, const io::Call& call);

  // Where the file is, in one spelling: folders that are links are followed, the file itself is
  // not.
  std::string IdentityOf(const std::string& path);
  // content_hash.h; empty when the file is gone.
  std::string ContentHashOfFile(const std::string& path, const io::Call& call);

  // Why nothing matches, as far as it can be told: "there is no folder landing/sx; did you mean
  // landing/s?"; empty when the folders are there. InvalidInput "read_files.unknown_zone" for a
  // path whose first part is no folder, but nearly a zone's name.
  [[nodiscard]] std::string ReasonForNothing(const std::vector<std::string>& patterns) const;

  // Whether a packed file is whole (packed_check.h).
  PackedState CheckPackedFile(const std::string& path, const io::Call& call);

  // Absolute, for the engine.
  [[nodiscard]] std::string AbsolutePath(const std::string& path) const;
  // AbsolutePath as a pattern that matches this file alone, as SQL text.
  [[nodiscard]] std::string PatternText(const std::string& path) const;
  // The storage root and a slash.
  [[nodiscard]] const std::string& root() const { return root_; }

 private:
  struct Place {
    io::ObjectStore& store;
    std::string key;
  };
  Place PlaceOf(const std::string& path);
  // Absolute and without ".."; below root() if it leads there by any spelling.
  [[nodiscard]] std::string Resolved(const std::string& written) const;
  // `pattern` as Resolved says it.
  std::vector<io::ObjectInfo> Match(const std::string& pattern, const io::Call& call);

  const catalog::LakeEnvironment& environment_;
  io::LocalObjectStore machine_;
  const std::string root_;
  std::map<std::string, std::string> folders_;
};

}  // namespace laguna::ingest
