// SPDX-License-Identifier: Apache-2.0
// A connection of our own that takes its query and its transaction with it, also while an exception
// passes.
//
// DuckDB's own connection ends nothing then: threads would go on working for a query whose state is
// freed under them, which corrupts memory or hangs the next query. Used by one thread.
#pragma once

#include "engine/duckdb.h"

namespace laguna::engine {

class ScopedConnection final : public duckdb::Connection {
 public:
  using Connection::Connection;
  ScopedConnection(const ScopedConnection&) = delete;
  ScopedConnection& operator=(const ScopedConnection&) = delete;
  ~ScopedConnection();
};

}  // namespace laguna::engine
