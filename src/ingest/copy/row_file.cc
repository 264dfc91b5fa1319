// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/row_file.h"

#include <fmt/format.h>

#include "engine/sql_text.h"
#include "ingest/plain_run.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using engine::QuotedName;
using engine::QuotedText;

constexpr std::string_view kCsvOptions = "FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"'";
constexpr std::string_view kParquetOptions = "FORMAT parquet, COMPRESSION zstd";

std::string FormatOfName(const std::string& name) {
  for (const std::string_view format : {"csv", "parquet"}) {
    if (name.ends_with(fmt::format(".{}", format))) return std::string(format);
  }
  throw Error(ErrorKind::kInvalidInput, "copy.format",
              fmt::format("Rows cannot be written as '{}'.", name))
      .Hint("Name a .csv or a .parquet file, or a folder with a slash at its end.");
}

}  // namespace

std::string FormatOfRows(const CopyRequest& request, const CopyTarget& target,
                         const std::string& fallback) {
  if (!target.file) return request.format.empty() ? fallback : request.format;
  std::string format = FormatOfName(*target.file);
  if (!request.format.empty() && request.format != format) {
    throw Error(ErrorKind::kInvalidInput, "copy.format",
                fmt::format("The target is called '{}' and the format is to be {}.", *target.file,
                            request.format))
        .Hint("Leave the format out, or name the file accordingly.");
  }
  return format;
}

TemporaryTables::~TemporaryTables() {
  for (auto last = made_.rbegin(); last != made_.rend(); ++last) {
    try {
      RunPlain(session_, fmt::format("DROP {}", *last));
    } catch (const Error&) {  // it goes with the session
    }
  }
}

std::string TemporaryTables::Create(const std::string& kind, const std::string& name,
                                    const std::string& query) {
  RunPlain(session_,
           fmt::format("CREATE OR REPLACE TEMPORARY {} {} AS {}", kind, QuotedName(name), query));
  std::string qualified = QuotedName(std::vector<std::string>{"temp", "main", name});
  made_.push_back(fmt::format("{} {}", kind, qualified));
  return qualified;
}

std::string TemporaryTables::Make(const std::string& name, const std::string& query) {
  return Create("TABLE", name, query);
}

std::string TemporaryTables::MakeView(const std::string& name, const std::string& query) {
  return Create("VIEW", name, query);
}

io::ObjectInfo WriteRowFile(const CopyEnvironment& environment, engine::Session& session,
                            const std::string& query, const std::string& key,
                            const std::string& format) {
  io::ObjectStore& store = environment.lake.store;
  RunPlain(session, fmt::format("COPY ({}) TO {} ({}, USE_TMP_FILE false)", query,
                                QuotedText(store.Locate(key)),
                                format == "csv" ? kCsvOptions : kParquetOptions));
  auto info = store.Head(key);
  if (info) return *info;
  throw Error(ErrorKind::kNotFound, "copy.vanished",
              fmt::format("'{}' was written and is gone.", store.Locate(key)))
      .Hint("Somebody removed it. Run the copy again.");
}

}  // namespace laguna::ingest
