// SPDX-License-Identifier: Apache-2.0
// The files a pattern means, wherever they lie: below the storage root by the lake's store, all
// others by the file system of this machine.
//
// A file is called by its path below the storage root ("landing/sales/a.csv") or, elsewhere, by its
// absolute path: so a lake may be moved, and its offset logs stay true. Used by one thread.
#pragma once

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
  // `pattern` absolute and without "..".
  std::vector<io::ObjectInfo> Match(const std::string& pattern, const io::Call& call);

  const catalog::LakeEnvironment& environment_;
  io::LocalObjectStore machine_;
  const std::string root_;
};

}  // namespace laguna::ingest
