// SPDX-License-Identifier: Apache-2.0
#include "ingest/table_lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <variant>

#include "io/file_error.h"

namespace laguna::ingest {
namespace {

namespace fs = std::filesystem;

std::string Lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
  });
  return text;
}

std::string LockPath(const catalog::LakeEnvironment& environment, const std::string& table) {
  const fs::path folder = environment.lake.folder / ".laguna" / "locks";
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) throw io::FileError(failure.value(), "make the folder", folder.string());
  return (folder / fmt::format("table-{}.lock", Lowered(table))).string();
}

}  // namespace

io::FileLock LockTable(const catalog::LakeEnvironment& environment, const std::string& table,
                       const io::Call& call,
                       const std::function<void(std::string_view)>& on_notice) {
  const std::string path = LockPath(environment, table);
  const std::string purpose = fmt::format("refreshing {}", table);
  auto attempt = io::FileLock::TryLock(path, purpose);
  if (auto* lock = std::get_if<io::FileLock>(&attempt)) return std::move(*lock);
  if (on_notice) {
    const auto& holder = std::get<io::LockHolder>(attempt);
    on_notice(fmt::format("{}: waiting for process {}, which is {}.", table, holder.process_id,
                          holder.purpose.empty() ? "at work on it" : holder.purpose));
  }
  return io::FileLock::WaitLock(path, purpose, call);
}

}  // namespace laguna::ingest
