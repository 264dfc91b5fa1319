// SPDX-License-Identifier: Apache-2.0
// One client's connection: settings, transaction, temporary objects. The statement front lives
// behind Run.
//
// Used by one thread at a time, except Interrupt and progress, which any thread may call. At most
// one Result is open; running another statement closes it. All failures are Errors with a place in
// the script where one is known.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/database.h"
#include "engine/relation.h"
#include "engine/result.h"
#include "engine/script.h"
#include "engine/value.h"

namespace duckdb {
class ClientContext;
class Connection;
}  // namespace duckdb

namespace laguna::engine {

struct Progress {
  // 0 to 100; negative while unknown.
  double percent = -1;
  uint64_t rows_done = 0;
  uint64_t rows_total = 0;
};

// A relation a query reads, as the binder resolved it.
struct BoundRelation {
  // {catalog, schema, table} with names as the catalog has them; a table function's or a file's
  // name alone.
  std::vector<std::string> qualified_name;
  // Byte offset in the script; nothing for relations inside views.
  std::optional<size_t> offset;
  // Stood behind STREAM.
  bool streaming = false;
  // A table function, such as read_files.
  bool function = false;
};

struct BoundQuery {
  std::vector<ResultColumn> columns;
  // Every mention in the statement, in its order; then what views among them read.
  std::vector<BoundRelation> relations;
};

class Session {
 public:
  explicit Session(Database& database);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Runs one statement of `script`, ours or DuckDB's, through the front. `parameters` fill $name.
  Result Run(const Script& script, const ScriptStatement& statement,
             const NamedValues& parameters = {});
  // Runs every statement of `sql`, results but the last dropped; for statements written in this
  // program.
  Result Run(std::string sql, const NamedValues& parameters = {});
  // Every relation the query mentions, in its order, names of common table expressions left out.
  // Nothing is looked up.
  std::vector<RelationMention> Mentions(const Script& script, const ScriptStatement& query);
  // Runs a query (SELECT, FROM, WITH, VALUES ...) as `plan` changes it; STREAM is allowed before
  // relations that are replaced. Errors as Run gives them, placed in the query.
  Result RunQuery(const Script& script, const ScriptStatement& query, const QueryPlan& plan);
  // Plans a query without running it: its columns and what it reads. The target of `plan` is left
  // out of account. Errors as Run gives them.
  BoundQuery Bind(const Script& script, const ScriptStatement& statement,
                  const QueryPlan& plan = {});
  // A scalar expression over named values, which it sees as columns ("params.day" reads the field
  // of a struct).
  Value Evaluate(std::string_view expression, const NamedValues& values);

  // Loads <extension_directory>/<name>.duckdb_extension into the database, once. NotFound when the
  // file is not there.
  void LoadExtension(const std::string& name);

  // Ends the running statement soon; it fails with Cancelled. Between statements it is kept and
  // ends the next one, so that a wish to stop is never lost in a race. Any thread.
  void Interrupt();
  // Forgets an Interrupt that came too late. Any thread.
  void ClearInterrupt();
  // Statements from here on tell their progress, which costs them a few per cent.
  void TrackProgress();
  // Unknown unless it is tracked. Any thread.
  [[nodiscard]] Progress progress() const;
  [[nodiscard]] bool in_transaction() const;
  // For code that speaks DuckDB.
  duckdb::Connection& connection();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace laguna::engine
