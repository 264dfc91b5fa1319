// SPDX-License-Identifier: Apache-2.0
// What tells two definitions of a table apart. Pure.
#pragma once

#include <string>

#include "ingest/table_definition.h"

namespace laguna::ingest {

// Of all that decides where a row goes: the query and its checks. 16 hexadecimal digits, the same
// in every version of the program.
std::string FingerprintOf(const TableDefinition& definition);

}  // namespace laguna::ingest
