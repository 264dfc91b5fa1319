// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/attached_database.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/nearest_name.h"
#include "base/random.h"
#include "engine/sql_text.h"
#include "ingest/copy/plain_run.h"

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

// The first line of what was said, without the engine's words around libpq's.
std::string DetailOf(const Error& error) {
  std::string_view text = error.sentence();
  constexpr std::string_view kAround = "Unable to connect to Postgres at \"\": ";
  if (const size_t at = text.find(kAround); at != std::string_view::npos) {
    text.remove_prefix(at + kAround.size());
  }
  text = text.substr(0, text.find('\n'));
  while (text.ends_with(' ') || text.ends_with('.')) text.remove_suffix(1);
  return std::string(text);
}

// A query in PostgreSQL's SQL as something to select from.
std::string PostgresQuery(const std::string& database, const std::string& query) {
  return fmt::format("postgres_query({}, {})", QuotedText(database), QuotedText(query));
}

}  // namespace

AttachedDatabase::AttachedDatabase(const CopyEnvironment& environment, engine::Session& session,
                                   const connect::Block& block, bool as_text)
    : session_(session), block_(block) {
  name_ = "laguna_copy_" + base::MakeUuid(environment.lake.random).substr(0, 8);
  const bool sqlite = block.type().name == "sqlite";
  if (as_text && !sqlite) {
    throw Error(ErrorKind::kInvalidInput, "copy.option",
                fmt::format("'as_text' is for SQLite; block '{}' is of type '{}'.", block.name(),
                            block.type().name));
  }
  try {
    sqlite ? AttachSqlite(environment, as_text) : AttachPostgres(environment);
  } catch (...) {  // without an object there is no destructor
    Detach();
    throw;
  }
}

AttachedDatabase::~AttachedDatabase() {
  Detach();
}

// The secret is visible to all sessions of the process: it must not outlive a failure.
void AttachedDatabase::Detach() noexcept {
  RunQuietly("DETACH DATABASE IF EXISTS " + QuotedName(name_));
  RunQuietly("DROP SECRET IF EXISTS " + QuotedName(name_ + "_secret"));
  if (as_text_) RunQuietly("RESET sqlite_all_varchar");
}

// The end of a scope that may be one of failure: a database that cannot be detached stays, unnamed
// by anyone.
void AttachedDatabase::RunQuietly(const std::string& sql) noexcept {
  try {
    RunPlain(session_, sql);
  } catch (const Error&) {
  }
}

void AttachedDatabase::AttachSqlite(const CopyEnvironment& environment, bool as_text) {
  const std::string path = environment.lake.lake.ResolvePath(block_.options().Text("path"));
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path, failure)) {
    throw Error(ErrorKind::kNotFound, "copy.database",
                fmt::format("Block '{}' names the SQLite database '{}', and there is no such file.",
                            block_.name(), path))
        .Hint(fmt::format("Correct 'path' in blocks/{}.yaml.", block_.name()));
  }
  session_.LoadExtension("sqlite_scanner");
  as_text_ = as_text;
  if (as_text) RunPlain(session_, "SET sqlite_all_varchar = true");
  try {
    RunPlain(session_, fmt::format("ATTACH {} AS {} (TYPE sqlite, READ_ONLY)", QuotedText(path),
                                   QuotedName(name_)));
  } catch (const Error& error) {
    throw Failure(error);
  }
}

void AttachedDatabase::AttachPostgres(const CopyEnvironment& environment) {
  session_.LoadExtension("postgres_scanner");
  const connect::Options& options = block_.options();
  engine::NamedValues values{
      {"host", options.Text("host")},         {"port", options.Integer("port")},
      {"database", options.Text("database")}, {"user", options.Text("user")},
      {"sslmode", options.Text("sslmode")},   {"timeout", kConnectTimeoutS}};
  std::string password;
  if (auto secret = block_.Secret("password", environment.variables)) {
    password = ", PASSWORD $password";
    values.emplace("password", std::move(*secret));
  }
  try {
    RunPlain(session_,
             fmt::format("CREATE TEMPORARY SECRET {} (TYPE postgres, HOST $host, PORT $port, "
                         "DATABASE $database, USER $user, SSLMODE $sslmode, "
                         "CONNECT_TIMEOUT $timeout{})",
                         QuotedName(name_ + "_secret"), password),
             values);
    RunPlain(session_, fmt::format("ATTACH '' AS {} (TYPE postgres, READ_ONLY, SECRET {})",
                                   QuotedName(name_), QuotedName(name_ + "_secret")));
  } catch (const Error& error) {
    throw Failure(error);
  }
}

Error AttachedDatabase::Failure(const Error& error) const {
  if (error.kind() == ErrorKind::kCancelled) return WithoutPlace(error);
  if (SaysGone(error)) {
    return Error(ErrorKind::kUnavailable, "copy.database",
                 fmt::format("The database of block '{}' cannot be read: {}.", block_.name(),
                             DetailOf(error)))
        .Hint("Nothing was published. Run the copy again when the database answers.");
  }
  if (Says(error, "file is not a database") || Says(error, "malformed")) {
    return Error(ErrorKind::kCorrupt, "copy.database",
                 fmt::format("The file of block '{}' is no SQLite database, or is damaged: {}.",
                             block_.name(), DetailOf(error)))
        .Hint(fmt::format("Correct 'path' in blocks/{}.yaml, or look at the file.", block_.name()));
  }
  if (Says(error, "unable to open database file")) {
    return Error(ErrorKind::kPermissionDenied, "copy.database",
                 fmt::format("The file of block '{}' cannot be opened.", block_.name()))
        .Hint("Look whether you may read it, and write into its folder.");
  }
  if (Says(error, "nvalid unicode") || Says(error, "nvalid UTF8")) {
    return Error(ErrorKind::kInvalidInput, "copy.dirty_value",
                 fmt::format("A column of text in the database of block '{}' holds a value that is "
                             "not UTF-8.",
                             block_.name()))
        .Hint("Correct the value, or make its column a BLOB. Nothing was copied.");
  }
  if (Says(error, "sqlite_all_varchar")) {
    return Error(ErrorKind::kInvalidInput, "copy.dirty_value",
                 fmt::format("The database of block '{}' holds a value of another type than its "
                             "column's: {}.",
                             block_.name(), DetailOf(error)))
        .Hint(
            "Correct the value, or copy with as_text (--as-text), which reads all values as "
            "text.");
  }
  return WithoutPlace(error).Within(fmt::format("Block '{}'", block_.name()));
}

std::string AttachedDatabase::RelationOf(const SourceTable& source) {
  const bool sqlite = block_.type().name == "sqlite";
  const std::string relation =
      QuotedName(std::vector<std::string>{name_, source.schema, source.table});
  try {
    ColumnsOf(session_, relation);
    const bool digits = !sqlite && FindColumns(source);
    return digits ? PostgresQuery(name_, SelectOf(source)) : relation;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kNotFound) throw NoTable(source);
    throw Failure(error);
  }
}

// Whether one is a NUMERIC without a precision: it has any number of digits, and the extension
// makes a DOUBLE of it, which has 17. Such columns are read as text.
bool AttachedDatabase::FindColumns(const SourceTable& source) {
  const std::string query = fmt::format(
      "SELECT a.attname::text AS name, (a.atttypid = 1700 AND a.atttypmod = -1) AS digits FROM "
      "pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON "
      "n.oid = c.relnamespace WHERE n.nspname = {} AND c.relname = {} AND a.attnum > 0 AND NOT "
      "a.attisdropped ORDER BY a.attnum",
      QuotedText(source.schema), QuotedText(source.table));
  bool any = false;
  engine::Result result = session_.Run("SELECT name, digits FROM " + PostgresQuery(name_, query));
  while (const engine::ResultBatch* batch = result.Next()) {
    for (size_t row = 0; row < batch->rows(); ++row) {
      const std::string name = QuotedName(batch->Text(row, 0).value_or(""));
      const bool digits = batch->Text(row, 1) == "true";
      any = any || digits;
      columns_ += fmt::format("{}{}{}", columns_.empty() ? "" : ", ", name,
                              digits ? fmt::format("::text AS {}", name) : "");
    }
  }
  return any;
}

std::string AttachedDatabase::SelectOf(const SourceTable& source) const {
  return fmt::format("SELECT {} FROM {}.{}", columns_, QuotedName(source.schema),
                     QuotedName(source.table));
}

std::function<std::string(const std::string& column, const std::string& value)>
AttachedDatabase::RelationFrom(const SourceTable& source) const {
  if (columns_.empty()) return {};
  return [name = name_, select = SelectOf(source)](const std::string& column,
                                                   const std::string& value) {
    return PostgresQuery(name, fmt::format("{0} WHERE {1} >= {2} OR {1} IS NULL", select,
                                           QuotedName(column), QuotedText(value)));
  };
}

Error AttachedDatabase::NoTable(const SourceTable& source) {
  std::vector<std::string> names;
  try {
    engine::Result result = session_.Run(
        "SELECT CASE WHEN schema_name IN ('public', 'main') THEN table_name ELSE schema_name || "
        "'.' || table_name END FROM duckdb_tables() WHERE database_name = $name AND schema_name "
        "NOT IN ('information_schema', 'pg_catalog') ORDER BY ALL",
        {{"name", name_}});
    for (const auto& row : result.Drain()) names.push_back(row.front().ToText());
  } catch (const Error&) {  // the list is only for the hint
  }
  const std::string wanted = source.name.substr(source.name.find(':') + 1);
  return Error(ErrorKind::kNotFound, "copy.table",
               fmt::format("The database of block '{}' has no table '{}'.", block_.name(), wanted))
      .Hint(base::SuggestName(wanted, names));
}

}  // namespace laguna::ingest
