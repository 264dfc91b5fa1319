// SPDX-License-Identifier: Apache-2.0
// Options of read_files that change while a stream goes on: they hold for the files to come. What
// was read stays as it was read, and columns keep the types they have. Pure functions.
#pragma once

#include "base/json.h"
#include "ingest/pinned_source.h"
#include "ingest/read_files_options.h"

namespace laguna::ingest {

// Makes `pinned`, pinned under the options `then` (ReadingOptions), as `now` wants it: how files
// are cut (delim, quote, escape, comment, header, skip, encoding), what stands for no value
// (nullstr), formats of days and numbers, the columns for the file's name and for what does not
// fit; and columns that `types` names beyond the pinned ones. An option that is no longer given
// leaves what was pinned, but nullstr. False, with `pinned` as it may be, when `now` wants what
// cannot change: the format, all_varchar, `columns`, or the type of a pinned column.
bool TakeLaterOptions(PinnedFiles& pinned, const base::Json& then, const ReadFilesOptions& now);

}  // namespace laguna::ingest
