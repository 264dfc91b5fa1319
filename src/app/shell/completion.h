// SPDX-License-Identifier: Apache-2.0
// What Tab offers: keywords, zones, tables, columns and functions for SQL, names for dot commands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/session.h"

namespace laguna::app {

struct Completion {
  // Byte offset in the text from where a candidate replaces it.
  size_t start = 0;
  std::vector<std::string> candidates;
};

// Candidates for the word at the end of `text`, a statement so far. Nothing fails: where the engine
// cannot tell there are none.
Completion CompleteSql(engine::Session& session, const std::string& text);

// The candidates of `names` that begin with `text`.
Completion CompleteName(std::string_view text, const std::vector<std::string>& names);

// What all candidates begin with, never cutting a code point.
std::string CommonBeginning(const std::vector<std::string>& candidates);

// The candidates in columns of a terminal, at most kCandidatesShownMax of them.
std::string CandidateList(const std::vector<std::string>& candidates, size_t width);

}  // namespace laguna::app
