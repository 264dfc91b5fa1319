// SPDX-License-Identifier: Apache-2.0
#include "ingest/database/block_database.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>

#include "engine/sql_text.h"
#include "ingest/plain_run.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using engine::QuotedName;
using engine::QuotedText;

constexpr int kConnectTimeoutS = 10;

// What the engine's extensions and libpq say when nobody answers, or nobody any more.
constexpr std::array<std::string_view, 13> kGoneTexts = {
    "Unable to connect",
    "server closed the connection",
    "could not connect",
    "Connection refused",
    "connection to server",
    "terminating connection",
    "shutting down",
    "starting up",
    "could not receive data",
    "SSL SYSCALL",
    "no connection to the server",
    "timeout expired",
    "database is locked",
};

bool Says(const Error& error, std::string_view text) {
  return error.sentence().find(text) != std::string::npos;
}

bool SaysGone(const Error& error) {
  return std::ranges::any_of(kGoneTexts, [&](std::string_view text) { return Says(error, text); });
}

}  // namespace

std::string DatabaseDetail(const Error& error) {
  std::string_view text = error.sentence();
  constexpr std::string_view kAround = "Unable to connect to Postgres at \"\": ";
  if (const size_t at = text.find(kAround); at != std::string_view::npos) {
    text.remove_prefix(at + kAround.size());
  }
  text = text.substr(0, text.find('\n'));
  while (text.ends_with(' ') || text.ends_with('.')) text.remove_suffix(1);
  return std::string(text);
}

void BlockDatabase::Attach(engine::Session& session, const catalog::Lake& lake,
                           const connect::Environment& variables) const {
  try {
    if (IsSqlite()) return AttachSqlite(session, lake);
    if (block_.type().name == "postgres") return AttachPostgres(session, variables);
  } catch (...) {
    Detach(session);
    throw;
  }
  throw Error(ErrorKind::kInvalidInput, "block.no_database",
              fmt::format("Block '{}' is of type '{}', which is no database.", block_.name(),
                          block_.type().name))
      .Hint("Name blocks of the types postgres and sqlite.");
}

std::string BlockDatabase::Secret() const {
  return QuotedName("laguna_secret_" + name_);
}

std::string BlockDatabase::Options(const std::string& more) const {
  return fmt::format("({}{})", more, access_ == DatabaseAccess::kRead ? ", READ_ONLY" : "");
}

void BlockDatabase::AttachSqlite(engine::Session& session, const catalog::Lake& lake) const {
  const std::string path = lake.ResolvePath(block_.options().Text("path"));
  std::error_code failure;
  if (access_ == DatabaseAccess::kRead && !std::filesystem::is_regular_file(path, failure)) {
    throw Error(ErrorKind::kNotFound, "block.database",
                fmt::format("Block '{}' names the SQLite database '{}', and there is no such file.",
                            block_.name(), path))
        .Hint(fmt::format("Correct 'path' in blocks/{}.yaml.", block_.name()));
  }
  session.LoadExtension("sqlite_scanner");
  try {
    RunPlain(session, fmt::format("ATTACH {} AS {} {}", QuotedText(path), QuotedName(name_),
                                  Options("TYPE sqlite")));
  } catch (const Error& error) {
    throw Failure(error);
  }
}

void BlockDatabase::AttachPostgres(engine::Session& session,
                                   const connect::Environment& variables) const {
  session.LoadExtension("postgres_scanner");
  const connect::Options& options = block_.options();
  engine::NamedValues values{
      {"host", options.Text("host")},         {"port", options.Integer("port")},
      {"database", options.Text("database")}, {"user", options.Text("user")},
      {"sslmode", options.Text("sslmode")},   {"timeout", kConnectTimeoutS}};
  std::string password;
  if (auto secret = block_.Secret("password", variables)) {
    password = ", PASSWORD $password";
    values.emplace("password", std::move(*secret));
  }
  try {
    // One may be left over from a failed detaching.
    RunPlain(session,
             fmt::format("CREATE OR REPLACE TEMPORARY SECRET {} (TYPE postgres, HOST $host, PORT "
                         "$port, DATABASE $database, USER $user, SSLMODE $sslmode, "
                         "CONNECT_TIMEOUT $timeout{})",
                         Secret(), password),
             values);
    RunPlain(session, fmt::format("ATTACH '' AS {} {}", QuotedName(name_),
                                  Options("TYPE postgres, SECRET " + Secret())));
  } catch (const Error& error) {
    throw Failure(error);
  }
}

void BlockDatabase::Detach(engine::Session& session) const noexcept {
  for (const std::string& sql :
       {"DETACH DATABASE IF EXISTS " + QuotedName(name_), "DROP SECRET IF EXISTS " + Secret()}) {
    try {
      RunPlain(session, sql);
    } catch (const Error&) {  // it stays; nobody is kept from using it again
    }
  }
}

Error BlockDatabase::Failure(const Error& error) const {
  if (error.kind() == ErrorKind::kCancelled) return WithoutPlace(error);
  if (SaysGone(error)) {
    return Error(ErrorKind::kUnavailable, "block.database",
                 fmt::format("The database of block '{}' cannot be reached: {}.", block_.name(),
                             DatabaseDetail(error)))
        .Hint("Run it again when the database answers.");
  }
  if (Says(error, "file is not a database") || Says(error, "malformed")) {
    return Error(ErrorKind::kCorrupt, "block.database",
                 fmt::format("The file of block '{}' is no SQLite database, or is damaged: {}.",
                             block_.name(), DatabaseDetail(error)))
        .Hint(fmt::format("Correct 'path' in blocks/{}.yaml, or look at the file.", block_.name()));
  }
  if (Says(error, "unable to open database file")) {
    return Error(ErrorKind::kPermissionDenied, "block.database",
                 fmt::format("The file of block '{}' cannot be opened.", block_.name()))
        .Hint("Look whether you may read it, and write into its folder.");
  }
  return WithoutPlace(error).Within(fmt::format("Block '{}'", block_.name()));
}

}  // namespace laguna::ingest
