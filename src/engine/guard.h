// SPDX-License-Identifier: Apache-2.0
// The border between our exceptions and DuckDB's. Only code that speaks DuckDB includes this.
//
// Every hook that DuckDB calls (catalog, transaction, operator, file system, table function) runs
// its body in Guarded, which turns our Error into a DuckDB exception of the matching type, never
// InternalException (that would invalidate the instance). The original Error rides along as the
// exception's extra info, and Translate gives it back unchanged when DuckDB reports the failure;
// DuckDB's own errors are mapped by their type.
#pragma once

#include <optional>
#include <utility>

#include "base/error.h"
#include "engine/duckdb.h"

namespace laguna::engine {

// Throws the DuckDB exception that carries `error`. A position in the statement (byte offset) may
// be given, so that DuckDB reports it as its own binder does.
[[noreturn]] void ThrowAsDuckdb(const base::Error& error, duckdb::optional_idx position = {});

// The same as a value, for TransactionManager::CommitTransaction.
duckdb::ErrorData AsErrorData(const base::Error& error);

// Our Error behind a DuckDB failure: the original one when it was ours, else one made from type and
// message. Never throws. `ErrorData` of an internal error becomes ErrorKind::kInternal.
base::Error Translate(const duckdb::ErrorData& error);

// Byte offset in the statement that DuckDB reports the failure at, where it knows one.
std::optional<size_t> PositionOf(const duckdb::ErrorData& error);

// The exception being handled, as an Error; for catch (...) blocks at our own borders.
base::Error CurrentError();

// Runs `body`; an Error out of it leaves as a DuckDB exception. DuckDB's own pass through.
template <class Body>
decltype(auto) Guarded(Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (const base::Error& error) {
    ThrowAsDuckdb(error);
  }
}

}  // namespace laguna::engine
