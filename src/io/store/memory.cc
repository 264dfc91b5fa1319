// SPDX-License-Identifier: Apache-2.0
#include "io/store/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "io/file_error.h"

namespace laguna::io {

using base::Error;
using base::ErrorKind;

namespace {

class MemoryReader final : public ObjectReader {
 public:
  MemoryReader(ObjectInfo info, std::shared_ptr<const std::string> bytes)
      : info_(std::move(info)), bytes_(std::move(bytes)) {}

  [[nodiscard]] const ObjectInfo& info() const override { return info_; }

  size_t ReadAt(uint64_t offset, std::span<std::byte> into, const Call& call) override {
    CheckCall(call, fmt::format("reading '{}'", info_.key));
    if (offset >= bytes_->size()) return 0;
    size_t count = std::min<uint64_t>(into.size(), bytes_->size() - offset);
    auto source = std::as_bytes(std::span(*bytes_)).subspan(offset, count);
    std::copy(source.begin(), source.end(), into.begin());
    return count;
  }

 private:
  const ObjectInfo info_;
  const std::shared_ptr<const std::string> bytes_;
};

Error NoSuchObject(const std::string& location) {
  return FileError(ENOENT, "open", location);
}

// Where the first folder on the way to `name` ends that is not wanted, or the object itself;
// nothing: all are wanted.
std::optional<size_t> FindUnwanted(std::string_view name, size_t prefix_size,
                                   const ListOptions& options) {
  if (!options.wanted) return std::nullopt;
  size_t end = prefix_size;
  do {
    const size_t slash = name.find('/', end);
    end = slash == std::string_view::npos ? name.size() : slash + 1;
    if (!options.wanted(name.substr(prefix_size, end - prefix_size))) return end;
  } while (end < name.size());
  return std::nullopt;
}

}  // namespace

class MemoryWriter final : public ObjectWriter {
 public:
  MemoryWriter(MemoryObjectStore& store, std::string key) : store_(store), key_(std::move(key)) {}

  void Append(std::span<const std::byte> bytes, const Call& call) override {
    LAGUNA_ASSERT(!ended_);
    CheckCall(call, fmt::format("writing '{}'", store_.Locate(key_)));
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

  ObjectInfo Finish(const Call& call) override {
    LAGUNA_ASSERT(!ended_);
    CheckCall(call, fmt::format("writing '{}'", store_.Locate(key_)));
    ended_ = true;
    return store_.Store(key_, std::move(bytes_), false);
  }

  void Abort() noexcept override { ended_ = true; }

 private:
  MemoryObjectStore& store_;
  const std::string key_;
  std::string bytes_;
  bool ended_ = false;
};

MemoryObjectStore::MemoryObjectStore(const base::Clock& clock, std::string name)
    : clock_(clock), name_(std::move(name)) {}

std::string MemoryObjectStore::Locate(std::string_view key) const {
  return fmt::format("{}{}", name_, key);
}

ObjectInfo MemoryObjectStore::InfoOf(const std::string& key, const Object& object) {
  return {key, object.bytes->size(), object.modified_ms, fmt::format("{}", object.version)};
}

std::optional<ObjectInfo> MemoryObjectStore::Head(const std::string& key, const Call& call) {
  CheckKey(key);
  CheckCall(call, fmt::format("looking for '{}'", Locate(key)));
  std::lock_guard lock(mutex_);
  auto found = objects_.find(key);
  if (found == objects_.end()) return std::nullopt;
  return InfoOf(key, found->second);
}

std::unique_ptr<ObjectReader> MemoryObjectStore::Open(const std::string& key, const Call& call) {
  CheckKey(key);
  CheckCall(call, fmt::format("opening '{}'", Locate(key)));
  std::lock_guard lock(mutex_);
  auto found = objects_.find(key);
  if (found == objects_.end()) throw NoSuchObject(Locate(key));
  return std::make_unique<MemoryReader>(InfoOf(key, found->second), found->second.bytes);
}

std::unique_ptr<ObjectWriter> MemoryObjectStore::Write(const std::string& key, const Call& call) {
  CheckKey(key);
  CheckCall(call, fmt::format("writing '{}'", Locate(key)));
  return std::make_unique<MemoryWriter>(*this, key);
}

void MemoryObjectStore::Sync(std::span<const std::string> keys, const Call& call) {
  for (const std::string& key : keys) CheckKey(key);
  CheckCall(call, "making objects durable");
  std::lock_guard lock(mutex_);
  for (const std::string& key : keys) {
    auto found = objects_.find(key);
    if (found == objects_.end()) throw NoSuchObject(Locate(key));
    found->second.durable = true;
  }
}

ObjectInfo MemoryObjectStore::StoreLocked(const std::string& key, std::string bytes, bool durable) {
  Object object{std::make_shared<const std::string>(std::move(bytes)), clock_.NowMs(), ++version_,
                durable};
  ObjectInfo info = InfoOf(key, object);
  objects_.insert_or_assign(key, std::move(object));
  return info;
}

ObjectInfo MemoryObjectStore::Store(const std::string& key, std::string bytes, bool durable) {
  std::lock_guard lock(mutex_);
  return StoreLocked(key, std::move(bytes), durable);
}

void MemoryObjectStore::Put(const std::string& key, std::string_view bytes, const Call& call) {
  CheckKey(key);
  CheckCall(call, fmt::format("writing '{}'", Locate(key)));
  Store(key, std::string(bytes), true);
}

PutOutcome MemoryObjectStore::PutIfAbsent(const std::string& key, std::string_view bytes,
                                          const Call& call) {
  CheckKey(key);
  CheckCall(call, fmt::format("writing '{}'", Locate(key)));
  std::lock_guard lock(mutex_);
  if (objects_.contains(key)) return PutOutcome::kExists;
  StoreLocked(key, std::string(bytes), true);
  return PutOutcome::kCreated;
}

ListPage MemoryObjectStore::List(const std::string& prefix, const ListOptions& options,
                                 const Call& call) {
  LAGUNA_ASSERT(options.page_max > 0);
  CheckPrefix(prefix);
  CheckCall(call, fmt::format("listing '{}'", Locate(prefix)));
  std::lock_guard lock(mutex_);
  ListPage page;
  std::string last;
  auto entry = objects_.lower_bound(std::max(prefix, options.start_after));
  while (entry != objects_.end() && entry->first.starts_with(prefix)) {
    size_t slash = options.delimited ? entry->first.find('/', prefix.size()) : std::string::npos;
    bool folder = slash != std::string::npos;
    std::string name = folder ? entry->first.substr(0, slash + 1) : entry->first;
    const std::optional<size_t> unwanted = FindUnwanted(name, prefix.size(), options);
    if (!unwanted && name > options.start_after) {
      if (page.objects.size() + page.folders.size() == options.page_max) {
        page.next_start_after = std::move(last);
        break;
      }
      if (folder) page.folders.push_back(name);
      if (!folder) page.objects.push_back(InfoOf(name, entry->second));
      last = name;
    }
    // Nothing below an unwanted folder is looked at.
    if (unwanted) {
      name.resize(*unwanted);
      folder = name.ends_with('/');
    }
    // '0' follows '/', so this is the first key behind everything in the folder.
    if (folder) name.back() = '0';
    entry = folder ? objects_.lower_bound(name) : std::next(entry);
  }
  return page;
}

void MemoryObjectStore::DeleteMany(std::span<const std::string> keys, const Call& call) {
  for (const std::string& key : keys) CheckKey(key);
  CheckCall(call, "deleting objects");
  std::lock_guard lock(mutex_);
  for (const std::string& key : keys) objects_.erase(key);
}

void MemoryObjectStore::MoveFolder(const std::string& from, const std::string& to,
                                   const Call& call) {
  CheckMove(from, to);
  CheckCall(call, fmt::format("moving '{}'", Locate(from)));
  std::lock_guard lock(mutex_);
  auto target = objects_.lower_bound(to);
  if (target != objects_.end() && target->first.starts_with(to)) {
    throw FileError(EEXIST, fmt::format("move '{}' to", Locate(from)), Locate(to));
  }
  auto first = objects_.lower_bound(from);
  if (first == objects_.end() || !first->first.starts_with(from)) {
    throw FileError(ENOENT, "move", Locate(from));
  }
  while (first != objects_.end() && first->first.starts_with(from)) {
    auto node = objects_.extract(first++);
    node.key().replace(0, from.size(), to);
    objects_.insert(std::move(node));
  }
}

void MemoryObjectStore::LosePower() {
  std::lock_guard lock(mutex_);
  std::erase_if(objects_, [](const auto& entry) { return !entry.second.durable; });
}

}  // namespace laguna::io
