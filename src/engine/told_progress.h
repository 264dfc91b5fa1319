// SPDX-License-Identifier: Apache-2.0
// How far a statement is that does its work within one call of the engine: VACUUM, OPTIMIZE. The
// engine asks its operators between two steps of a query, and such a statement has one step only,
// so it tells by itself. Session::progress shows what was told in the place of the engine's own
// count, until the statement ends. Any thread; only the definition speaks DuckDB.
#pragma once

#include <optional>

namespace duckdb {
class ClientContext;
}  // namespace duckdb

namespace laguna::engine {

// 0 to 100, rising. What is less than was told before is not heard.
void TellProgress(duckdb::ClientContext& context, double percent);

// What the running statement told last; nothing where it told nothing.
[[nodiscard]] std::optional<double> ToldProgress(duckdb::ClientContext& context);

}  // namespace laguna::engine
