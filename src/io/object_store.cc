// SPDX-License-Identifier: Apache-2.0
#include "io/object_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace laguna::io {
namespace {

using base::Error;
using base::ErrorKind;

// Larger pages than a caller that streams would want: everything is kept anyway.
constexpr size_t kListAllPageMax = 65536;

Error InvalidKey(std::string_view key, std::string_view why) {
  return Error(ErrorKind::kInvalidInput, "io.invalid_key",
               fmt::format("'{}' is no valid object key: {}.", key, why))
      .Hint("Write names joined by single slashes, such as 'bronze/sales/part-0.parquet'.");
}

void CheckSegment(std::string_view key, std::string_view segment) {
  if (segment.empty()) throw InvalidKey(key, "it has an empty part");
  if (segment == "." || segment == "..") throw InvalidKey(key, "'.' and '..' are not allowed");
}

Error TooLarge(ObjectStore& store, const std::string& key, uint64_t size_bytes,
               uint64_t bytes_max) {
  return Error(ErrorKind::kExhausted, "io.object_too_large",
               fmt::format("'{}' has {} bytes; at most {} are read into memory here.",
                           store.Locate(key), size_bytes, bytes_max))
      .With("path", store.Locate(key));
}

}  // namespace

void CheckCall(const Call& call, std::string_view what) {
  if (call.stop.stop_requested()) {
    throw Error(ErrorKind::kCancelled, "io.cancelled", fmt::format("Stopped: {}.", what));
  }
  if (call.deadline && std::chrono::steady_clock::now() >= *call.deadline) {
    throw Error(ErrorKind::kUnavailable, "io.deadline", fmt::format("Took too long: {}.", what))
        .Hint("Try again, or allow more time.");
  }
}

void CheckKey(std::string_view key) {
  if (key.empty()) throw InvalidKey(key, "it is empty");
  if (key.find('\0') != std::string_view::npos) throw InvalidKey(key, "it holds a NUL byte");
  for (size_t start = 0; start <= key.size();) {
    size_t end = std::min(key.find('/', start), key.size());
    CheckSegment(key, key.substr(start, end - start));
    start = end + 1;
  }
}

void CheckPrefix(std::string_view prefix) {
  if (prefix.find('\0') != std::string_view::npos) throw InvalidKey(prefix, "it holds a NUL byte");
  size_t slash = prefix.rfind('/');
  if (slash != std::string_view::npos) CheckKey(prefix.substr(0, slash));
}

void CheckFolder(std::string_view folder) {
  if (!folder.ends_with('/')) throw InvalidKey(folder, "a folder ends with a slash");
  CheckKey(folder.substr(0, folder.size() - 1));
}

void CheckMove(std::string_view from, std::string_view to) {
  CheckFolder(from);
  CheckFolder(to);
  if (from == to || from.starts_with(to) || to.starts_with(from)) {
    throw Error(ErrorKind::kInvalidInput, "io.move_into_itself",
                fmt::format("The folder '{}' cannot be moved to '{}': one lies within the other.",
                            from, to));
  }
}

std::string ReadAll(ObjectStore& store, const std::string& key, uint64_t bytes_max,
                    const Call& call) {
  std::unique_ptr<ObjectReader> reader = store.Open(key, call);
  uint64_t size_bytes = reader->info().size_bytes;
  if (size_bytes > bytes_max) throw TooLarge(store, key, size_bytes, bytes_max);
  std::string bytes(size_bytes, '\0');
  size_t read = reader->ReadAt(0, std::as_writable_bytes(std::span(bytes)), call);
  if (read != size_bytes) {
    throw Error(
        ErrorKind::kCorrupt, "io.short_object",
        fmt::format("'{}' ended after {} of {} bytes.", store.Locate(key), read, size_bytes))
        .Hint("The file was cut while it was being read; read it again.")
        .With("path", store.Locate(key));
  }
  return bytes;
}

std::vector<ObjectInfo> ListAll(ObjectStore& store, const std::string& prefix, ListOptions options,
                                const Call& call) {
  std::vector<ObjectInfo> objects;
  options.page_max = std::max(options.page_max, kListAllPageMax);
  while (true) {
    ListPage page = store.List(prefix, options, call);
    std::move(page.objects.begin(), page.objects.end(), std::back_inserter(objects));
    if (!page.next_start_after) return objects;
    options.start_after = std::move(*page.next_start_after);
  }
}

}  // namespace laguna::io
