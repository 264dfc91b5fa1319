// SPDX-License-Identifier: Apache-2.0
// The names of the CHECK constraints in a CREATE TABLE, which DuckDB's parser drops. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace laguna::catalog {

// One entry for each CHECK of the statement, in their order: the name of `CONSTRAINT name CHECK
// (...)`, nothing for one without a name.
std::vector<std::optional<std::string>> CheckNamesIn(std::string_view create_table);

}  // namespace laguna::catalog
