// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/copy.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/error.h"
#include "ingest/copy/copy_files.h"
#include "ingest/copy/copy_log.h"
#include "ingest/copy/copy_rows.h"
#include "ingest/copy/copy_source.h"
#include "ingest/copy/copy_table.h"
#include "ingest/copy/database_source.h"
#include "ingest/copy/known_copy.h"
#include "ingest/copy/row_reading.h"
#include "io/file_lock.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

// Names in a sentence before it says "and more".
constexpr size_t kNamesMax = 3;

std::string Listed(const std::vector<std::string>& names) {
  std::string list;
  for (size_t i = 0; i < std::min(names.size(), kNamesMax); ++i) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", names[i]);
  }
  return names.size() > kNamesMax ? list + ", ..." : list;
}

class OneCopy {
 public:
  OneCopy(const CopyEnvironment& environment, engine::Session& session, const CopyRequest& request)
      : environment_(environment), session_(session), request_(request) {}

  CopyReport Run() {
    try {
      return RunToItsEnd();
    } catch (const Error& error) {
      throw error.kind() == ErrorKind::kCancelled ? Stopped() : error;
    }
  }

 private:
  [[nodiscard]] base::Error Stopped() const {
    const size_t there = report_.files.size();
    const std::string files =
        there == 0 ? "Nothing was copied"
                   : fmt::format("{} file{} copied", there, there == 1 ? " is" : "s are");
    return {ErrorKind::kCancelled, "copy.stopped",
            fmt::format("Stopped. {}; the next copy takes up the rest.", files)};
  }

  CopyReport RunToItsEnd() {
    target_ = ParseTarget(environment_.lake.lake, request_.to);
    report_.to = target_.name();
    CheckOneFile();
    CopySource source = FindSource(environment_, request_.from);
    std::visit([&](const auto& found) { RunLocked(found); }, source);
    return std::move(report_);
  }

  template <typename Source>
  void RunLocked(const Source& source) {
    Check(source);
    const bool full = request_.mode == CopyMode::kFull;
    const CopyIdentity wanted{.from = source.name,
                              .to = target_.name(),
                              .mode = std::string(NameOf(request_.mode)),
                              .cursor = full ? "" : request_.cursor};
    CopyLog log(environment_.lake.store, KnownIdentity(environment_.lake, wanted, request_.call),
                environment_.lake.clock, environment_.lake.random, request_.call);
    report_.counts_rows = !full || std::is_same_v<Source, SourceTable>;
    const io::FileLock lock = Lock(log);
    SayWhatIsGone(log.Open());
    full ? CopyAll(source, log) : CopyNew(source, log);
  }

  [[nodiscard]] base::Error Several(const std::string& from) const {
    return Error(ErrorKind::kInvalidInput, "copy.target",
                 fmt::format("'{}' is a file, and '{}' may be several.", target_.name(), from))
        .Hint("Name a folder, with a slash at its end.");
  }

  // Before a folder is listed that may be the whole machine.
  void CheckOneFile() const {
    std::error_code ignored;  // what is not there is said later
    const bool folder =
        std::filesystem::is_directory(environment_.lake.lake.ResolvePath(request_.from), ignored);
    if (folder && target_.file && request_.mode == CopyMode::kFull) throw Several(request_.from);
  }

  void Check(const SourceTable&) {}

  void Check(const SourceFiles& source) {
    if (request_.mode == CopyMode::kFull && !request_.format.empty()) {
      throw Error(ErrorKind::kInvalidInput, "copy.option",
                  "'format' means something for rows only; a full copy takes files as they are.")
          .Hint("Leave it out, or say mode: incremental (--incremental).");
    }
    if (request_.as_text) {
      throw Error(ErrorKind::kInvalidInput, "copy.option",
                  "'as_text' means something for tables of SQLite only.");
    }
    if (request_.mode == CopyMode::kFull && target_.file && !source.single) {
      throw Several(source.name);
    }
    CheckApart(environment_.lake, source, target_, NamesToMake(source));
    report_.files_hidden = source.hidden.size();
    if (!source.hidden.empty()) {
      Notice(fmt::format("{} hidden file{} left out: {}.", source.hidden.size(),
                         source.hidden.size() == 1 ? " is" : "s are", Listed(source.hidden)));
    }
    if (!source.repeated.empty()) {
      Notice(fmt::format("{} file{} left out that a link shows a second time: {}.",
                         source.repeated.size(), source.repeated.size() == 1 ? " is" : "s are",
                         Listed(source.repeated)));
    }
    if (source.files.empty()) Notice(fmt::format("There is no file in '{}' yet.", source.name));
  }

  // Below the target's folder. Of new rows the format may turn out another one.
  std::vector<std::string> NamesToMake(const SourceFiles& source) const {
    std::vector<std::string> names;
    if (request_.mode == CopyMode::kFull) {
      for (const SourceFile& file : source.files) names.push_back(file.relative);
      return names;
    }
    for (const char* const format : {"csv", "parquet"}) {
      names.push_back(RunFileName(StemOr(source.stem), environment_.lake.clock.NowMs(), 1,
                                  std::string(16, '0'), format));
    }
    return names;
  }

  void Notice(const std::string& sentence) const {
    if (request_.on_notice) request_.on_notice(sentence);
  }

  // Of a run that was killed. Its file may have been there, and been moved on since.
  void SayWhatIsGone(const std::optional<CopyRecord>& killed) const {
    const bool gone = killed && killed->intent.cursor && killed->outcome->files.empty();
    if (!gone) return;
    Notice(
        fmt::format("The last run was stopped, and '{}' is not there: its rows are copied again.",
                    killed->intent.files.front().key));
  }

  // Waits for another process, and says for whom.
  io::FileLock Lock(const CopyLog& log) {
    const auto folder = environment_.lake.lake.folder / ".laguna" / "locks";
    std::error_code ignored;  // the lock's own error says more
    std::filesystem::create_directories(folder, ignored);
    const std::string path = (folder / fmt::format("copy-{}.lock", log.id())).string();
    const std::string purpose = fmt::format("laguna copy {} {}", request_.from, request_.to);
    auto lock = io::FileLock::TryLock(path, purpose);
    if (auto* ours = std::get_if<io::FileLock>(&lock)) return std::move(*ours);
    const auto& holder = std::get<io::LockHolder>(lock);
    Notice(fmt::format("Waiting for process {}, which makes the same copy.", holder.process_id));
    return io::FileLock::WaitLock(path, purpose, request_.call);
  }

  void CopyAll(const SourceFiles& source, CopyLog& log) {
    CopyFiles(environment_, request_, source, target_, log, report_);
  }

  void CopyAll(const SourceTable& source, CopyLog& log) {
    DatabaseSource database(environment_, session_, *source.block, request_.as_text);
    const RowsToCopy rows = RowsOf(source, database);
    CopyTable(environment_, session_, request_, rows, target_, log, report_);
  }

  void CopyNew(const SourceTable& source, CopyLog& log) {
    DatabaseSource database(environment_, session_, *source.block, request_.as_text);
    const RowsToCopy rows = RowsOf(source, database);
    CopyNewRows(environment_, session_, request_, rows, target_, log, report_);
  }

  void CopyNew(const SourceFiles& source, CopyLog& log) {
    const RowFiles files = ReadRows(session_, source, request_);
    if (files.relation.empty()) {
      if (!source.files.empty()) Notice(fmt::format("'{}' is empty.", source.name));
      return;
    }
    const RowsToCopy rows{.relation = files.relation,
                          .text = files.text,
                          .relation_from = {},
                          .format = FormatOfRows(request_, target_, files.format),
                          .stem = StemOr(source.stem),
                          .check = [&] { CheckUnchanged(source, request_.call); },
                          .failure = ReadingFailure};
    CopyNewRows(environment_, session_, request_, rows, target_, log, report_);
  }

  RowsToCopy RowsOf(const SourceTable& source, DatabaseSource& database) {
    const std::string format = FormatOfRows(request_, target_, "csv");
    return {.relation = database.RelationOf(source),
            .text = false,
            .relation_from = database.RelationFrom(source),
            .format = format,
            .stem = StemOr(source.table),
            .check = [] {},
            .failure = [&database](const Error& error) { return database.Failure(error); }};
  }

  // The target's own name goes first: "landing/sales.csv" makes "landing/sales_2013….csv".
  std::string StemOr(const std::string& stem) const {
    if (target_.file) return target_.file->substr(0, target_.file->rfind('.'));
    std::string safe = stem;
    for (char& c : safe) c = c == '/' || c == '\0' ? '_' : c;
    return safe.starts_with('.') || safe.starts_with('_') ? "rows" + safe : safe;
  }

  const CopyEnvironment& environment_;
  engine::Session& session_;
  const CopyRequest& request_;
  CopyTarget target_;
  CopyReport report_;
};

}  // namespace

std::optional<int64_t> CopyReport::rows() const {
  if (!counts_rows) return std::nullopt;
  int64_t sum = 0;
  for (const CopiedFile& file : files) sum += file.rows.value_or(0);
  return sum;
}

uint64_t CopyReport::bytes() const {
  uint64_t sum = 0;
  for (const CopiedFile& file : files) sum += file.bytes;
  return sum;
}

CopyReport Copy(const CopyEnvironment& environment, engine::Session& session,
                const CopyRequest& request) {
  return OneCopy(environment, session, request).Run();
}

}  // namespace laguna::ingest
