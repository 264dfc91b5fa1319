// SPDX-License-Identifier: Apache-2.0
// read_files as a source: the files that are new.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.h"
#include "engine/sql_text.h"
#include "ingest/bad_lines.h"
#include "ingest/file_reading.h"
#include "ingest/stream_source.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

RunText RunIn(engine::Session& session) {
  return [&session](const std::string& sql) { return session.Run(sql).Drain(); };
}

std::string Listed(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + text;
  return list;
}

// What has become of a file; nothing when it is as recorded.
std::optional<std::string> ChangeOf(const FileRecord& then, const std::optional<FileRecord>& now,
                                    bool exactly) {
  if (!now) return then.path + " is gone";
  if (now->size_bytes > then.size_bytes) return then.path + " has grown";
  if (exactly ? *now != then : !IsAsRead(*now, then)) return then.path + " has changed";
  return std::nullopt;
}

Error CutOff(const std::string& path) {
  return Error(ErrorKind::kUnavailable, "stream.cut_off",
               fmt::format("{} is cut off, and there is no other file.", path))
      .Hint("Run it again when the file is complete.")
      .With("file", path);
}

class FileSource final : public StreamSource {
 public:
  FileSource(const catalog::LakeEnvironment& environment, engine::Session& session,
             const engine::FunctionCall& call)
      : options_(ParseReadFilesOptions(call)),
        session_(session),
        reading_(environment, RunIn(session)) {}

  std::optional<PinnedSource> Look(const BatchLimits& limits, const io::Call& call) override {
    const FilePlan plan = PlanWhole({}, limits, call);
    if (plan.range.files.empty() && !cut_off_.empty()) throw CutOff(*cut_off_.begin());
    auto files = reading_.Look(plan.range.files, options_, call);
    if (!files) return std::nullopt;
    renamed_ = files->renamed;
    return Pinned(std::move(*files));
  }

  void Take(const PinnedSource& pinned) override {
    if (!pinned.files) throw Changed(fmt::format("STREAM {}", pinned.table));
    if (pinned.options != ReadingOptions(options_)) {
      throw Changed("read_files with options " + base::DumpJson(pinned.options));
    }
    pinned_ = *pinned.files;
  }

  ColumnList Columns() const override { return ColumnsOf(pinned_); }

  NextRange Next(const std::vector<const OffsetEntry*>& read, size_t number,
                 const BatchLimits& limits, const io::Call& call) override {
    FileLedger ledger;
    for (const OffsetEntry* entry : read) AddToLedger(ledger, *entry, number);
    FilePlan plan = PlanWhole(ledger, limits, call);
    // What comes next is looked for anew.
    if (plan.has_more) listing_.reset();
    NextRange next{.has_new = !plan.range.files.empty(), .has_more = plan.has_more};
    next.files_changed = static_cast<int64_t>(plan.changed_files);
    next.range = std::move(plan.range);
    next.notice = NoticeOf(plan);
    return next;
  }

  bool IsNamedBy(const PinnedSource& pinned) const override {
    return pinned.files.has_value() && pinned.patterns == options_.patterns;
  }

  std::optional<std::string> FindChange(const SourceRange& range, Moment moment,
                                        const io::Call& call) override {
    const auto& files = std::get<FileRange>(range).files;
    if (moment == Moment::kAfterReading) return FindChangeOnDisk(files, call);
    std::map<std::string, const FileRecord*> named;
    for (const FileRecord& file : Listing(call)) named[file.path] = &file;
    for (const FileRecord& file : files) {
      if (left_out_.contains(file.path)) {
        return file.path + " changed while it was read, and waits for the next run";
      }
      const auto at = named.find(file.path);
      if (at == named.end()) return file.path + " is gone, or no longer named by the query";
      if (auto change = ChangeOf(file, *at->second, false)) return change;
    }
    return std::nullopt;
  }

  bool LeaveOutChanged(const SourceRange& range, const io::Call& call) override {
    const auto& files = std::get<FileRange>(range).files;
    std::vector<std::string> changed;
    for (const FileRecord& file : files) {
      if (FindChangeOnDisk({file}, call)) changed.push_back(file.path);
    }
    if (changed.empty() || changed.size() == files.size()) return false;
    left_out_.insert(changed.begin(), changed.end());
    listing_.reset();
    return true;
  }

  FileReading::Query Query(const SourceRange& range, const RejectTables& rejects,
                           const io::Call& call) override {
    return reading_.Read(std::get<FileRange>(range).files, pinned_, rejects, call);
  }

  std::optional<PinnedSource> Widen(const RejectTables& rejects) override {
    if (pinned_.format != FileFormat::kCsv || !options_.columns.empty() ||
        !HasTemporaryTable(session_, rejects.errors)) {
      return std::nullopt;
    }
    bool widened = false;
    const std::string sql = fmt::format(
        "SELECT column_name, bool_and(TRY_CAST(regexp_extract(error_message, 'Could not convert "
        "string \"(.*)\" to ', 1) AS DOUBLE) IS NOT NULL) FROM {} WHERE error_type = 'CAST' AND "
        "column_name IS NOT NULL GROUP BY column_name",
        engine::QuotedName(rejects.errors));
    for (const auto& row : session_.Run(sql).Drain()) {
      const std::string name = row.at(0).ToText();
      const auto at = FindColumn(pinned_.columns, name);
      if (!at || FindColumn(options_.types, name)) continue;
      std::string& type = pinned_.columns[*at].type;
      type = type == "BIGINT" && row.at(1) == engine::Value(true) ? "DOUBLE" : "VARCHAR";
      widened = true;
    }
    if (!widened) return std::nullopt;
    return Pinned(pinned_);
  }

 private:
  std::optional<std::string> FindChangeOnDisk(const std::vector<FileRecord>& files,
                                              const io::Call& call) {
    for (const FileRecord& file : files) {
      auto change = ChangeOf(file, reading_.reach().Head(file.path, call), true);
      if (change) return change;
    }
    return std::nullopt;
  }

  // The files of a batch without those that are still on their way: packed ones that are cut off,
  // and what changed while it was read.
  FilePlan PlanWhole(const FileLedger& ledger, const BatchLimits& limits, const io::Call& call) {
    std::vector<FileRecord> files = Listing(call);
    while (true) {
      std::erase_if(files, [&](const FileRecord& file) {
        return !ledger.contains(file.path) &&
               (left_out_.contains(file.path) || cut_off_.contains(file.path));
      });
      FilePlan plan = PlanFiles(files, ledger, Narrowed(limits));
      bool whole = true;
      for (const FileRecord& file : plan.range.files) {
        if (reading_.StateOf(file, call) != PackedState::kCutOff) continue;
        cut_off_.insert(file.path);
        whole = false;
      }
      if (whole) return plan;
    }
  }

  [[nodiscard]] std::string NoticeOf(const FilePlan& plan) const {
    std::vector<std::string> sentences;
    if (plan.changed_files > 0) {
      sentences.push_back(fmt::format(
          "{} file{} changed after {} read ({}{}); not read again. --full-refresh reads everything "
          "again.",
          plan.changed_files, plan.changed_files == 1 ? "" : "s",
          plan.changed_files == 1 ? "it was" : "they were", plan.first_changed,
          plan.changed_files == 1 ? "" : " and others"));
    }
    if (!cut_off_.empty()) {
      sentences.push_back(
          fmt::format("{} file{} cut off and not read ({}{}); the next run looks again.",
                      cut_off_.size(), cut_off_.size() == 1 ? " is" : "s are", *cut_off_.begin(),
                      cut_off_.size() == 1 ? "" : " and others"));
    }
    if (!renamed_.empty()) {
      sentences.push_back(
          fmt::format("Tables have no such column names, so {}.", Listed(renamed_)));
    }
    std::string notice;
    for (const std::string& sentence : sentences) notice += (notice.empty() ? "" : " ") + sentence;
    return notice;
  }

  const std::vector<FileRecord>& Listing(const io::Call& call) {
    if (!listing_) listing_ = reading_.reach().List(options_.patterns, call);
    return *listing_;
  }

  [[nodiscard]] BatchLimits Narrowed(BatchLimits limits) const {
    if (options_.files_per_batch_max && !limits.whole) {
      limits.files_max = std::min(limits.files_max, *options_.files_per_batch_max);
    }
    return limits;
  }

  [[nodiscard]] PinnedSource Pinned(PinnedFiles files) const {
    PinnedSource pinned;
    pinned.patterns = options_.patterns;
    pinned.options = ReadingOptions(options_);
    pinned.files = std::move(files);
    return pinned;
  }

  [[nodiscard]] Error Changed(const std::string& before) const {
    return Error(ErrorKind::kInvalidInput, "stream.source_changed",
                 fmt::format("The query now reads {} with options {}, but its table was fed by {} "
                             "so far.",
                             Listed(options_.patterns), base::DumpJson(ReadingOptions(options_)),
                             before))
        .Hint("Read everything again with --full-refresh.");
  }

  const ReadFilesOptions options_;
  engine::Session& session_;
  FileReading reading_;
  PinnedFiles pinned_;
  std::optional<std::vector<FileRecord>> listing_;
  // They changed while they were read.
  std::set<std::string> left_out_;
  std::set<std::string> cut_off_;
  // For the user, once: "Order ID" is Order_ID.
  std::vector<std::string> renamed_;
};

}  // namespace

std::unique_ptr<StreamSource> MakeFileSource(const catalog::LakeEnvironment& environment,
                                             engine::Session& session,
                                             const engine::FunctionCall& call) {
  return std::make_unique<FileSource>(environment, session, call);
}

}  // namespace laguna::ingest
