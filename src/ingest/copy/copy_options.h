// SPDX-License-Identifier: Apache-2.0
// The options of a copy, said once: the task type, the command and the documentation use them.
// Plain values.
#pragma once

#include <string_view>

#include "connect/option.h"
#include "ingest/copy/copy.h"

namespace laguna::ingest {

inline constexpr std::string_view kCopyModes[] = {"full", "incremental"};
inline constexpr std::string_view kCopyFormats[] = {"csv", "parquet"};
inline constexpr std::string_view kCopyEncodings[] = {"utf-8", "latin-1", "utf-16"};

inline constexpr connect::OptionSpec kCopyOptions[] = {
    {.name = "from",
     .documentation = "What is copied: a file, a folder, a pattern such as `landing/sales/*.csv`, "
                      "or a table of a database as `block:table` or `block:schema.table`.",
     .required = true},
    {.name = "to",
     .documentation = "Where to: a folder of a file zone, or a file, which has a dot in its name.",
     .required = true},
    {.name = "mode",
     .documentation = "`full` makes the target equal to the source. `incremental` writes the rows "
                      "that are new since the last run into one new file.",
     .default_text = "full",
     .choices = kCopyModes},
    {.name = "cursor",
     .documentation = "Incremental: the column that says what is new, a time, a date or a number "
                      "that grows. `last_modified` when it is not given."},
    {.name = "cursor_format",
     .documentation = "Incremental: how a cursor that is text is written, in strptime's words "
                      "(`%d/%m/%Y`). ISO 8601 and numbers need none."},
    {.name = "lag",
     .documentation = "Incremental: how far below the highest cursor value rows are looked at "
                      "again, for rows that come late: a duration (`1h`) for times and dates, a "
                      "number (`5`) for numbers."},
    {.name = "format",
     .documentation = "What rows are written as. By default what the target's name says, else "
                      "parquet for Parquet and JSON, csv for all else.",
     .choices = kCopyFormats},
    {.name = "encoding",
     .documentation = "Incremental, from CSV: the text encoding of the files; `utf-8` when it is "
                      "not given.",
     .choices = kCopyEncodings},
    {.name = "delimiter",
     .documentation =
         "Incremental, from CSV: what stands between values. Taken from the header when it "
         "is not given."},
    {.name = "as_text",
     .type = connect::OptionType::kBoolean,
     .documentation = "From SQLite: every value is read as text, so that values of another type "
                      "than their column's do not stop the copy.",
     .default_text = "false"},
};

// InvalidInput "copy.option" for an option that the mode does not have.
CopyRequest CopyRequestFrom(const connect::Options& options);

}  // namespace laguna::ingest
