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
#include "ingest/later_options.h"
#include "ingest/stream_source.h"
#include "ingest/strict_type.h"

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

// "landing/a.csv" or "landing/a.csv and others".
std::string FirstOf(size_t count, const std::string& first) {
  return count == 1 ? first : first + " and others";
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
    notes_ = files->notes;
    return Pinned(std::move(*files));
  }

  std::string Missing() override {
    const std::string reason = reading_.reach().ReasonForNothing(options_.patterns);
    const std::string patterns = Listed(options_.patterns);
    return reason.empty() ? patterns : fmt::format("{} ({})", patterns, reason);
  }

  void Take(const PinnedSource& pinned) override {
    if (!pinned.files) throw Changed(fmt::format("STREAM {}", pinned.table));
    pinned_ = *pinned.files;
    if (!TakeLaterOptions(pinned_, pinned.options, options_)) {
      throw Changed("read_files with options " + base::DumpJson(pinned.options));
    }
  }

  ColumnList Columns() const override { return ColumnsOf(pinned_); }

  NextRange Next(const std::vector<const OffsetEntry*>& read, size_t number,
                 const BatchLimits& limits, const io::Call& call) override {
    FileLedger ledger;
    for (const OffsetEntry* entry : read) AddToLedger(ledger, *entry, number, FactsOf(call));
    FilePlan plan = PlanWhole(ledger, limits, call);
    NextRange next{.has_new = !plan.range.files.empty(), .has_more = plan.has_more};
    next.notice = NoticeOf(plan);
    // What comes next is looked for anew.
    if (plan.has_more) listing_.reset();
    for (FileRecord& file : plan.range.files) {
      file.content_hash = reading_.reach().ContentHashOfFile(file.path, call);
    }
    next.range = std::move(plan.range);
    next.changed = std::move(plan.changed);
    return next;
  }

  bool IsNamedBy(const PinnedSource& pinned) const override {
    return pinned.files.has_value() && pinned.patterns == options_.patterns;
  }

  std::optional<std::string> FindChange(const SourceRange& range, Moment moment,
                                        const io::Call& call) override {
    const auto& files = std::get<FileRange>(range).files;
    if (moment == Moment::kAfterReading) return FindChangeOnDisk(files, call);
    FileReach& reach = reading_.reach();
    std::map<std::string, const FileRecord*> named;
    for (const FileRecord& file : Listing(call)) named[reach.IdentityOf(file.path)] = &file;
    for (const FileRecord& file : files) {
      if (left_out_.contains(file.path)) {
        return file.path + " changed while it was read, and waits for the next run";
      }
      const auto at = named.find(reach.IdentityOf(file.path));
      if (at == named.end()) return file.path + " is gone, or no longer named by the query";
      const FileRecord& now = *at->second;
      if (IsAsRead(now, file) || HasSameBytes(now, file, call)) continue;
      return ChangeOf(file, now);
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
        "SELECT column_name, bool_and(TRY_CAST(regexp_extract(error_message, '(?s)Could not "
        "convert "
        "string \"(.*)\" to ', 1) AS {}) IS NOT NULL) FROM {} WHERE error_type = 'CAST' AND "
        "column_name IS NOT NULL GROUP BY column_name",
        ReaderType({"", "DOUBLE"}, pinned_.dialect), engine::QuotedName(rejects.errors));
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
  // What has become of files that were just read: a writer may have put other bytes of the same
  // size and time there, so the etag counts.
  std::optional<std::string> FindChangeOnDisk(const std::vector<FileRecord>& files,
                                              const io::Call& call) {
    for (const FileRecord& file : files) {
      const auto now = reading_.reach().Head(file.path, call);
      if (!now) return file.path + " is gone";
      // A batch that is run again may be of a lake that was copied since.
      if (!IsSameObject(*now, file) && !HasSameBytes(*now, file, call)) return ChangeOf(file, *now);
    }
    return std::nullopt;
  }

  static std::string ChangeOf(const FileRecord& then, const FileRecord& now) {
    return then.path + (now.size_bytes > then.size_bytes ? " has grown" : " has changed");
  }

  bool HasSameBytes(const FileRecord& now, const FileRecord& then, const io::Call& call) {
    return now.size_bytes == then.size_bytes && !then.content_hash.empty() &&
           reading_.reach().ContentHashOfFile(now.path, call) == then.content_hash;
  }

  FileFacts FactsOf(const io::Call& call) {
    FileFacts facts;
    facts.identity = [this](const std::string& path) { return reading_.reach().IdentityOf(path); };
    facts.has_same_bytes = [this, &call](const FileRecord& now, const FileRecord& then) {
      return HasSameBytes(now, then, call);
    };
    return facts;
  }

  // The files of a batch without those that are still on their way: packed ones that are cut off,
  // and what changed while it was read.
  FilePlan PlanWhole(const FileLedger& ledger, const BatchLimits& limits, const io::Call& call) {
    std::vector<FileRecord> files = Listing(call);
    const FileFacts facts = FactsOf(call);
    while (true) {
      std::erase_if(files, [&](const FileRecord& file) {
        return !ledger.contains(facts.identity(file.path)) &&
               (left_out_.contains(file.path) || cut_off_.contains(file.path));
      });
      FilePlan plan = PlanFiles(files, ledger, Narrowed(limits), facts);
      bool whole = true;
      for (const FileRecord& file : plan.range.files) {
        if (reading_.StateOf(file, call) != PackedState::kCutOff) continue;
        cut_off_.insert(file.path);
        whole = false;
      }
      if (whole) return plan;
    }
  }

  [[nodiscard]] std::string NoticeOf(const FilePlan& plan) {
    std::vector<std::string> sentences;
    if (listing_ && listing_->empty()) {
      sentences.push_back(fmt::format("No file matches {}.", Missing()));
    }
    if (const size_t count = plan.changed.size(); count > 0) {
      sentences.push_back(fmt::format(
          "{} changed after {} read ({}); not read again. --full-refresh reads everything again.",
          count == 1 ? "1 file" : fmt::format("{} files", count),
          count == 1 ? "it was" : "they were", FirstOf(count, plan.changed.front())));
    }
    if (const size_t count = cut_off_.size(); count > 0) {
      sentences.push_back(fmt::format("{} cut off and not read ({}); the next run looks again.",
                                      count == 1 ? "1 file is" : fmt::format("{} files are", count),
                                      FirstOf(count, *cut_off_.begin())));
    }
    if (!renamed_.empty()) {
      sentences.push_back(
          fmt::format("Tables have no such column names, so {}.", Listed(renamed_)));
    }
    sentences.insert(sentences.end(), notes_.begin(), notes_.end());
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
        .Hint(
            "Columns that are there keep their types, and files their format; other options may "
            "change. Else read everything again with --full-refresh.");
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
  std::vector<std::string> notes_;
};

}  // namespace

std::unique_ptr<StreamSource> MakeFileSource(const catalog::LakeEnvironment& environment,
                                             engine::Session& session,
                                             const engine::FunctionCall& call) {
  return std::make_unique<FileSource>(environment, session, call);
}

}  // namespace laguna::ingest
