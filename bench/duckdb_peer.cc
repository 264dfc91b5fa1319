// SPDX-License-Identifier: Apache-2.0
// The bare DuckDB that figures stand beside: opens a database in memory and runs its arguments as
// SQL, through the C interface of the library that Laguna uses.
#include <cstdio>

#include "duckdb.h"

int main(int argc, char** argv) {
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  if (duckdb_open(nullptr, &database) != DuckDBSuccess) return 1;
  if (duckdb_connect(database, &connection) != DuckDBSuccess) return 1;
  for (int i = 1; i < argc; ++i) {
    duckdb_result result;
    const bool done = duckdb_query(connection, argv[i], &result) == DuckDBSuccess;
    if (!done) std::fprintf(stderr, "%s\n", duckdb_result_error(&result));
    duckdb_destroy_result(&result);
    if (!done) return 1;
  }
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  return 0;
}
