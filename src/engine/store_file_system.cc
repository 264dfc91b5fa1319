// SPDX-License-Identifier: Apache-2.0
#include "engine/store_file_system.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "base/error.h"
#include "duckdb/common/file_system.hpp"
#include "duckdb/common/types/timestamp.hpp"
#include "duckdb/main/database_file_opener.hpp"
#include "engine/guard.h"
#include "engine/open_database.h"
#include "engine/store_glob.h"
#include "engine/store_handle.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::FileHandle;
using duckdb::FileOpener;
using duckdb::FileOpenFlags;
using duckdb::idx_t;
using duckdb::optional_ptr;

// What moving an object copies at a time.
constexpr size_t kCopyBytes = 4 << 20;
// Up to so many bytes are read with others behind them; a page's header and its statistics fit into
// those.
constexpr size_t kSmallReadBytes = 64;
constexpr size_t kAheadBytes = 1024;

std::span<std::byte> BytesAt(void* buffer, int64_t bytes) {
  return {static_cast<std::byte*>(buffer), static_cast<size_t>(bytes)};
}

bool IsUrl(std::string_view path) {
  return path.find("://") != std::string_view::npos;
}

// A path that depends on where one stands; "~" is the user's home and does not.
bool IsRelative(std::string_view path) {
  return !path.empty() && path.front() != '/' && path.front() != '~' && !IsUrl(path);
}

Error Unsupported(const std::string& path, std::string_view what) {
  return Error(
      ErrorKind::kUnsupported, "io.unsupported",
      fmt::format("{} cannot be {} in place; files of a lake are written whole.", path, what));
}

// A path in a store, or a local file.
struct Resolved {
  const StoreMount* mount = nullptr;
  std::string key;
  // Absolute.
  std::string path;
};

// "a//b/./c/" -> "a/b/c/": the names in a path, as file systems read them.
std::string KeyOf(std::string_view path) {
  std::string key;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    const std::string_view name = path.substr(0, slash);
    path.remove_prefix(slash);
    const bool is_folder = !path.empty();
    path.remove_prefix(is_folder ? 1 : 0);
    if (name.empty() || name == ".") {
      continue;
    }
    key.append(name);
    key.append(is_folder ? "/" : "");
  }
  return key;
}

void CheckPath(const std::string& path) {
  if (path.empty()) {
    throw Error(ErrorKind::kInvalidInput, "io.empty_path", "The path of the file is empty.")
        .Hint("Name a file, or files by a pattern such as 'landing/*.csv'.");
  }
}

class StoreFileSystem final : public duckdb::FileSystem {
 public:
  StoreFileSystem(std::vector<StoreMount> mounts, PathResolver resolve)
      : mounts_(std::move(mounts)),
        resolve_(std::move(resolve)),
        local_(FileSystem::CreateLocal()) {}

  std::string GetName() const override { return "LagunaStoreFileSystem"; }

  bool CanHandleFile(const std::string& path) override {
    return path.empty() || IsRelative(path) || MountOf(path) != nullptr;
  }

  duckdb::unique_ptr<FileHandle> OpenFile(const std::string& path, FileOpenFlags flags,
                                          optional_ptr<FileOpener> opener) override {
    Guarded([&] { CheckPath(path); });
    const Resolved at = Resolve(path);
    if (at.mount == nullptr) {
      return local_->OpenFile(at.path, flags, opener);
    }
    return Guarded([&] { return OpenObject(at, flags); });
  }

  void Read(FileHandle& handle, void* buffer, int64_t bytes, idx_t location) override {
    Guarded([&] {
      const size_t read = ReadHandle(handle).ReadAt(location, BytesAt(buffer, bytes));
      if (read != static_cast<size_t>(bytes)) {
        throw Error(ErrorKind::kCorrupt, "io.short_read",
                    fmt::format("{} ends before byte {}.", handle.path,
                                location + static_cast<idx_t>(bytes)));
      }
    });
  }

  int64_t Read(FileHandle& handle, void* buffer, int64_t bytes) override {
    return Guarded([&] {
      StoreReadHandle& file = ReadHandle(handle);
      const size_t read = file.ReadAt(file.position, BytesAt(buffer, bytes));
      file.position += read;
      return static_cast<int64_t>(read);
    });
  }

  void Write(FileHandle& handle, void* buffer, int64_t bytes, idx_t location) override {
    Guarded([&] {
      if (location != WriteHandle(handle).size_bytes) {
        throw Unsupported(handle.path, "changed");
      }
      Write(handle, buffer, bytes);
    });
  }

  int64_t Write(FileHandle& handle, void* buffer, int64_t bytes) override {
    return Guarded([&] {
      StoreWriteHandle& file = WriteHandle(handle);
      file.writer->Append(BytesAt(buffer, bytes), {});
      file.size_bytes += static_cast<uint64_t>(bytes);
      return bytes;
    });
  }

  int64_t GetFileSize(FileHandle& handle) override {
    const uint64_t size = IsWriting(handle) ? WriteHandle(handle).size_bytes
                                            : ReadHandle(handle).reader->info().size_bytes;
    return static_cast<int64_t>(size);
  }

  duckdb::timestamp_t GetLastModifiedTime(FileHandle& handle) override {
    return duckdb::Timestamp::FromEpochMs(ReadHandle(handle).reader->info().modified_ms);
  }

  std::string GetVersionTag(FileHandle& handle) override {
    return ReadHandle(handle).reader->info().etag;
  }

  duckdb::FileType GetFileType(FileHandle&) override { return duckdb::FileType::FILE_TYPE_REGULAR; }

  duckdb::FileMetadata Stats(FileHandle& handle) override {
    duckdb::FileMetadata metadata;
    metadata.file_size = GetFileSize(handle);
    metadata.last_modification_time = GetLastModifiedTime(handle);
    metadata.file_type = duckdb::FileType::FILE_TYPE_REGULAR;
    return metadata;
  }

  void Truncate(FileHandle& handle, int64_t) override {
    Guarded([&] { throw Unsupported(handle.path, "cut"); });
  }

  void FileSync(FileHandle&) override {}

  bool DirectoryExists(const std::string& path, optional_ptr<FileOpener> opener) override {
    const Resolved at = Resolve(path);
    return at.mount != nullptr || local_->DirectoryExists(at.path, opener);
  }

  void CreateDirectory(const std::string& path, optional_ptr<FileOpener> opener) override {
    const Resolved at = Resolve(path);
    if (at.mount == nullptr) {
      local_->CreateDirectory(at.path, opener);
    }
  }

  void CreateDirectoriesRecursive(const std::string& path,
                                  optional_ptr<FileOpener> opener) override {
    const Resolved at = Resolve(path);
    if (at.mount == nullptr) {
      local_->CreateDirectoriesRecursive(at.path, opener);
    }
  }

  void RemoveDirectory(const std::string& path, optional_ptr<FileOpener> opener) override {
    const Resolved at = Resolve(path);
    if (at.mount == nullptr) {
      return local_->RemoveDirectory(at.path, opener);
    }
    Guarded([&] {
      std::vector<std::string> keys;
      for (io::ObjectInfo& object : io::ListAll(at.mount->store, FolderOf(at.key))) {
        keys.push_back(std::move(object.key));
      }
      at.mount->store.DeleteMany(keys);
    });
  }

  bool ListFiles(const std::string& path, const std::function<void(const std::string&, bool)>& see,
                 FileOpener* opener) override {
    const Resolved at = Resolve(path);
    if (at.mount == nullptr) {
      return local_->ListFiles(at.path, see, opener);
    }
    return Guarded([&] { return ListFolder(at, see); });
  }

  void MoveFile(const std::string& source, const std::string& target,
                optional_ptr<FileOpener> opener) override {
    const Resolved from = Resolve(source);
    const Resolved to = Resolve(target);
    if (from.mount == nullptr && to.mount == nullptr) {
      return local_->MoveFile(from.path, to.path, opener);
    }
    Guarded([&] { MoveObject(from, to); });
  }

  bool FileExists(const std::string& path, optional_ptr<FileOpener> opener) override {
    const Resolved at = Resolve(path);
    if (at.mount == nullptr) {
      return local_->FileExists(at.path, opener);
    }
    return Guarded([&] { return !at.key.empty() && at.mount->store.Head(at.key).has_value(); });
  }

  bool IsPipe(const std::string& path, optional_ptr<FileOpener> opener) override {
    const Resolved at = Resolve(path);
    return at.mount == nullptr && local_->IsPipe(at.path, opener);
  }

  void RemoveFile(const std::string& path, optional_ptr<FileOpener> opener) override {
    const Resolved at = Resolve(path);
    if (at.mount == nullptr) {
      return local_->RemoveFile(at.path, opener);
    }
    Guarded([&] { at.mount->store.DeleteMany(std::vector<std::string>{at.key}); });
  }

  bool TryRemoveFile(const std::string& path, optional_ptr<FileOpener> opener) override {
    if (!FileExists(path, opener)) {
      return false;
    }
    RemoveFile(path, opener);
    return true;
  }

  duckdb::vector<duckdb::OpenFileInfo> Glob(const std::string& path, FileOpener* opener) override {
    Guarded([&] { CheckPath(path); });
    const Resolved at = Resolve(path);
    if (at.mount == nullptr) {
      return local_->Glob(at.path, opener);
    }
    return Guarded([&] {
      duckdb::vector<duckdb::OpenFileInfo> files;
      for (const io::ObjectInfo& object : GlobStore(at.mount->store, at.key)) {
        files.emplace_back(at.mount->root + "/" + object.key);
      }
      return files;
    });
  }

  void Seek(FileHandle& handle, idx_t location) override { ReadHandle(handle).position = location; }
  idx_t SeekPosition(FileHandle& handle) override {
    return IsWriting(handle) ? WriteHandle(handle).size_bytes : ReadHandle(handle).position;
  }
  bool CanSeek() override { return true; }
  bool OnDiskFile(FileHandle& handle) override { return handle.path.starts_with("/"); }

 private:
  static bool IsWriting(FileHandle& handle) { return handle.flags.OpenForWriting(); }

  static StoreReadHandle& ReadHandle(FileHandle& handle) { return handle.Cast<StoreReadHandle>(); }

  static StoreWriteHandle& WriteHandle(FileHandle& handle) {
    auto& file = handle.Cast<StoreWriteHandle>();
    if (file.writer == nullptr) {
      throw Error(ErrorKind::kInternal, "io.closed",
                  fmt::format("{} was written to after it was closed.", handle.path));
    }
    return file;
  }

  static std::string FolderOf(const std::string& key) {
    return key.empty() || key.ends_with("/") ? key : key + "/";
  }

  const StoreMount* MountOf(std::string_view path) const {
    for (const StoreMount& mount : mounts_) {
      const bool below = path.starts_with(mount.root) &&
                         (path.size() == mount.root.size() || path[mount.root.size()] == '/');
      if (below) {
        return &mount;
      }
    }
    return nullptr;
  }

  Resolved Resolve(const std::string& path) const {
    return Guarded([&] {
      Resolved at;
      at.path = IsRelative(path) ? resolve_(path) : path;
      at.mount = MountOf(at.path);
      if (at.mount != nullptr) {
        at.key = KeyOf(std::string_view(at.path).substr(at.mount->root.size()));
      }
      return at;
    });
  }

  duckdb::unique_ptr<FileHandle> OpenObject(const Resolved& at, FileOpenFlags flags) {
    if (flags.OpenForAppending()) {
      throw Unsupported(at.path, "appended to");
    }
    if (flags.OpenForWriting()) {
      return OpenForWriting(at, flags);
    }
    if (flags.ReturnNullIfNotExists() && !at.mount->store.Head(at.key)) {
      return nullptr;
    }
    return duckdb::make_uniq<StoreReadHandle>(*this, at.path, flags, at.mount->store.Open(at.key));
  }

  duckdb::unique_ptr<FileHandle> OpenForWriting(const Resolved& at, FileOpenFlags flags) {
    const bool must_be_new = flags.ExclusiveCreate() || flags.ReturnNullIfExists();
    if (must_be_new && at.mount->store.Head(at.key)) {
      if (flags.ReturnNullIfExists()) {
        return nullptr;
      }
      throw Error(ErrorKind::kExists, "io.exists", fmt::format("{} exists already.", at.path));
    }
    return duckdb::make_uniq<StoreWriteHandle>(*this, at.path, flags,
                                               at.mount->store.Write(at.key));
  }

  static bool ListFolder(const Resolved& at,
                         const std::function<void(const std::string&, bool)>& see) {
    const std::string folder = FolderOf(at.key);
    io::ListOptions options;
    options.delimited = true;
    std::optional<std::string> next = "";
    while (next) {
      options.start_after = *next;
      const io::ListPage page = at.mount->store.List(folder, options);
      for (const io::ObjectInfo& object : page.objects) {
        see(object.key.substr(folder.size()), false);
      }
      for (const std::string& below : page.folders) {
        see(below.substr(folder.size(), below.size() - folder.size() - 1), true);
      }
      next = page.next_start_after;
    }
    return true;
  }

  // Stores have no renaming of one object. DuckDB moves what COPY wrote under a temporary name.
  void MoveObject(const Resolved& from, const Resolved& to) {
    if (from.mount == nullptr || to.mount == nullptr) {
      throw Unsupported(from.path, "moved across stores");
    }
    const auto reader = from.mount->store.Open(from.key);
    const auto writer = to.mount->store.Write(to.key);
    std::vector<std::byte> buffer(std::min<uint64_t>(kCopyBytes, reader->info().size_bytes + 1));
    uint64_t offset = 0;
    while (const size_t read = reader->ReadAt(offset, buffer, {})) {
      writer->Append(std::span(buffer).first(read), {});
      offset += read;
    }
    writer->Finish({});
    from.mount->store.DeleteMany(std::vector<std::string>{from.key});
  }

  const std::vector<StoreMount> mounts_;
  const PathResolver resolve_;
  const duckdb::unique_ptr<FileSystem> local_;
};

}  // namespace

size_t StoreReadHandle::ReadAt(uint64_t offset, std::span<std::byte> into) {
  if (into.size() > kSmallReadBytes) {
    return reader->ReadAt(offset, into, {});
  }
  const std::lock_guard lock(mutex_);
  const bool is_ahead =
      offset >= ahead_offset_ && offset + into.size() <= ahead_offset_ + ahead_.size();
  if (!is_ahead) {
    std::vector<std::byte> ahead(kAheadBytes);
    ahead.resize(reader->ReadAt(offset, ahead, {}));
    ahead_ = std::move(ahead);
    ahead_offset_ = offset;
  }
  const auto found = std::span(ahead_).subspan(offset - ahead_offset_);
  const size_t read = std::min(found.size(), into.size());
  std::copy_n(found.begin(), read, into.begin());
  return read;
}

void StoreWriteHandle::Close() {
  if (writer == nullptr) {
    return;
  }
  Guarded([&] {
    writer->Finish({});
    writer.reset();
  });
}

DatabaseSetup MountStores(std::vector<StoreMount> mounts, PathResolver resolve) {
  return [mounts = std::move(mounts), resolve = std::move(resolve)](OpenDatabase& database) {
    database.instance().GetFileSystem().RegisterSubSystem(
        duckdb::make_uniq<StoreFileSystem>(mounts, resolve));
  };
}

}  // namespace laguna::engine
