// SPDX-License-Identifier: Apache-2.0
// Names of lake tables, "bronze.sales", for SQL and for engine::QueryTarget. Pure functions.
#pragma once

#include <string>
#include <vector>

namespace laguna::ingest {

// {"lake", "bronze", "sales"}. InvalidInput unless it is a zone and a name.
std::vector<std::string> NameParts(const std::string& table);
// "lake"."bronze"."sales".
std::string QuotedTable(const std::string& table);
// "bronze.sales__errors".
std::string ErrorsTableOf(const std::string& table);
std::string QuarantineTableOf(const std::string& table);
// InvalidInput "stream.table_name" for a table whose name is so long that its side tables can have
// none.
void CheckHasSideTables(const std::string& table);

}  // namespace laguna::ingest
