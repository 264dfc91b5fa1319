// SPDX-License-Identifier: Apache-2.0
// Where a statement's parts stand, seen from its tokens: outside brackets and CASE ... END. Pure
// functions of the edits.
#pragma once

#include <string_view>

#include "engine/edit/edited_statement.h"

namespace laguna::engine {

// The statement's own `verb` (INSERT, MERGE ...): its first word, or behind WITH, EXPLAIN or
// PREPARE the first one outside brackets; the size when it is another statement.
size_t FindVerb(const EditedStatement& statement, std::string_view verb);

// The index behind the token at `at`, or behind the brackets or CASE ... END that it opens.
size_t BehindGroup(const EditedStatement& statement, size_t at);

// The first of `words` at or behind `from`, outside of what brackets and CASE ... END hold; the
// size when none comes.
size_t FindWord(const EditedStatement& statement, size_t from,
                const std::vector<std::string_view>& words);

}  // namespace laguna::engine
