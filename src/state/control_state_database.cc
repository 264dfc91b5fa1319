// SPDX-License-Identifier: Apache-2.0
// Where nothing can be written (a read-only mount, another user's lake), what is there is read.
#include "state/control_state_database.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "state/migration.h"

namespace laguna::state {
namespace {

namespace fs = std::filesystem;

bool IsReadableOnly(const std::string& path) {
  std::error_code ignored;
  const std::string folder = fs::path(path).parent_path().string();
  const auto may_write = [](const std::string& name) {
    return ::faccessat(AT_FDCWD, name.c_str(), W_OK, AT_EACCESS) == 0;
  };
  const bool writable = may_write(folder) && may_write(path);
  return fs::exists(path, ignored) && !writable;
}

// SQLite reads a file with a write-ahead log by means of a file beside it, which it cannot make
// here. Without one the file is all there is, and nobody changes it; what a log holds would be
// missed.
Connection::Mode ModeFor(const std::string& path, bool writable) {
  if (writable) return Connection::Mode::kReadOnly;
  std::error_code ignored;
  const fs::path log = path + "-wal";
  if (!fs::exists(log, ignored) || fs::file_size(log, ignored) == 0) {
    return Connection::Mode::kUnchanging;
  }
  return Connection::Mode::kReadOnly;
}

}  // namespace

WriterIfAny::WriterIfAny(const std::string& path) {
  try {
    writer_ = std::make_unique<Writer>(path);
  } catch (const base::Error& error) {
    if (!IsReadableOnly(path)) throw;
    reason_ = error;
  }
}

void WriterIfAny::Write(Writer::Change change) {
  if (!writer_) throw base::Error(*reason_);
  writer_->Write(std::move(change));
}

ControlState::Database::Database(const std::string& path)
    : writer(path), readers(path, ModeFor(path, writer.there())) {
  if (!writer.there()) readers.Read([](Connection& connection) { CheckCurrent(connection); });
}

}  // namespace laguna::state
