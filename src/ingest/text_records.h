// SPDX-License-Identifier: Apache-2.0
// Files cut into records by cutters of ours (csv_records.h, json_records.h), as a relation of a
// query: path (absolute), line (NULL where only numbering the lines of the file would tell),
// byte_offset, text, cells (of CSV), reason (NULL for a record, else why it is none). Packed files
// are unpacked. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "ingest/csv_dialect.h"

namespace laguna::ingest {

inline constexpr const char* kTextRecordsFunction = "laguna_text_records";

// For FROM; `paths` are absolute. `columns`: how many values a line has.
std::string CsvRecordsText(const std::vector<std::string>& paths, const CsvDialect& dialect,
                           size_t columns);
std::string JsonRecordsText(const std::vector<std::string>& paths);

}  // namespace laguna::ingest
