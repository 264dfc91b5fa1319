// SPDX-License-Identifier: Apache-2.0
// An object store in memory, for tests and simulation. Keeps the whole contract of ObjectStore,
// and can lose its power: then streamed writes that no Sync named are gone. Thread-safe. The clock
// must outlive it; its readers may not outlive it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "io/object_store.h"

namespace laguna::io {

class MemoryObjectStore final : public ObjectStore {
 public:
  // `name` is what Locate puts before the key.
  explicit MemoryObjectStore(const base::Clock& clock, std::string name = "memory://");

  [[nodiscard]] std::string Locate(std::string_view key) const override;
  std::optional<ObjectInfo> Head(const std::string& key, const Call& call = {}) override;
  std::unique_ptr<ObjectReader> Open(const std::string& key, const Call& call = {}) override;
  std::unique_ptr<ObjectWriter> Write(const std::string& key, const Call& call = {}) override;
  void Sync(std::span<const std::string> keys, const Call& call = {}) override;
  void Put(const std::string& key, std::string_view bytes, const Call& call = {}) override;
  PutOutcome PutIfAbsent(const std::string& key, std::string_view bytes,
                         const Call& call = {}) override;
  ListPage List(const std::string& prefix, const ListOptions& options = {},
                const Call& call = {}) override;
  void DeleteMany(std::span<const std::string> keys, const Call& call = {}) override;
  void MoveFolder(const std::string& from, const std::string& to, const Call& call = {}) override;

  // What a power cut does: every object whose last write was streamed and not synced vanishes.
  void LosePower();

 private:
  friend class MemoryWriter;

  struct Object {
    std::shared_ptr<const std::string> bytes;
    int64_t modified_ms = 0;
    uint64_t version = 0;
    bool durable = false;
  };
  using Objects = std::map<std::string, Object, std::less<>>;

  static ObjectInfo InfoOf(const std::string& key, const Object& object);
  ObjectInfo Store(const std::string& key, std::string bytes, bool durable);
  // Requires mutex_.
  ObjectInfo StoreLocked(const std::string& key, std::string bytes, bool durable);

  const base::Clock& clock_;
  const std::string name_;
  std::mutex mutex_;
  Objects objects_;
  uint64_t version_ = 0;
};

}  // namespace laguna::io
