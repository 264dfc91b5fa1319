// SPDX-License-Identifier: Apache-2.0
// What the two statements that make a clone have in common. Pure functions over tokens.
#pragma once

#include <span>
#include <string_view>

#include "engine/own_statement.h"

namespace laguna::catalog {

// Whether [SHALLOW | DEEP] CLONE stands behind the new table's name; `rest` are the tokens behind
// CREATE TABLE.
[[nodiscard]] bool IsCloneStatement(std::span<const engine::Token> rest);

// From the new table's name on.
engine::FunctionCall ParseClone(engine::TokenReader& tokens);

inline constexpr std::string_view kCloneDocumentation =
    "Makes a table of another one's definition and files, without a copy of them.\n\n"
    "The clone has the rows of the source at that moment, or of the version or time given, and a "
    "history of its own; what is written to either is not seen in the other. Its log names the "
    "source's files by absolute paths: it depends on them. VACUUM of a table in the same lake "
    "leaves the files alone that its clones still name; dropping or moving the source breaks "
    "them.";

}  // namespace laguna::catalog
