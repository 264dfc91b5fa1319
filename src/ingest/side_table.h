// SPDX-License-Identifier: Apache-2.0
// Side tables, <table>__errors and <table>__quarantine, carry a property that says whose they are:
// a table that a user made under such a name is not touched.
#pragma once

#include <map>
#include <string>

#include "catalog/session_table.h"

namespace laguna::ingest {

std::map<std::string, std::string> SideTableProperties(const std::string& table);
bool IsSideTable(const catalog::TableState& state, const std::string& table);
// InvalidInput "stream.foreign_table" unless it is one of `table`.
void CheckSideTable(const catalog::TableState& state, const std::string& table);

}  // namespace laguna::ingest
