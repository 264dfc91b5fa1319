// SPDX-License-Identifier: Apache-2.0
#include "delta/named_files.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>
#include <utility>

#include "delta/data_path.h"
#include "delta/deletion_vector_file.h"

namespace laguna::delta {
namespace {

// How many hashes a group has, about.
constexpr size_t kGroupHashes = 4;

uint64_t HashOf(std::string_view path) {
  return std::hash<std::string_view>()(path);
}

bool IsAbsolute(std::string_view path) {
  return path.starts_with('/') || path.find("://") != std::string_view::npos;
}

std::string WithoutSlash(std::string location) {
  while (location.ends_with('/')) location.pop_back();
  return location;
}

}  // namespace

NamedFiles::NamedFiles(std::string location)
    : location_(WithoutSlash(std::string(CanonicalPath(location)))) {}

std::optional<std::string> NamedFiles::Below(std::string_view path) const {
  path = CanonicalPath(path);
  if (!IsAbsolute(path)) return std::string(path);
  const bool is_below = path.starts_with(location_) && path.size() > location_.size() &&
                        path[location_.size()] == '/';
  if (!is_below) return std::nullopt;
  return std::string(path.substr(location_.size() + 1));
}

void NamedFiles::Note(std::string_view path) {
  const std::optional<std::string> below = Below(path);
  if (!below) return;
  hashes_.push_back(HashOf(*below));
  grouped_ = false;
}

void NamedFiles::NoteVector(const std::optional<DeletionVectorDescriptor>& vector) {
  if (!vector) return;
  const std::string path = DeletionVectorPath(*vector);
  if (!path.empty()) Note(path);
}

void NamedFiles::Note(const FileView& file) {
  Note(file.path());
  if (file.has_deletion_vector()) NoteVector(file.deletion_vector());
}

void NamedFiles::Note(const Action& action) {
  if (const auto* add = std::get_if<AddFile>(&action)) {
    Note(add->path);
    NoteVector(add->deletion_vector);
  } else if (const auto* removal = std::get_if<RemoveFile>(&action)) {
    Note(removal->path);
    NoteVector(removal->deletion_vector);
  } else if (const auto* change = std::get_if<AddCdcFile>(&action)) {
    Note(change->path);
  }
}

bool NamedFiles::Has(std::string_view path) {
  if (!std::exchange(grouped_, true)) Group();
  const uint64_t hash = HashOf(path);
  const size_t group = GroupOf(hash);
  const auto begin = hashes_.begin() + groups_[group];
  const auto end = hashes_.begin() + groups_[group + 1];
  return std::find(begin, end, hash) != end;
}

void NamedFiles::Group() {
  const int bits = std::bit_width(hashes_.size() / kGroupHashes);
  group_shift_ = 63 - bits;
  // While they are counted, what belongs to a group stands one further.
  groups_.assign((size_t{1} << bits) + 1, 0);
  for (const uint64_t hash : hashes_) ++groups_[GroupOf(hash) + 1];
  std::partial_sum(groups_.begin(), groups_.end(), groups_.begin());
  std::vector<uint32_t> next(groups_.begin(), groups_.end() - 1);
  std::vector<uint64_t> grouped(hashes_.size());
  for (const uint64_t hash : hashes_) grouped[next[GroupOf(hash)]++] = hash;
  hashes_ = std::move(grouped);
}

}  // namespace laguna::delta
