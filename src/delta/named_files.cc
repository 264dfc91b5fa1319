// SPDX-License-Identifier: Apache-2.0
#include "delta/named_files.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "delta/data_path.h"
#include "delta/deletion_vector_file.h"

namespace laguna::delta {
namespace {

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
  sorted_ = false;
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
  if (!std::exchange(sorted_, true)) {
    std::ranges::sort(hashes_);
    hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
  }
  return std::ranges::binary_search(hashes_, HashOf(path));
}

}  // namespace laguna::delta
