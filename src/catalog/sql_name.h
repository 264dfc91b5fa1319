// SPDX-License-Identifier: Apache-2.0
// How people call a table of the lake. Pure.
#pragma once

#include <string>
#include <string_view>

namespace laguna::catalog {

// "bronze.t" for the root "bronze/t", and for that of a link (link/table_link.h).
std::string SqlNameOf(std::string_view root);
// The same as a statement has it: bronze."Total sales".
std::string QuotedSqlNameOf(std::string_view root);

}  // namespace laguna::catalog
