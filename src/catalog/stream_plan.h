// SPDX-License-Identifier: Apache-2.0
// What a query asks of a stream that only a whole table can give.
//
// A stream is read batch by batch. That gives what reading everything at once gives only when each
// row of the result comes from one row of the stream, whatever other rows it has: filters,
// expressions, joins that look something up. Sums, DISTINCT, LIMIT, windows and joins that keep the
// other side's rows would depend on how the rows fell into batches. Used on the session's thread.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "engine/session.h"

namespace laguna::catalog {

struct StreamObstacle {
  // "LIMIT", "a join of two streams".
  std::string_view what;
  // The word of SQL that most likely says so.
  std::string_view keyword;
};

enum class RowUse {
  // Each row of the stream gives any number of rows: a streaming table.
  kRowsOfEachRow,
  // Each row gives exactly one: a condition on rows.
  kOneRowOfEachRow,
};

// What stands against it in the query of the session's temporary view `view`; nothing when all is
// well. `streams` are the temporary tables, in lower
// case, that are read as streams. Nothing is run.
std::optional<StreamObstacle> FindStreamObstacle(engine::Session& session, const std::string& view,
                                                 const std::set<std::string>& streams,
                                                 RowUse use = RowUse::kRowsOfEachRow);

}  // namespace laguna::catalog
