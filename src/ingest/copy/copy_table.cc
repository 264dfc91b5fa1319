// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/copy_table.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "engine/sql_text.h"
#include "ingest/copy/cursor.h"
#include "ingest/plain_run.h"

namespace laguna::ingest {
namespace {

using base::Error;

struct Content {
  int64_t rows = 0;
  std::string fingerprint;
};

// Hashes of rows are added, each half by itself: the same rows in any order give the same sum, and
// a row more or less, even an equal one, gives another.
Content ContentOf(engine::Session& session, const std::string& table, const std::string& format) {
  std::vector<HashedColumn> hashed;
  std::string columns = format;
  for (const engine::ResultColumn& column : ColumnsOf(session, table)) {
    hashed.push_back({.name = column.name, .type = column.type});
    columns += fmt::format("\n{} {}", engine::QuotedName(column.name), column.type);
  }
  const auto row = FirstRow(
      session, fmt::format("SELECT count(*), sum(md5_number_lower(hash)), "
                           "sum(md5_number_upper(hash)), md5({}) FROM (SELECT {} AS hash FROM {})",
                           engine::QuotedText(columns), RowHash(hashed), table));
  const std::string count = row.at(0).value_or("0");
  return {.rows = std::stoll(count),
          .fingerprint = fmt::format("{}-{}-{}-{}", count, row.at(1).value_or("0"),
                                     row.at(2).value_or("0"), row.at(3).value_or(""))};
}

bool IsCopied(const std::optional<CopyRecord>& last, const std::string& key, const Content& content,
              const std::optional<io::ObjectInfo>& there) {
  // What a killed run left may be anybody's file.
  if (!last || !there || last->outcome->recovered) return false;
  const PlannedFile& file = last->intent.files.front();
  return file.key == key && file.fingerprint == content.fingerprint &&
         last->outcome->files.front().target == StampOf(*there);
}

bool IsMadeByUs(const std::optional<CopyRecord>& last, const std::string& key,
                const io::ObjectInfo& there) {
  if (!last) return false;
  const FinishedFile& file = last->outcome->files.front();
  return file.key == key && file.target == StampOf(there);
}

}  // namespace

void CopyTable(const CopyEnvironment& environment, engine::Session& session,
               const CopyRequest& request, const RowsToCopy& rows, const CopyTarget& target,
               CopyLog& log, CopyReport& report) {
  TemporaryTables tables(session);
  std::string table;
  try {
    table = tables.Make("laguna_copy_rows", "SELECT * FROM " + rows.relation);
  } catch (const Error& error) {
    throw rows.failure(error);
  }
  rows.check();
  const Content content = ContentOf(session, table, rows.format);
  const std::string file = target.file.value_or(fmt::format("{}.{}", rows.stem, rows.format));
  const std::string key = target.folder + file;
  const auto there = environment.lake.store.Head(key);
  if (IsCopied(log.ReadLast(), key, content, there)) {
    ++report.files_unchanged;
    return;
  }
  if (there && !IsMadeByUs(log.ReadLast(), key, *there) && request.on_notice) {
    request.on_notice(fmt::format("{} is replaced; it was not made by this copy.", key));
  }
  CopyIntent intent;
  intent.files.push_back({.key = key,
                          .from = log.identity().from,
                          .source = {},
                          .replaced = {},
                          .rows = content.rows,
                          .fingerprint = content.fingerprint});
  if (there) intent.files.front().replaced = StampOf(*there);
  const CopyRecord record = log.Begin(std::move(intent));
  const io::ObjectInfo written =
      WriteRowFile(environment, session, "SELECT * FROM " + table, key, rows.format);
  log.Finish(record, {{.key = key, .target = StampOf(written)}});
  report.files_replaced += there ? 1 : 0;
  report.files.push_back({.key = key, .rows = content.rows, .bytes = written.size_bytes});
}

}  // namespace laguna::ingest
