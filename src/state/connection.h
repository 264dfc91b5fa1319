// SPDX-License-Identifier: Apache-2.0
// SQLite with C++ ownership: a connection, a prepared statement, errors of ours.
//
// Only this module speaks SQL. A Connection and its statements belong to one thread at a time. A
// busy database is the expected outcome kBusy here and never an error that a user sees; who may
// wait and how long is decided by writer.h and readers.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace laguna::state {

// Somebody else holds the database right now. Thrown inside this module only.
struct Busy {};

class Connection {
 public:
  // kUnchanging: a file that nobody writes to, in a folder where nothing can be made.
  enum class Mode { kReadWrite, kReadOnly, kUnchanging };

  // Errors: Busy; base::Error PermissionDenied, Exhausted, Unavailable, Corrupt with the path.
  Connection(std::string path, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Statements without parameters.
  void Execute(const std::string& sql);
  [[nodiscard]] int64_t ReadInteger(const std::string& sql);
  // Rows changed by the last statement.
  [[nodiscard]] int64_t changes() const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  friend class Statement;
  [[noreturn]] void Fail(int code) const;

  const std::string path_;
  sqlite3* handle_ = nullptr;
};

// A statement with ?1, ?2 ... bound in order. Errors as Connection's.
class Statement {
 public:
  Statement(Connection& connection, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& Bind(std::string_view text);
  Statement& Bind(const std::string& text) { return Bind(std::string_view(text)); }
  Statement& Bind(const char* text) { return Bind(std::string_view(text)); }
  Statement& Bind(int64_t number);
  Statement& Bind(int number) { return Bind(int64_t{number}); }
  Statement& Bind(const std::optional<int64_t>& number);

  // Whether there is a row.
  bool Step();
  // Runs to the end.
  void Run();

  // Columns count from 0.
  [[nodiscard]] std::string Text(int column) const;
  [[nodiscard]] int64_t Integer(int column) const;
  [[nodiscard]] std::optional<int64_t> OptionalInteger(int column) const;

 private:
  Connection& connection_;
  sqlite3_stmt* handle_ = nullptr;
  int bound_ = 0;
};

}  // namespace laguna::state
