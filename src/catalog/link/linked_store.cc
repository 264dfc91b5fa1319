// SPDX-License-Identifier: Apache-2.0
#include "catalog/link/linked_store.h"

#include <fmt/format.h>

#include <memory>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/link/table_link.h"
#include "io/store/local.h"

namespace laguna::catalog {
namespace {

// Stands under the caller's key.
class RenamedReader final : public io::ObjectReader {
 public:
  RenamedReader(std::unique_ptr<io::ObjectReader> reader, const std::string& key)
      : reader_(std::move(reader)), info_(reader_->info()) {
    info_.key = key;
  }
  [[nodiscard]] const io::ObjectInfo& info() const override { return info_; }
  size_t ReadAt(uint64_t offset, std::span<std::byte> into, const io::Call& call) override {
    return reader_->ReadAt(offset, into, call);
  }

 private:
  std::unique_ptr<io::ObjectReader> reader_;
  io::ObjectInfo info_;
};

class RenamedWriter final : public io::ObjectWriter {
 public:
  RenamedWriter(std::unique_ptr<io::ObjectWriter> writer, std::string key)
      : writer_(std::move(writer)), key_(std::move(key)) {}
  void Append(std::span<const std::byte> bytes, const io::Call& call) override {
    writer_->Append(bytes, call);
  }
  io::ObjectInfo Finish(const io::Call& call) override {
    io::ObjectInfo info = writer_->Finish(call);
    info.key = key_;
    return info;
  }
  void Abort() noexcept override { writer_->Abort(); }

 private:
  std::unique_ptr<io::ObjectWriter> writer_;
  std::string key_;
};

}  // namespace

io::ObjectStore& LinkedStore::StoreAt(const std::string& location) const {
  const std::string folder = LinkedFolder(lake_, location);
  const std::lock_guard lock(mutex_);
  auto& store = linked_[folder];
  if (!store) store = std::make_unique<io::LocalObjectStore>(folder);
  return *store;
}

LinkedStore::Place LinkedStore::PlaceOf(std::string_view key) const {
  const auto linked = ParseLinkedKey(key);
  if (!linked) return {store_, std::string(key), ""};
  const std::string_view before = key.substr(0, key.size() - linked->below.size());
  return {StoreAt(linked->location), linked->below, std::string(before)};
}

template <class Body>
void LinkedStore::ForEachStore(std::span<const std::string> keys, Body&& body) const {
  std::map<io::ObjectStore*, std::vector<std::string>> by_store;
  for (const std::string& key : keys) {
    Place place = PlaceOf(key);
    by_store[&place.store].push_back(std::move(place.key));
  }
  for (const auto& [store, of_store] : by_store) body(*store, of_store);
}

std::string LinkedStore::Locate(std::string_view key) const {
  const Place place = PlaceOf(key);
  return place.store.Locate(place.key);
}

std::optional<io::ObjectInfo> LinkedStore::Head(const std::string& key, const io::Call& call) {
  const Place place = PlaceOf(key);
  // The folder itself is no object.
  if (place.key.empty() && !place.before.empty()) return std::nullopt;
  auto info = place.store.Head(place.key, call);
  if (info) info->key = key;
  return info;
}

std::unique_ptr<io::ObjectReader> LinkedStore::Open(const std::string& key, const io::Call& call) {
  const Place place = PlaceOf(key);
  auto reader = place.store.Open(place.key, call);
  if (place.before.empty()) return reader;
  return std::make_unique<RenamedReader>(std::move(reader), key);
}

std::unique_ptr<io::ObjectWriter> LinkedStore::Write(const std::string& key, const io::Call& call) {
  const Place place = PlaceOf(key);
  auto writer = place.store.Write(place.key, call);
  if (place.before.empty()) return writer;
  return std::make_unique<RenamedWriter>(std::move(writer), key);
}

void LinkedStore::Sync(std::span<const std::string> keys, const io::Call& call) {
  ForEachStore(keys, [&](io::ObjectStore& store, std::span<const std::string> of_store) {
    store.Sync(of_store, call);
  });
}

void LinkedStore::Put(const std::string& key, std::string_view bytes, const io::Call& call) {
  const Place place = PlaceOf(key);
  place.store.Put(place.key, bytes, call);
}

io::PutOutcome LinkedStore::PutIfAbsent(const std::string& key, std::string_view bytes,
                                        const io::Call& call) {
  const Place place = PlaceOf(key);
  return place.store.PutIfAbsent(place.key, bytes, call);
}

io::ListPage LinkedStore::List(const std::string& prefix, const io::ListOptions& options,
                               const io::Call& call) {
  const Place place = PlaceOf(prefix);
  if (place.before.empty()) return store_.List(prefix, options, call);
  io::ListOptions below = options;
  const bool goes_on = below.start_after.starts_with(place.before);
  below.start_after = goes_on ? below.start_after.substr(place.before.size()) : std::string();
  io::ListPage page = place.store.List(place.key, below, call);
  for (io::ObjectInfo& object : page.objects) object.key.insert(0, place.before);
  for (std::string& folder : page.folders) folder.insert(0, place.before);
  if (page.next_start_after) page.next_start_after->insert(0, place.before);
  return page;
}

void LinkedStore::DeleteMany(std::span<const std::string> keys, const io::Call& call) {
  ForEachStore(keys, [&](io::ObjectStore& store, std::span<const std::string> of_store) {
    store.DeleteMany(of_store, call);
  });
}

void LinkedStore::MoveFolder(const std::string& from, const std::string& to, const io::Call& call) {
  if (!ParseLinkedKey(from) && !ParseLinkedKey(to)) return store_.MoveFolder(from, to, call);
  throw base::Error(base::ErrorKind::kUnsupported, "catalog.linked_move",
                    fmt::format("{} is not the lake's own folder and is not moved.",
                                Locate(ParseLinkedKey(from) ? from : to)));
}

}  // namespace laguna::catalog
