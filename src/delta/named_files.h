// SPDX-License-Identifier: Apache-2.0
// The files below a table's folder that somebody still names: a set that grows, and is then asked
// about every file of a listing.
//
// Keeps nine bytes a file. Two paths with the same hash count as one, so a file that nobody names
// may by chance stay; one that is named never seems free. Belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delta/action.h"
#include "delta/file_view.h"

namespace laguna::delta {

class NamedFiles {
 public:
  // `location` is the table's folder as ObjectStore::Locate has it.
  explicit NamedFiles(std::string location);

  // The path relative to the table's folder; nothing for one that lies elsewhere. `path` is spelled
  // as AddFile::path.
  [[nodiscard]] std::optional<std::string> Below(std::string_view path) const;

  // Spelled as AddFile::path; files elsewhere are passed over.
  void Note(std::string_view path);
  // The file the vector lies in, if it lies in one.
  void NoteVector(const std::optional<DeletionVectorDescriptor>& vector);
  void Note(const FileView& file);
  void Note(const Action& action);

  // `path` is relative to the table's folder.
  [[nodiscard]] bool Has(std::string_view path);

 private:
  // Puts hashes that begin with the same bits together.
  void Group();
  [[nodiscard]] size_t GroupOf(uint64_t hash) const { return hash >> 1 >> group_shift_; }

  const std::string location_;
  std::vector<uint64_t> hashes_;
  // Where the groups begin, and the end of the last; up to date when `grouped_` holds.
  std::vector<uint32_t> groups_ = {0, 0};
  int group_shift_ = 63;
  bool grouped_ = true;
};

}  // namespace laguna::delta
