// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/database_source.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "base/nearest_name.h"
#include "base/random.h"
#include "engine/sql_text.h"
#include "ingest/plain_run.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using engine::QuotedName;
using engine::QuotedText;

bool Says(const Error& error, std::string_view text) {
  return error.sentence().find(text) != std::string::npos;
}

// A query in PostgreSQL's SQL as something to select from.
std::string PostgresQuery(const std::string& database, const std::string& query) {
  return fmt::format("postgres_query({}, {})", QuotedText(database), QuotedText(query));
}

}  // namespace

DatabaseSource::DatabaseSource(const CopyEnvironment& environment, engine::Session& session,
                               const connect::Block& block, bool as_text)
    : session_(session),
      database_(block, "laguna_copy_" + base::MakeUuid(environment.lake.random).substr(0, 8),
                DatabaseAccess::kRead),
      as_text_(as_text) {
  if (as_text && !database_.IsSqlite()) {
    throw Error(ErrorKind::kInvalidInput, "copy.option",
                fmt::format("'as_text' is for SQLite; block '{}' is of type '{}'.", block.name(),
                            block.type().name));
  }
  if (as_text_) {
    session_.LoadExtension("sqlite_scanner");
    RunPlain(session_, "SET sqlite_all_varchar = true");
  }
  try {
    database_.Attach(session_, environment.lake.lake, environment.variables);
  } catch (...) {  // without an object there is no destructor
    ReadAsTyped();
    throw;
  }
}

DatabaseSource::~DatabaseSource() {
  database_.Detach(session_);
  ReadAsTyped();
}

void DatabaseSource::ReadAsTyped() noexcept {
  if (!as_text_) return;
  try {
    RunPlain(session_, "RESET sqlite_all_varchar");
  } catch (const Error&) {  // the session of a copy ends with it
  }
}

Error DatabaseSource::Failure(const Error& error) const {
  const std::string& block = database_.block().name();
  if (Says(error, "nvalid unicode") || Says(error, "nvalid UTF8")) {
    return Error(ErrorKind::kInvalidInput, "copy.dirty_value",
                 fmt::format("A column of text in the database of block '{}' holds a value that is "
                             "not UTF-8.",
                             block))
        .Hint("Correct the value, or make its column a BLOB. Nothing was copied.");
  }
  if (Says(error, "sqlite_all_varchar")) {
    return Error(ErrorKind::kInvalidInput, "copy.dirty_value",
                 fmt::format("The database of block '{}' holds a value of another type than its "
                             "column's: {}.",
                             block, DatabaseDetail(error)))
        .Hint(
            "Correct the value, or copy with as_text (--as-text), which reads all values as "
            "text.");
  }
  return database_.Failure(error);
}

std::string DatabaseSource::RelationOf(const SourceTable& source) {
  const std::string relation =
      QuotedName(std::vector<std::string>{database_.name(), source.schema, source.table});
  try {
    ColumnsOf(session_, relation);
    const bool digits = !database_.IsSqlite() && FindColumns(source);
    return digits ? PostgresQuery(database_.name(), SelectOf(source)) : relation;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kNotFound) throw NoTable(source);
    throw Failure(error);
  }
}

// Whether one is a NUMERIC without a precision: it has any number of digits, and the extension
// makes a DOUBLE of it, which has 17. Such columns are read as text.
bool DatabaseSource::FindColumns(const SourceTable& source) {
  const std::string query = fmt::format(
      "SELECT a.attname::text AS name, (a.atttypid = 1700 AND a.atttypmod = -1) AS digits FROM "
      "pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON "
      "n.oid = c.relnamespace WHERE n.nspname = {} AND c.relname = {} AND a.attnum > 0 AND NOT "
      "a.attisdropped ORDER BY a.attnum",
      QuotedText(source.schema), QuotedText(source.table));
  bool any = false;
  engine::Result result =
      session_.Run("SELECT name, digits FROM " + PostgresQuery(database_.name(), query));
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

std::string DatabaseSource::SelectOf(const SourceTable& source) const {
  return fmt::format("SELECT {} FROM {}.{}", columns_, QuotedName(source.schema),
                     QuotedName(source.table));
}

std::function<std::string(const std::string& column, const std::string& value)>
DatabaseSource::RelationFrom(const SourceTable& source) const {
  if (columns_.empty()) return {};
  return [name = database_.name(), select = SelectOf(source)](const std::string& column,
                                                              const std::string& value) {
    return PostgresQuery(name, fmt::format("{0} WHERE {1} >= {2} OR {1} IS NULL", select,
                                           QuotedName(column), QuotedText(value)));
  };
}

Error DatabaseSource::NoTable(const SourceTable& source) {
  std::vector<std::string> names;
  try {
    engine::Result result = session_.Run(
        "SELECT CASE WHEN schema_name IN ('public', 'main') THEN table_name ELSE schema_name || "
        "'.' || table_name END FROM duckdb_tables() WHERE database_name = $name AND schema_name "
        "NOT IN ('information_schema', 'pg_catalog') ORDER BY ALL",
        {{"name", database_.name()}});
    for (const auto& row : result.Drain()) names.push_back(row.front().ToText());
  } catch (const Error&) {  // the list is only for the hint
  }
  const std::string wanted = source.name.substr(source.name.find(':') + 1);
  return Error(ErrorKind::kNotFound, "copy.table",
               fmt::format("The database of block '{}' has no table '{}'.",
                           database_.block().name(), wanted))
      .Hint(base::SuggestName(wanted, names));
}

}  // namespace laguna::ingest
