// SPDX-License-Identifier: Apache-2.0
#include "state/connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/error.h"

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
  if (kind == ErrorKind::kExhausted) return "Make room on the disk and try again.";
  if (kind == ErrorKind::kCorrupt) {
    return "Move the file aside: runs and their history are lost, tables are not.";
  }
  return {};
}

}  // namespace

void Connection::Fail(int code) const {
  if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) throw Busy{};
  const ErrorKind kind = KindOf(code);
  throw Error(kind, "state.database",
              fmt::format("The control state '{}' cannot be used: {}.", path_,
                          handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_)))
      .Hint(std::string(HintFor(kind)));
}

Connection::Connection(std::string path, Mode mode) : path_(std::move(path)) {
  const int access =
      mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(path_.c_str(), &handle_, access | SQLITE_OPEN_NOMUTEX, nullptr);
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
