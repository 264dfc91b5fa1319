// SPDX-License-Identifier: Apache-2.0
// Files as rows, for incremental copies: which of the engine's readers, with every choice that
// could change from one day to the next pinned. Cells of CSV files stay the text they are.
#pragma once

#include <string>

#include "ingest/copy/copy.h"
#include "ingest/copy/copy_source.h"

namespace laguna::ingest {

struct RowFiles {
  // Something to select from; empty when no file has a byte.
  std::string relation;
  // What rows are written as where nobody says: csv or parquet.
  std::string format;
  // Every column is text.
  bool text = false;
};

// InvalidInput "copy.rows" for files that are not CSV, Parquet or JSON, or not all of one kind;
// "copy.packed" for packed files that are incomplete or damaged;
// "copy.json" for JSON that is nested deeper than the engine could follow.
RowFiles ReadRows(engine::Session& session, const SourceFiles& source, const CopyRequest& request);

// What a failure while reading them means. Without a place.
base::Error ReadingFailure(const base::Error& error);

// Conflict "copy.source_changed" when one of the files is another than when it was found.
void CheckUnchanged(const SourceFiles& source, const io::Call& call);

}  // namespace laguna::ingest
