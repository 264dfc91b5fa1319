// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/copy_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/error.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

// A record names at most kFilesPerRecordMax files (copy_files.cc), so this is generous.
constexpr uint64_t kRecordBytesMax = uint64_t{256} << 20;
constexpr size_t kDigits = 20;
constexpr std::string_view kIntentEnd = ".json";
constexpr std::string_view kOutcomeEnd = ".done.json";

std::optional<std::string> ReadIfThere(io::ObjectStore& store, const std::string& key) {
  if (!store.Head(key)) return std::nullopt;
  return io::ReadAll(store, key, kRecordBytesMax);
}

std::string OutcomeKeyOf(std::string_view intent_key) {
  intent_key.remove_suffix(kIntentEnd.size());
  return std::string(intent_key) + std::string(kOutcomeEnd);
}

}  // namespace

std::optional<int64_t> CopyNumberOf(std::string_view intent_key) {
  const std::string_view name = intent_key.substr(intent_key.rfind('/') + 1);
  if (name.size() != kDigits + kIntentEnd.size() || !name.ends_with(kIntentEnd)) return {};
  int64_t number = 0;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + kDigits, number);
  const bool whole = failure == std::errc{} && end == name.data() + kDigits && number > 0;
  return whole ? std::optional(number) : std::nullopt;
}

std::string IntentKey(const std::string& folder, int64_t number) {
  return fmt::format("{}{:020}{}", folder, number, kIntentEnd);
}

std::optional<CopyRecord> ReadCopyRecord(io::ObjectStore& store, const std::string& intent_key) {
  const auto number = CopyNumberOf(intent_key);
  const auto intent = number ? ReadIfThere(store, intent_key) : std::nullopt;
  if (!intent) return std::nullopt;
  CopyRecord record{.number = *number,
                    .intent = IntentFromJson(*intent, store.Locate(intent_key)),
                    .outcome = {}};
  const std::string outcome_key = OutcomeKeyOf(intent_key);
  if (const auto outcome = ReadIfThere(store, outcome_key)) {
    record.outcome = OutcomeFromJson(*outcome, store.Locate(outcome_key));
  }
  return record;
}

CopyLog::CopyLog(io::ObjectStore& store, CopyIdentity identity, const base::Clock& clock,
                 base::Random& random, const io::Call& call)
    : store_(store),
      identity_(std::move(identity)),
      id_(CopyIdOf(identity_)),
      folder_(fmt::format("{}{}/", kCopiesPrefix, id_)),
      clock_(clock),
      random_(random),
      call_(call) {}

std::string CopyLog::OutcomeKey(int64_t number) const {
  return fmt::format("{}{:020}{}", folder_, number, kOutcomeEnd);
}

std::optional<CopyRecord> CopyLog::Open() {
  int64_t last = 0;
  for (const io::ObjectInfo& object : io::ListAll(store_, folder_, {}, call_)) {
    last = std::max(last, CopyNumberOf(object.key).value_or(0));
  }
  next_number_ = last + 1;
  if (last == 0) return std::nullopt;
  const auto record = Read(last);
  if (!record || record->outcome) return std::nullopt;
  Recover(*record);
  return Read(last);
}

Error CopyLog::Damaged(const Error& error) const {
  Error damaged(ErrorKind::kCorrupt, "copy.damaged_record",
                fmt::format("The history of the copy from '{}' to '{}' is damaged: {}",
                            identity_.from, identity_.to, error.sentence()));
  return std::move(damaged).Hint(
      fmt::format("Bring '{}' back from a backup, or copy to another folder, which begins anew.",
                  store_.Locate(folder_)));
}

std::optional<CopyRecord> CopyLog::Read(int64_t number) {
  const std::string key = IntentKey(folder_, number);
  std::optional<CopyRecord> record;
  try {
    record = ReadCopyRecord(store_, key);
  } catch (const Error& error) {
    throw error.kind() == ErrorKind::kCorrupt ? Damaged(error) : error;
  }
  if (record && record->intent.copy != identity_) {
    throw Error(ErrorKind::kCorrupt, "copy.other_record",
                fmt::format("'{}' is the record of another copy, from '{}' to '{}'.",
                            store_.Locate(key), record->intent.copy.from, record->intent.copy.to));
  }
  return record;
}

std::vector<CopyRecord> CopyLog::ReadFrom(int64_t first) {
  std::vector<CopyRecord> records;
  for (int64_t number = first; number < next_number_; ++number) {
    auto record = Read(number);
    if (record && record->outcome) records.push_back(std::move(*record));
  }
  return records;
}

std::optional<CopyRecord> CopyLog::ReadLast() {
  for (int64_t number = next_number_ - 1; number > 0; --number) {
    auto record = Read(number);
    if (record && record->outcome && !record->outcome->files.empty()) return record;
  }
  return std::nullopt;
}

bool CopyLog::IsOurs(const std::string& key, const std::string& writer) {
  const auto there = ReadCopyRecord(store_, key);
  return there && there->intent.writer == writer;
}

bool CopyLog::IsOvertaken() {
  return store_.Head(IntentKey(folder_, next_number_), call_).has_value();
}

Error CopyLog::Conflict() const {
  return Error(ErrorKind::kConflict, "copy.conflict",
               fmt::format("Another process copies from '{}' to '{}' at the same time.",
                           identity_.from, identity_.to))
      .Hint("Nothing was written. Run the copy again when the other one is done.");
}

CopyRecord CopyLog::Begin(CopyIntent intent) {
  intent.copy = identity_;
  intent.started_ms = intent.started_ms == 0 ? clock_.NowMs() : intent.started_ms;
  intent.writer = base::MakeUuid(random_);
  const std::string key = IntentKey(folder_, next_number_);
  const io::PutOutcome put = store_.PutIfAbsent(key, IntentToJson(intent), call_);
  if (put == io::PutOutcome::kExists ||
      (put == io::PutOutcome::kUnknown && !IsOurs(key, intent.writer))) {
    throw Conflict();
  }
  return {.number = next_number_++, .intent = std::move(intent), .outcome = {}};
}

void CopyLog::Put(const CopyRecord& record, CopyOutcome outcome) {
  outcome.finished_ms = clock_.NowMs();
  const std::string key = OutcomeKey(record.number);
  // Of files as they are, both outcomes are true: the target is what the source is.
  if (!record.intent.cursor) return store_.Put(key, OutcomeToJson(outcome), call_);
  const io::PutOutcome put = store_.PutIfAbsent(key, OutcomeToJson(outcome), call_);
  if (put != io::PutOutcome::kCreated) TakeBack(record, outcome);
}

// The first outcome counts. What it does not name was never published, whatever lies there.
void CopyLog::TakeBack(const CopyRecord& record, const CopyOutcome& outcome) {
  const auto there = Read(record.number);
  if (!there || !there->outcome) {
    throw Error(ErrorKind::kUnavailable, "copy.unknown_outcome",
                fmt::format("The storage did not say whether it took '{}'.",
                            store_.Locate(OutcomeKey(record.number))))
        .Hint("Run the copy again: it finds out what was published.");
  }
  std::vector<std::string> unnamed;
  for (const FinishedFile& file : outcome.files) {
    const auto& named = there->outcome->files;
    const bool known = std::ranges::find(named, file.key, &FinishedFile::key) != named.end();
    if (!known) unnamed.push_back(file.key);
  }
  if (unnamed.empty()) return;
  store_.DeleteMany(unnamed, call_);
  throw Error(ErrorKind::kConflict, "copy.conflict",
              fmt::format("Another process, perhaps on another machine, copies from '{}' to '{}' "
                          "and took this run for a killed one.",
                          identity_.from, identity_.to))
      .Hint("What this run wrote was taken away again. The other run copies the same rows.");
}

void CopyLog::Finish(const CopyRecord& record, std::vector<FinishedFile> files) {
  std::vector<std::string> keys;
  for (const FinishedFile& file : files) keys.push_back(file.key);
  store_.Sync(keys, call_);
  Put(record, {.finished_ms = 0, .recovered = false, .files = std::move(files)});
}

void CopyLog::Recover(const CopyRecord& record) {
  CopyOutcome outcome{.finished_ms = 0, .recovered = true, .files = {}};
  std::vector<std::string> keys;
  for (const PlannedFile& file : record.intent.files) {
    const auto there = store_.Head(file.key, call_);
    const bool published = there && (!file.replaced || *file.replaced != StampOf(*there)) &&
                           (!file.source || file.source->bytes == there->size_bytes);
    if (!published) continue;
    outcome.files.push_back({.key = file.key, .target = StampOf(*there)});
    keys.push_back(file.key);
  }
  store_.Sync(keys, call_);
  Put(record, std::move(outcome));
}

}  // namespace laguna::ingest
