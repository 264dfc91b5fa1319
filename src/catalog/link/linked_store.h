// SPDX-License-Identifier: Apache-2.0
// The lake's store, with the folders of tables that live elsewhere.
//
// A key below a link ("bronze/t.link/@%2Fdata%2Ft/_delta_log/...", link/table_link.h) is an object
// of the folder that its location names; every other key is one of the store around which this
// stands. Nothing is looked up: the key says it all. A folder gets a store of its own when it is
// first used, and keeps it. Owned by app/compose; lake and store outlive it. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "catalog/lake.h"
#include "io/object_store.h"

namespace laguna::catalog {

class LinkedStore final : public io::ObjectStore {
 public:
  LinkedStore(io::ObjectStore& store, const Lake& lake) : store_(store), lake_(lake) {}

  // Where the object really is.
  [[nodiscard]] std::string Locate(std::string_view key) const override;
  std::optional<io::ObjectInfo> Head(const std::string& key, const io::Call& call = {}) override;
  std::unique_ptr<io::ObjectReader> Open(const std::string& key,
                                         const io::Call& call = {}) override;
  std::unique_ptr<io::ObjectWriter> Write(const std::string& key,
                                          const io::Call& call = {}) override;
  void Sync(std::span<const std::string> keys, const io::Call& call = {}) override;
  void Put(const std::string& key, std::string_view bytes, const io::Call& call = {}) override;
  io::PutOutcome PutIfAbsent(const std::string& key, std::string_view bytes,
                             const io::Call& call = {}) override;
  io::ListPage List(const std::string& prefix, const io::ListOptions& options = {},
                    const io::Call& call = {}) override;
  void DeleteMany(std::span<const std::string> keys, const io::Call& call = {}) override;
  // Unsupported for a linked folder: nobody moves what is not the lake's.
  void MoveFolder(const std::string& from, const std::string& to,
                  const io::Call& call = {}) override;

 private:
  struct Place {
    io::ObjectStore& store;
    std::string key;
    // What stands before `key` in the caller's: "bronze/t.link/@%2Fdata%2Ft/".
    std::string before;
  };
  // What to do for each of the stores that hold `keys`.
  template <class Body>
  void ForEachStore(std::span<const std::string> keys, Body&& body) const;
  [[nodiscard]] Place PlaceOf(std::string_view key) const;
  [[nodiscard]] io::ObjectStore& StoreAt(const std::string& location) const;

  io::ObjectStore& store_;
  const Lake& lake_;
  mutable std::mutex mutex_;
  // By the folder.
  mutable std::map<std::string, std::unique_ptr<io::ObjectStore>> linked_;
};

}  // namespace laguna::catalog
