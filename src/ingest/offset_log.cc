// SPDX-License-Identifier: Apache-2.0
#include "ingest/offset_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "base/error.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

constexpr const char* kFolder = "_laguna/streams";
constexpr uint64_t kEntryBytesMax = uint64_t{256} << 20;
constexpr uint64_t kSmallBytesMax = 16 << 20;
constexpr std::string_view kSuffix = ".json";

// The number of "<folder>17.json"; nothing for other names.
std::optional<int64_t> NumberOf(std::string_view key, std::string_view folder) {
  key.remove_prefix(folder.size());
  if (!key.ends_with(kSuffix)) return std::nullopt;
  key.remove_suffix(kSuffix.size());
  int64_t number = 0;
  const auto read = std::from_chars(key.data(), key.data() + key.size(), number);
  if (read.ec != std::errc() || read.ptr != key.data() + key.size()) return std::nullopt;
  return number;
}

std::vector<int64_t> NumbersIn(io::ObjectStore& store, const std::string& folder,
                               const io::Call& call) {
  std::vector<int64_t> numbers;
  for (const io::ObjectInfo& object : io::ListAll(store, folder, {}, call)) {
    if (const auto number = NumberOf(object.key, folder)) numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

// Names match without regard to case.
std::string RefreshKey(std::string table) {
  for (char& c : table) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return fmt::format("{}/refresh/{}.json", kFolder, table);
}

void CheckNoneIsMissing(const std::vector<int64_t>& numbers, const std::string& where) {
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == static_cast<int64_t>(i)) continue;
    throw Error(ErrorKind::kCorrupt, "stream.log_gap",
                fmt::format("{}{}.json is missing, but later ones are there.", where, i))
        .Hint("Put the file back from a backup, or read everything again with --full-refresh.");
  }
}

}  // namespace

OffsetLog::OffsetLog(io::ObjectStore& store, std::string stream_id)
    : store_(store),
      stream_id_(std::move(stream_id)),
      folder_(fmt::format("{}/{}/", kFolder, stream_id_)) {}

std::string OffsetLog::EntryKey(int64_t batch) const {
  return fmt::format("{}offsets/{}.json", folder_, batch);
}

std::vector<OffsetEntry> OffsetLog::Read(const io::Call& call) const {
  const std::string folder = folder_ + "offsets/";
  const auto numbers = NumbersIn(store_, folder, call);
  CheckNoneIsMissing(numbers, folder);
  std::vector<OffsetEntry> entries;
  for (const int64_t batch : numbers) {
    const std::string key = EntryKey(batch);
    const std::string text = io::ReadAll(store_, key, kEntryBytesMax, call);
    entries.push_back(ParseOffsetEntry(text, store_.Locate(key), batch));
  }
  return entries;
}

void OffsetLog::Append(const OffsetEntry& entry, const io::Call& call) {
  const std::string key = EntryKey(entry.batch);
  const std::string text = ToText(entry);
  const io::PutOutcome outcome = store_.PutIfAbsent(key, text, call);
  if (outcome == io::PutOutcome::kCreated) return;
  if (outcome == io::PutOutcome::kUnknown && store_.Head(key, call)) {
    if (io::ReadAll(store_, key, kEntryBytesMax, call) == text) return;
  } else if (outcome == io::PutOutcome::kUnknown) {
    throw Error(ErrorKind::kUnavailable, "stream.log_unknown",
                fmt::format("Whether {} was written is unknown.", store_.Locate(key)))
        .Hint("Run it again; a batch is read once all the same.");
  }
  throw Error(ErrorKind::kConflict, "stream.two_writers",
              fmt::format("Another process has just planned batch {} of this stream ({}).",
                          entry.batch, store_.Locate(key)))
      .Hint("Run it again; it goes on behind the other's batch.");
}

std::vector<PinnedSource> OffsetLog::ReadPinned(const io::Call& call) const {
  const std::string folder = folder_ + "sources/";
  const auto numbers = NumbersIn(store_, folder, call);
  CheckNoneIsMissing(numbers, folder);
  std::vector<PinnedSource> sources;
  for (const int64_t number : numbers) {
    const std::string key = fmt::format("{}{}.json", folder, number);
    const std::string text = io::ReadAll(store_, key, kSmallBytesMax, call);
    sources.push_back(ParsePinnedSource(text, store_.Locate(key)));
  }
  return sources;
}

void OffsetLog::Pin(const std::vector<PinnedSource>& sources, const io::Call& call) {
  for (size_t i = 0; i < sources.size(); ++i) {
    store_.Put(fmt::format("{}sources/{}.json", folder_, i), ToText(sources[i]), call);
  }
}

bool IsRefreshing(io::ObjectStore& store, const std::string& table, const io::Call& call) {
  return store.Head(RefreshKey(table), call).has_value();
}

void BeginRefresh(io::ObjectStore& store, const std::string& table, const io::Call& call) {
  store.Put(RefreshKey(table), "{}\n", call);
}

void EndRefresh(io::ObjectStore& store, const std::string& table, const io::Call& call) {
  const std::vector<std::string> keys = {RefreshKey(table)};
  store.DeleteMany(keys, call);
}

}  // namespace laguna::ingest
