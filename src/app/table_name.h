// SPDX-License-Identifier: Apache-2.0
// Names of tables as users type them.
#pragma once

#include <string>

namespace laguna::app {

// "bronze.sales" or "\"odd name\".t" read as SQL reads it, and written back with quotes where SQL
// needs them. InvalidInput "sql.syntax" for what is no name.
std::string TableName(const std::string& typed);

}  // namespace laguna::app
