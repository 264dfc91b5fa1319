// SPDX-License-Identifier: Apache-2.0
// The one way bytes reach and leave storage.
//
// An ObjectStore holds whole objects under slash-separated keys
// ("bronze/t/_delta_log/00000000000000000000.json"), relative to a root that only the store knows.
// The contract is what a local folder, S3, GCS and ADLS can all keep: an object appears whole or
// not at all, is replaced whole, and can be created only if absent. Nothing here knows Delta.
//
// Stores are owned by app/compose and handed down by reference; every method may be called from any
// thread. Calls block and honour their Call: a requested stop throws Error(Cancelled), a passed
// deadline Error(Unavailable). All failures are Errors: NotFound, PermissionDenied, Exhausted (disk
// or quota full), Unavailable (may go through later), Corrupt, InvalidInput (a malformed key).
// Messages name the object as the user knows it (Locate(key)).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace laguna::io {

// Limits of one call. A default Call never stops and has no deadline.
struct Call {
  std::stop_token stop = {};
  std::optional<std::chrono::steady_clock::time_point> deadline = {};
};

struct ObjectInfo {
  std::string key = {};
  uint64_t size_bytes = 0;
  // Milliseconds since the Unix epoch, as the store's own clock has it.
  int64_t modified_ms = 0;
  // Changes whenever the content does; empty where the store has none.
  std::string etag = {};
};

// One page of a listing, ordered by key in byte order.
struct ListPage {
  std::vector<ObjectInfo> objects = {};
  // With ListOptions::delimited: the "folders" directly below the prefix, each with its trailing
  // slash.
  std::vector<std::string> folders = {};
  // Nothing when this was the last page; else the `start_after` of the next call.
  std::optional<std::string> next_start_after = {};
};

struct ListOptions {
  // Only keys greater than this, in byte order. With `delimited`, a folder counts by its name with
  // the trailing slash.
  std::string start_after = {};
  // Stop at the first slash after the prefix instead of descending.
  bool delimited = false;
  size_t page_max = 1000;
  // Asked about every object and every folder (with its trailing slash), by its key behind the
  // listing's prefix, before the store looks at it: an object it turns down is left out and does
  // not fill a page, and so is a folder with all that lies below. What lies below is asked about
  // only where its folders are wanted. Called by one thread, in any order, perhaps several times
  // for a key; empty: all are wanted.
  std::function<bool(std::string_view name)> wanted = {};
};

enum class PutOutcome {
  kCreated,
  kExists,
  // The store may or may not have taken the object (a lost reply). The caller has to look.
  kUnknown,
};

// Ranged reads of one object as it was when opened. ReadAt may be called from several threads at
// once.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;
  [[nodiscard]] virtual const ObjectInfo& info() const = 0;
  // Fills `into` from `offset`; returns the bytes read, fewer than asked for only at the end of the
  // object.
  virtual size_t ReadAt(uint64_t offset, std::span<std::byte> into, const Call& call) = 0;
};

// A streamed write, used by one thread at a time. Until Finish the object is invisible; destruction
// without Finish aborts and leaves nothing behind.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;
  virtual void Append(std::span<const std::byte> bytes, const Call& call) = 0;
  // Makes the object visible under its key, replacing an older one. It survives a power cut only
  // after ObjectStore::Sync named it, so that many files can be made durable together.
  virtual ObjectInfo Finish(const Call& call) = 0;
  virtual void Abort() noexcept = 0;
};

class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  // The object as a user would name it: an absolute path, s3://bucket/key, ...
  [[nodiscard]] virtual std::string Locate(std::string_view key) const = 0;

  // Nothing when there is no such object.
  virtual std::optional<ObjectInfo> Head(const std::string& key, const Call& call = {}) = 0;
  // NotFound when there is no such object.
  virtual std::unique_ptr<ObjectReader> Open(const std::string& key, const Call& call = {}) = 0;
  virtual std::unique_ptr<ObjectWriter> Write(const std::string& key, const Call& call = {}) = 0;
  // Makes finished streamed writes and the folders that name them durable. Objects already durable
  // cost nothing.
  virtual void Sync(std::span<const std::string> keys, const Call& call = {}) = 0;

  // Whole small objects, durable on return.
  virtual void Put(const std::string& key, std::string_view bytes, const Call& call = {}) = 0;
  virtual PutOutcome PutIfAbsent(const std::string& key, std::string_view bytes,
                                 const Call& call = {}) = 0;

  // Keys that begin with `prefix`. A folder that does not exist is an empty listing.
  virtual ListPage List(const std::string& prefix, const ListOptions& options = {},
                        const Call& call = {}) = 0;
  // Deletes what is there of `keys`; absent ones are no error. Folders left empty by it vanish.
  virtual void DeleteMany(std::span<const std::string> keys, const Call& call = {}) = 0;
  // Renames everything below the folder `from` ("bronze/t/") to below `to`. One atomic step where
  // the store has one; otherwise objects are copied, then deleted, in an order that leaves `from`
  // whole until `to` is. Exists when something lies below `to`.
  virtual void MoveFolder(const std::string& from, const std::string& to,
                          const Call& call = {}) = 0;
};

// The whole object. Exhausted when it is larger than `bytes_max`, so that a hostile file cannot
// take all memory.
std::string ReadAll(ObjectStore& store, const std::string& key, uint64_t bytes_max,
                    const Call& call = {});

// Every object below `prefix`, all pages.
std::vector<ObjectInfo> ListAll(ObjectStore& store, const std::string& prefix,
                                ListOptions options = {}, const Call& call = {});

// InvalidInput unless `key` is one or more non-empty segments joined by single slashes, none of
// them "." or "..", free of NUL and of a leading slash. Every store calls it first: keys come from
// logs and users.
void CheckKey(std::string_view key);
// The same for a listing's prefix: empty, a folder with its trailing slash, or a folder and the
// beginning of a name.
void CheckPrefix(std::string_view prefix);
// The same for a folder: a key and a trailing slash.
void CheckFolder(std::string_view folder);
// Two folders, neither within the other.
void CheckMove(std::string_view from, std::string_view to);
// Cancelled when a stop is requested, Unavailable when the deadline has passed; `what` is the work,
// for the sentence ("reading '/a/b'"). Stores call it before each step that takes time.
void CheckCall(const Call& call, std::string_view what);

}  // namespace laguna::io
