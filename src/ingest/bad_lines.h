// SPDX-License-Identifier: Apache-2.0
// Lines that could not be read, as rows of <table>__errors: file VARCHAR, line BIGINT, byte_offset
// BIGINT, column_name VARCHAR, reason VARCHAR, content VARCHAR, _batch BIGINT. One row per line;
// `line` counts the file's lines from 1 (nothing where it is not known), a byte offset counts from
// 0. Used on the session's thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/session.h"
#include "ingest/file_reach.h"
#include "ingest/file_reading.h"

namespace laguna::ingest {

// Of one source.
struct BadLinesFound {
  RejectTables rejects;
  FileReading::Query query;
  // What the source gives.
  ColumnList columns;
};

// Whether the session has a temporary table of this name.
bool HasTemporaryTable(engine::Session& session, const std::string& name);

// Gathers them, once each, into a temporary table of the session; how many there are.
int64_t GatherBadLines(engine::Session& session, FileReach& reach,
                       const std::vector<BadLinesFound>& found);
// Adds what was gathered to the errors of `table`, which are made when missing. `replace`: what
// they had goes. InvalidInput when a table of that name is somebody else's.
void StoreBadLines(engine::Session& session, const std::string& table, int64_t batch, bool replace);

}  // namespace laguna::ingest
