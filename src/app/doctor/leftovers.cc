// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/leftovers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "app/compose.h"
#include "app/output/count_text.h"
#include "catalog/alter/dropped_table.h"
#include "io/file_error.h"
#include "io/temporary_file.h"

namespace laguna::app {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kQuietMs = 10 * 60 * 1000;

struct Leftovers {
  std::vector<fs::path> files;
  std::vector<fs::path> spill_folders;
  uint64_t bytes = 0;
};

bool IsRunning(pid_t process) {
  return process == ::getpid() || ::kill(process, 0) == 0 || errno == EPERM;
}

int64_t ModifiedMs(const struct stat& status) {
  return int64_t{status.st_mtim.tv_sec} * 1000 + status.st_mtim.tv_nsec / 1'000'000;
}

void LookAt(const fs::path& path, int64_t now_ms, Leftovers& left) {
  const std::optional<pid_t> owner = io::TemporaryFile::OwnerOf(path.filename().string());
  struct stat status {};
  if (!owner || IsRunning(*owner) || ::lstat(path.c_str(), &status) != 0) return;
  if (!S_ISREG(status.st_mode) || now_ms - ModifiedMs(status) < kQuietMs) return;
  left.files.push_back(path);
  left.bytes += static_cast<uint64_t>(status.st_size);
}

void LookInStorage(const fs::path& root, int64_t now_ms, Leftovers& left) {
  std::error_code failure;
  const auto options = fs::directory_options::skip_permission_denied;
  fs::recursive_directory_iterator entry(root, options, failure);
  for (const fs::recursive_directory_iterator end; !failure && entry != end;
       entry.increment(failure)) {
    LookAt(entry->path(), now_ms, left);
  }
  if (failure && failure != std::errc::no_such_file_or_directory) {
    throw io::FileError(failure.value(), "look for leftovers in", root.string());
  }
}

std::optional<pid_t> OwnerOfSpills(const fs::path& folder) {
  const std::string name = folder.filename().string();
  pid_t process = 0;
  const char* last = name.data() + name.size();
  const auto [end, failure] = std::from_chars(name.data(), last, process);
  if (failure != std::errc() || end != last || process <= 0) return std::nullopt;
  return process;
}

// The folder lies beside laguna.yaml, and its names are of processes of this machine.
void LookAtSpills(const fs::path& spills, Leftovers& left) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(spills, ignored)) {
    const std::optional<pid_t> owner = OwnerOfSpills(entry.path());
    if (!owner || IsRunning(*owner)) continue;
    left.spill_folders.push_back(entry.path());
    for (const fs::directory_entry& file : fs::recursive_directory_iterator(entry, ignored)) {
      if (file.is_regular_file(ignored)) left.bytes += file.file_size(ignored);
    }
  }
}

void Delete(const Leftovers& left) {
  std::error_code failure;
  for (const fs::path& file : left.files) {
    if (!fs::remove(file, failure) && failure) {
      throw io::FileError(failure.value(), "delete", file.string());
    }
  }
  for (const fs::path& folder : left.spill_folders) {
    fs::remove_all(folder, failure);
    if (failure) throw io::FileError(failure.value(), "delete", folder.string());
  }
}

// "2 half-written files and 1 spill folder of killed processes, 1.5 MiB".
std::string Described(const Leftovers& left) {
  std::vector<std::string> parts;
  if (!left.files.empty()) parts.push_back(Counted(left.files.size(), "half-written file"));
  if (!left.spill_folders.empty()) {
    parts.push_back(Counted(left.spill_folders.size(), "spill folder"));
  }
  return fmt::format("{} of killed processes, {}", fmt::join(parts, " and "),
                     BytesText(left.bytes));
}

}  // namespace

Finding ExamineDropped(const catalog::Lake& lake, io::ObjectStore& store, int64_t now_ms,
                       bool clean) {
  const catalog::ExpiredDrops expired =
      catalog::FindExpiredDrops(store, now_ms - lake.dropped_retention.count());
  const size_t kept = catalog::DroppedTables(store, "").size();
  if (expired.count == 0) {
    return {.sentence = kept == 0 ? "None." : fmt::format("{} kept.", Counted(kept, "table"))};
  }
  const std::string described =
      fmt::format("{} older than dropped_retention of laguna.yaml, {}",
                  Counted(expired.count, "dropped table"), BytesText(expired.bytes));
  if (clean) {
    catalog::DeleteDrops(store, expired);
    return {.sentence = fmt::format("Deleted {}.", described)};
  }
  return {.health = Health::kWarning,
          .sentence = described + ".",
          .advice = "UNDROP TABLE brings tables back; 'laguna doctor --clean' deletes these."};
}

Finding ExamineLeftovers(const catalog::Lake& lake, int64_t now_ms, bool clean) {
  Leftovers left;
  LookInStorage(lake.storage_root, now_ms, left);
  LookAtSpills(TemporaryDirectory(&lake).parent_path(), left);
  if (left.files.empty() && left.spill_folders.empty()) return {.sentence = "None."};
  if (clean) {
    Delete(left);
    return {.sentence = fmt::format("Deleted {}.", Described(left))};
  }
  const fs::path& example = left.files.empty() ? left.spill_folders[0] : left.files[0];
  return {.health = Health::kWarning,
          .sentence = fmt::format("{}, such as {}.", Described(left), example.string()),
          .advice = "They are of no use to anybody: 'laguna doctor --clean' deletes them."};
}

}  // namespace laguna::app
