// SPDX-License-Identifier: Apache-2.0
// Incremental copies: the rows that are new since the last run, into a file of their own.
//
// New is a row whose cursor is at or above the highest one copied so far minus the lag, or has no
// cursor, and that was not copied yet. Which rows were is known by the window: an object beside the
// record with the hash of every row copied at or above that bound, and how many times, so a row
// that stands twice in the source is copied twice, and no more. The window holds no more than what
// lies within the lag; the engine joins it, and spills.
//
// A run writes, in this order and each durable: the next window, the intent (which names window,
// file, cursor), the file, the outcome. The window of a run that was killed before its intent is
// nobody's and goes with the next run.
#pragma once

#include "ingest/copy/copy.h"
#include "ingest/copy/copy_log.h"
#include "ingest/copy/copy_source.h"
#include "ingest/copy/row_file.h"

namespace laguna::ingest {

// InvalidInput "copy.cursor" for a cursor column that is missing or has no order of old and new,
// "copy.cursor_value" for a text that is no such value.
void CopyNewRows(const CopyEnvironment& environment, engine::Session& session,
                 const CopyRequest& request, const RowsToCopy& rows, const CopyTarget& target,
                 CopyLog& log, CopyReport& report);

}  // namespace laguna::ingest
