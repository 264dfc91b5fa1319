// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/copy_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "ingest/copy/copy_ledger.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

// What one record names, and what one step makes durable.
constexpr size_t kFilesPerRecordMax = 1000;
// What is in memory of a file.
constexpr size_t kChunkBytes = size_t{4} << 20;

// Sequential reading of one object, chunk by chunk.
class Bytes {
 public:
  Bytes(io::ObjectStore& store, const std::string& key, const io::Call& call)
      : reader_(store.Open(key, call)),
        call_(call),
        buffer_(std::min<uint64_t>(kChunkBytes, reader_->info().size_bytes + 1)) {}

  [[nodiscard]] const io::ObjectInfo& info() const { return reader_->info(); }

  // Full chunks; the last one is shorter or empty.
  std::span<const std::byte> Next() {
    size_t filled = 0;
    while (filled < buffer_.size()) {
      const size_t read = reader_->ReadAt(offset_, std::span(buffer_).subspan(filled), call_);
      if (read == 0) break;
      filled += read;
      offset_ += read;
    }
    return std::span(buffer_).first(filled);
  }

 private:
  const std::unique_ptr<io::ObjectReader> reader_;
  const io::Call& call_;
  std::vector<std::byte> buffer_;
  uint64_t offset_ = 0;
};

class FilesCopy {
 public:
  FilesCopy(const CopyEnvironment& environment, const CopyRequest& request,
            const SourceFiles& source, const CopyTarget& target, CopyLog& log, CopyReport& report)
      : store_(environment.lake.store),
        request_(request),
        source_(source),
        target_(target),
        log_(log),
        report_(report) {}

  void Run() {
    ledger_ = CopyLedger::Read(store_, log_, request_.call);
    for (const SourceFile& file : source_.files) {
      Consider(file);
      if (planned_.size() == kFilesPerRecordMax) Flush();
    }
    if (!planned_.empty()) Flush();
  }

 private:
  // A file and what it becomes.
  struct Planned {
    const SourceFile* file;
    std::string key;
    std::optional<io::ObjectInfo> replaced;
  };

  void Consider(const SourceFile& file) {
    io::CheckCall(request_.call, fmt::format("copying '{}'", source_.name));
    Planned planned{.file = &file,
                    .key = target_.folder + target_.file.value_or(file.relative),
                    .replaced = {}};
    planned.replaced = store_.Head(planned.key, request_.call);
    if (planned.replaced && IsCopied(file, *planned.replaced)) {
      ++report_.files_unchanged;
      return;
    }
    if (planned.replaced && !IsMadeByUs(*planned.replaced) && request_.on_notice) {
      request_.on_notice(fmt::format("{} is replaced; it was not made by this copy.", planned.key));
    }
    planned_.push_back(std::move(planned));
  }

  bool IsMadeByUs(const io::ObjectInfo& there) const {
    const LedgerEntry* const entry = ledger_.Find(there.key);
    return entry != nullptr && entry->target == StampOf(there);
  }

  bool IsCopied(const SourceFile& file, const io::ObjectInfo& there) {
    const LedgerEntry* const entry = ledger_.Find(there.key);
    if (entry != nullptr && *entry == LedgerEntry{SourceStamp(file), StampOf(there)}) return true;
    return file.info.size_bytes == there.size_bytes && SameBytes(file.info.key, there.key);
  }

  // With the time of the last change of any kind: size and time of writing can be set.
  FileStamp SourceStamp(const SourceFile& file) const {
    FileStamp stamp = StampOf(file.info);
    struct stat status {};
    if (::stat(source_.store->Locate(file.info.key).c_str(), &status) == 0) {
      stamp.etag += fmt::format("-{:x}.{:09}", status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
    }
    return stamp;
  }

  bool SameBytes(const std::string& source_key, const std::string& target_key) {
    Bytes ours(*source_.store, source_key, request_.call);
    Bytes theirs(store_, target_key, request_.call);
    while (true) {
      const auto a = ours.Next();
      const auto b = theirs.Next();
      if (!std::ranges::equal(a, b)) return false;
      if (a.empty()) return true;
    }
  }

  CopyIntent Intent() const {
    CopyIntent intent;
    for (const Planned& planned : planned_) {
      PlannedFile file;
      file.key = planned.key;
      file.from = source_.store->Locate(planned.file->info.key);
      file.source = SourceStamp(*planned.file);
      if (planned.replaced) file.replaced = StampOf(*planned.replaced);
      intent.files.push_back(std::move(file));
    }
    return intent;
  }

  // Files that are done when one fails stay, and are recorded.
  void Flush() {
    const CopyRecord record = log_.Begin(Intent());
    std::vector<FinishedFile> finished;
    try {
      for (const Planned& planned : planned_) finished.push_back(CopyOne(planned));
    } catch (const Error&) {
      FinishAfterFailure(record, std::move(finished));
      throw;
    }
    const auto published = finished;
    log_.Finish(record, std::move(finished));
    Report(published);
    planned_.clear();
  }

  void FinishAfterFailure(const CopyRecord& record, std::vector<FinishedFile> finished) {
    try {
      const auto published = finished;
      log_.Finish(record, std::move(finished));
      Report(published);
    } catch (const Error&) {  // the next run finds what is there; the first failure matters more
    }
  }

  void Report(const std::vector<FinishedFile>& finished) {
    for (const FinishedFile& file : finished) {
      report_.files.push_back({.key = file.key, .rows = {}, .bytes = file.target.bytes});
      const auto planned = std::ranges::find(planned_, file.key, &Planned::key);
      report_.files_replaced += planned != planned_.end() && planned->replaced ? 1 : 0;
    }
  }

  FinishedFile CopyOne(const Planned& planned) {
    const io::ObjectInfo& expected = planned.file->info;
    Bytes bytes(*source_.store, expected.key, request_.call);
    if (StampOf(bytes.info()) != StampOf(expected)) throw Changed(expected.key);
    const auto writer = store_.Write(planned.key, request_.call);
    uint64_t copied = 0;
    while (true) {
      const auto chunk = bytes.Next();
      copied += chunk.size();
      if (chunk.empty() || copied > expected.size_bytes) break;  // a file that grows never ends
      writer->Append(chunk, request_.call);
    }
    const auto after = source_.store->Head(expected.key, request_.call);
    if (!after || StampOf(*after) != StampOf(expected) || copied != expected.size_bytes) {
      throw Changed(expected.key);
    }
    return {.key = planned.key, .target = StampOf(writer->Finish(request_.call))};
  }

  Error Changed(const std::string& key) const {
    return Error(ErrorKind::kConflict, "copy.source_changed",
                 fmt::format("'{}' changed while it was copied, so it was not copied.",
                             source_.store->Locate(key)))
        .Hint("Run the copy again when the program that writes the file is done.");
  }

  io::ObjectStore& store_;
  const CopyRequest& request_;
  const SourceFiles& source_;
  const CopyTarget& target_;
  CopyLog& log_;
  CopyReport& report_;
  CopyLedger ledger_;
  std::vector<Planned> planned_;
};

}  // namespace

void CopyFiles(const CopyEnvironment& environment, const CopyRequest& request,
               const SourceFiles& source, const CopyTarget& target, CopyLog& log,
               CopyReport& report) {
  FilesCopy(environment, request, source, target, log, report).Run();
}

}  // namespace laguna::ingest
