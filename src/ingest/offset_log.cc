// SPDX-License-Identifier: Apache-2.0
#include "ingest/offset_log.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "base/error.h"
#include "ingest/stream_object.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

constexpr uint64_t kEntryBytesMax = uint64_t{256} << 20;
constexpr uint64_t kLedgerBytesMax = uint64_t{1} << 30;
constexpr uint64_t kSmallBytesMax = 16 << 20;
constexpr const char* kObject = ".json";
constexpr const char* kLedger = ".jsonl";
// While another process condenses the log.
constexpr int kReadingsMax = 3;

// `numbers` go up from `first`.
void CheckNoneIsMissing(const std::vector<int64_t>& numbers, int64_t first,
                        const std::string& where) {
  for (size_t i = 0; i < numbers.size(); ++i) {
    const int64_t expected = first + static_cast<int64_t>(i);
    if (numbers[i] == expected) continue;
    throw Error(ErrorKind::kCorrupt, "stream.log_gap",
                fmt::format("{}{}.json is missing, but later ones are there.", where, expected))
        .Hint(
            "Put the file back from a backup, or read everything again with laguna pipeline run "
            "--full-refresh.");
  }
}

}  // namespace

OffsetLog::OffsetLog(io::ObjectStore& store, std::string stream_id)
    : store_(store),
      stream_id_(std::move(stream_id)),
      folder_(fmt::format("{}/{}/", kStreamsFolder, stream_id_)) {}

std::string OffsetLog::EntryKey(int64_t batch) const {
  return fmt::format("{}offsets/{}{}", folder_, batch, kObject);
}

std::string OffsetLog::LedgerKey(int64_t batch) const {
  return fmt::format("{}ledger/{}{}", folder_, batch, kLedger);
}

int64_t OffsetLog::LastInLedger(const io::Call& call) const {
  const auto numbers = NumbersIn(store_, folder_ + "ledger/", kLedger, call);
  return numbers.empty() ? -1 : numbers.back();
}

std::vector<OffsetEntry> OffsetLog::Read(const io::Call& call) {
  for (int reading = 1;; ++reading) {
    condensed_ = LastInLedger(call);
    try {
      return ReadBehind(condensed_, call);
    } catch (const Error&) {
      if (reading == kReadingsMax || LastInLedger(call) == condensed_) throw;
    }
  }
}

std::vector<OffsetEntry> OffsetLog::ReadBehind(int64_t condensed, const io::Call& call) const {
  std::vector<OffsetEntry> entries = ReadLedger(condensed, call);
  const std::string folder = folder_ + "offsets/";
  auto numbers = NumbersIn(store_, folder, kObject, call);
  // What a process that was killed has not deleted.
  std::erase_if(numbers, [&](int64_t number) { return number <= condensed; });
  CheckNoneIsMissing(numbers, condensed + 1,
                     store_.Locate(folder.substr(0, folder.size() - 1)) + "/");
  for (const int64_t batch : numbers) {
    const std::string key = EntryKey(batch);
    const std::string text = io::ReadAll(store_, key, kEntryBytesMax, call);
    entries.push_back(ReadStreamObject(store_.Locate(key), [&](const std::string& file) {
      return ParseOffsetEntry(text, file, batch);
    }));
  }
  return entries;
}

std::vector<OffsetEntry> OffsetLog::ReadLedger(int64_t last, const io::Call& call) const {
  std::vector<OffsetEntry> entries;
  if (last < 0) return entries;
  const std::string key = LedgerKey(last);
  const std::string text = io::ReadAll(store_, key, kLedgerBytesMax, call);
  const std::string file = store_.Locate(key);
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const auto batch = static_cast<int64_t>(entries.size());
    entries.push_back(ReadStreamObject(file, [&](const std::string&) {
      return ParseOffsetEntry(rest.substr(0, end), file, batch);
    }));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (static_cast<int64_t>(entries.size()) == last + 1) return entries;
  throw Damaged(file,
                Error(ErrorKind::kCorrupt, "stream.log_gap",
                      fmt::format("it has {} lines instead of {}.", entries.size(), last + 1)));
}

void OffsetLog::Append(const OffsetEntry& entry, const io::Call& call) {
  const std::string key = EntryKey(entry.batch);
  if (PutOnce(store_, key, ToText(entry), call)) return;
  throw Error(ErrorKind::kConflict, "stream.two_writers",
              fmt::format("Another process has just planned batch {} of this stream ({}).",
                          entry.batch, store_.Locate(key)))
      .Hint("Run it again; it goes on behind the other's batch.");
}

void OffsetLog::Condense(const std::vector<OffsetEntry>& entries, int64_t last_committed,
                         const io::Call& call) {
  if (last_committed - condensed_ < kCondensedTogether) return;
  std::string text;
  for (int64_t batch = 0; batch <= last_committed; ++batch) {
    text += ToText(entries.at(static_cast<size_t>(batch)));
    if (text.size() > kLedgerBytesMax) return;
  }
  if (!PutOnce(store_, LedgerKey(last_committed), text, call)) return;
  condensed_ = last_committed;
  DeleteCondensed(last_committed, call);
}

void OffsetLog::DeleteCondensed(int64_t last, const io::Call& call) {
  std::vector<std::string> keys;
  for (const int64_t batch : NumbersIn(store_, folder_ + "ledger/", kLedger, call)) {
    if (batch < last) keys.push_back(LedgerKey(batch));
  }
  for (const int64_t batch : NumbersIn(store_, folder_ + "offsets/", kObject, call)) {
    if (batch <= last) keys.push_back(EntryKey(batch));
  }
  store_.DeleteMany(keys, call);
}

std::vector<PinnedSource> OffsetLog::ReadPinned(const io::Call& call) const {
  const std::string folder = folder_ + "sources/";
  const auto numbers = NumbersIn(store_, folder, kObject, call);
  CheckNoneIsMissing(numbers, 0, store_.Locate(folder.substr(0, folder.size() - 1)) + "/");
  std::vector<PinnedSource> sources;
  for (const int64_t number : numbers) {
    const std::string key = fmt::format("{}{}{}", folder, number, kObject);
    const std::string text = io::ReadAll(store_, key, kSmallBytesMax, call);
    sources.push_back(ReadStreamObject(store_.Locate(key), [&](const std::string& file) {
      return ParsePinnedSource(text, file);
    }));
  }
  return sources;
}

void OffsetLog::Pin(const std::vector<PinnedSource>& sources, const io::Call& call) {
  for (size_t i = 0; i < sources.size(); ++i) {
    store_.Put(fmt::format("{}sources/{}{}", folder_, i, kObject), ToText(sources[i]), call);
  }
}

}  // namespace laguna::ingest
