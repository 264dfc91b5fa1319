// SPDX-License-Identifier: Apache-2.0
#include "ingest/lake_table_name.h"

#include <fmt/format.h>

#include "base/error.h"
#include "engine/sql_text.h"

namespace laguna::ingest {

std::vector<std::string> NameParts(const std::string& table) {
  const size_t dot = table.find('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == table.size()) {
    throw base::Error(base::ErrorKind::kInvalidInput, "stream.table_name",
                      fmt::format("'{}' is no table of the lake.", table))
        .Hint("Write the zone and the table's name: bronze.sales.");
  }
  return {"lake", table.substr(0, dot), table.substr(dot + 1)};
}

std::string QuotedTable(const std::string& table) {
  return engine::QuotedName(NameParts(table));
}

std::string ErrorsTableOf(const std::string& table) {
  return table + "__errors";
}

std::string QuarantineTableOf(const std::string& table) {
  return table + "__quarantine";
}

void CheckHasSideTables(const std::string& table) {
  // The longest of them; a table's name becomes a folder's.
  constexpr size_t kNameBytesMax = 200;
  const std::string side = NameParts(QuarantineTableOf(table))[2];
  if (side.size() <= kNameBytesMax) return;
  throw base::Error(base::ErrorKind::kInvalidInput, "stream.table_name",
                    fmt::format("The name of {} is too long: rows that are set aside go to a table "
                                "called as it with __quarantine at the end, and a name has at most "
                                "{} bytes.",
                                table, kNameBytesMax))
      .Hint(fmt::format("Choose a name of at most {} bytes.",
                        kNameBytesMax - (side.size() - NameParts(table)[2].size())));
}

}  // namespace laguna::ingest
