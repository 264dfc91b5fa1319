// SPDX-License-Identifier: Apache-2.0
// What a statement that succeeds has to say besides its rows: "the table has column mapping from
// now on". Hooks leave sentences with the session's context, whoever runs the statement takes them.
// Used on the session's thread; only the definition speaks DuckDB.
#pragma once

#include <string>
#include <vector>

namespace duckdb {
class ClientContext;
}  // namespace duckdb

namespace laguna::engine {

class Session;

// Notices of one statement that nobody takes are forgotten when there are more than this.
inline constexpr size_t kNoticesMax = 100;

// A full sentence. The same one is kept once.
void AddNotice(duckdb::ClientContext& context, std::string sentence);

// Those since the last call, in their order.
std::vector<std::string> TakeNotices(Session& session);

}  // namespace laguna::engine
