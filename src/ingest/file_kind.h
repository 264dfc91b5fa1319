// SPDX-License-Identifier: Apache-2.0
// Files of another kind among text files: a Parquet file in a folder of CSV files, say. The engine
// would take long to find no line in one, or find lines that are none.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ingest/file_reach.h"
#include "io/object_store.h"

namespace laguna::ingest {

enum class TextKind { kCsvWithHeader, kLines };

// What the first bytes of a file say it is ("a Parquet file"), when that is no text of `kind`.
// Objects of JSON are lines, but no header. A pure function.
std::optional<std::string_view> OtherKind(std::string_view first_bytes, TextKind kind);

// InvalidInput "read_files.kind" for the first file that is of another kind; packed files, by their
// names, are not looked into.
void RefuseOtherKinds(FileReach& reach, const std::vector<FileRecord>& files, TextKind kind,
                      const io::Call& call);

}  // namespace laguna::ingest
