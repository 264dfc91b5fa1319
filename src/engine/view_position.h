// SPDX-License-Identifier: Apache-2.0
// Where an error stands that comes from the query of a view. That text is not the statement's, so
// its positions would point at the wrong words. Instead, every part of a view's query has one and
// the same position, past the end of any statement, which stands for the view.
//
// Only code that speaks DuckDB includes this; used on the session's thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/error.h"
#include "engine/duckdb.h"

namespace laguna::engine {

// The position that stands for the view ("silver.v"); always the same for one name.
size_t PositionOfView(const std::string& view);

// From now on errors in `context` at the view's position can be told to be the view's.
void NoteView(duckdb::ClientContext& context, const std::string& view);

// `error` with "In view silver.v: " before its sentence when `position` stands for a view that was
// noted and that the sentence does not name already.
base::Error NamingView(duckdb::ClientContext& context, base::Error error,
                       std::optional<size_t> position);

}  // namespace laguna::engine
