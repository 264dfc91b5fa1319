// SPDX-License-Identifier: Apache-2.0
#include "state/connection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/percent_encoding.h"
#include "base/unique_fd.h"
#include "io/file_error.h"

namespace laguna::state {
namespace {

using base::Error;
using base::ErrorKind;

// SQLite waits this long by itself; then the caller decides.
constexpr int kBusyTimeoutMs = 200;

ErrorKind KindOf(int code) {
  switch (code & 0xff) {
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return ErrorKind::kPermissionDenied;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return ErrorKind::kExhausted;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorKind::kCorrupt;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return ErrorKind::kUnavailable;
    default:
      return ErrorKind::kInternal;
  }
}

std::string_view HintFor(ErrorKind kind) {
  if (kind == ErrorKind::kPermissionDenied || kind == ErrorKind::kUnavailable) {
    return "Check that the folder exists and that this user may write in it.";
  }
  if (kind == ErrorKind::kCorrupt) {
    return "Move the file aside: runs and their history are lost, tables are not.";
  }
  return {};
}

// Why a few pages more cannot be written, found by writing them to a file without a name.
std::optional<int> WritingFailure(const std::string& folder) {
  const std::string pages(size_t{64} * 1024, 'x');
  const base::UniqueFd fd(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (!fd) return std::nullopt;
  for (std::string_view rest = pages; !rest.empty();) {
    const ssize_t written = ::write(fd.get(), rest.data(), rest.size());
    if (written <= 0) return written < 0 ? std::optional(errno) : std::nullopt;
    rest.remove_prefix(static_cast<size_t>(written));
  }
  return std::nullopt;
}

// What the operating system said, when it was it: SQLite's own words hide a full disk and a folder
// that cannot be written.
std::optional<int> SystemFailure(int code, sqlite3* handle, const std::string& path) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return ENOSPC;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      break;
    default:
      return std::nullopt;
  }
  if (const int failure = handle == nullptr ? 0 : sqlite3_system_errno(handle); failure != 0) {
    return failure;
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  for (const std::string& place : {folder, path}) {
    if (::access(place.c_str(), W_OK) != 0 && errno != ENOENT) return errno;
  }
  return WritingFailure(folder);
}

// As a URI, the only place SQLite takes this option in.
std::string UnchangingName(const std::string& path) {
  return fmt::format("file:{}?immutable=1", base::PercentEncode(path, "/"));
}

}  // namespace

void Connection::Fail(int code) const {
  if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) throw Busy{};
  if (const auto failure = SystemFailure(code, handle_, path_)) {
    const Error said = io::FileError(*failure, "read and write the control state", path_);
    throw Error(said.kind(), "state.database", said.sentence()).Hint(said.hint());
  }
  const ErrorKind kind = KindOf(code);
  throw Error(kind, "state.database",
              fmt::format("The control state '{}' cannot be used: {}.", path_,
                          handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_)))
      .Hint(std::string(HintFor(kind)));
}

Connection::Connection(std::string path, Mode mode) : path_(std::move(path)) {
  const int access =
      mode == Mode::kReadWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  const std::string name = mode == Mode::kUnchanging ? UnchangingName(path_) : path_;
  const int uri = mode == Mode::kUnchanging ? SQLITE_OPEN_URI : 0;
  const int code =
      sqlite3_open_v2(name.c_str(), &handle_, access | uri | SQLITE_OPEN_NOMUTEX, nullptr);
  try {
    if (code != SQLITE_OK) Fail(code);
    sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
    Execute("PRAGMA foreign_keys = ON");
  } catch (...) {
    sqlite3_close(handle_);
    throw;
  }
}

Connection::~Connection() {
  sqlite3_close(handle_);
}

void Connection::Execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) Fail(code);
}

int64_t Connection::ReadInteger(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.Step() ? statement.Integer(0) : 0;
}

int64_t Connection::changes() const {
  return sqlite3_changes(handle_);
}

Statement::Statement(Connection& connection, std::string_view sql) : connection_(connection) {
  const int code = sqlite3_prepare_v2(connection.handle_, sql.data(), static_cast<int>(sql.size()),
                                      &handle_, nullptr);
  if (code != SQLITE_OK) connection.Fail(code);
}

Statement::~Statement() {
  sqlite3_finalize(handle_);
}

Statement& Statement::Bind(std::string_view text) {
  sqlite3_bind_text(handle_, ++bound_, text.data(), static_cast<int>(text.size()),
                    SQLITE_TRANSIENT);  // NOLINT: the library's own cast
  return *this;
}

Statement& Statement::Bind(int64_t number) {
  sqlite3_bind_int64(handle_, ++bound_, number);
  return *this;
}

Statement& Statement::Bind(const std::optional<int64_t>& number) {
  if (number) return Bind(*number);
  sqlite3_bind_null(handle_, ++bound_);
  return *this;
}

bool Statement::Step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  connection_.Fail(code);
}

void Statement::Run() {
  while (Step()) {
  }
}

std::string Statement::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (text == nullptr) return {};
  return {text, static_cast<size_t>(sqlite3_column_bytes(handle_, column))};
}

int64_t Statement::Integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::optional<int64_t> Statement::OptionalInteger(int column) const {
  if (sqlite3_column_type(handle_, column) == SQLITE_NULL) return std::nullopt;
  return Integer(column);
}

}  // namespace laguna::state
