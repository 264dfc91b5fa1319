// SPDX-License-Identifier: Apache-2.0
#include "ingest/stream_object.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/error.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

constexpr uint64_t kObjectBytesMax = uint64_t{1} << 30;
constexpr size_t kUuidLength = 36;

std::optional<int64_t> NumberOf(std::string_view key, std::string_view folder,
                                std::string_view suffix) {
  key.remove_prefix(folder.size());
  if (!key.ends_with(suffix)) return std::nullopt;
  key.remove_suffix(suffix.size());
  int64_t number = 0;
  const auto read = std::from_chars(key.data(), key.data() + key.size(), number);
  if (read.ec != std::errc() || read.ptr != key.data() + key.size() || number < 0) {
    return std::nullopt;
  }
  return number;
}

bool IsStreamId(std::string_view text) {
  return text.size() == kUuidLength &&
         text.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

}  // namespace

std::vector<int64_t> NumbersIn(io::ObjectStore& store, const std::string& folder,
                               std::string_view suffix, const io::Call& call) {
  std::vector<int64_t> numbers;
  for (const io::ObjectInfo& object : io::ListAll(store, folder, {}, call)) {
    if (const auto number = NumberOf(object.key, folder, suffix)) numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

bool PutOnce(io::ObjectStore& store, const std::string& key, const std::string& text,
             const io::Call& call) {
  const io::PutOutcome outcome = store.PutIfAbsent(key, text, call);
  if (outcome != io::PutOutcome::kUnknown) return outcome == io::PutOutcome::kCreated;
  if (store.Head(key, call)) return io::ReadAll(store, key, kObjectBytesMax, call) == text;
  throw Error(ErrorKind::kUnavailable, "stream.log_unknown",
              fmt::format("Whether {} was written is unknown.", store.Locate(key)))
      .Hint("Run it again; a batch is read once all the same.");
}

Error Damaged(const std::string& file, const Error& error) {
  const std::string& sentence = error.sentence();
  return Error(ErrorKind::kCorrupt, "stream.log_damaged",
               sentence.find(file) == std::string::npos
                   ? fmt::format("{} is damaged: {}", file, sentence)
                   : fmt::format("A file of the stream is damaged: {}", sentence))
      .Hint(
          "Put it back from a backup, or read everything again with laguna pipeline run "
          "--full-refresh.")
      .With("path", file);
}

Error NewerFormat(const std::string& file, int64_t format, int64_t known) {
  return Error(ErrorKind::kUnsupported, "stream.log_newer",
               fmt::format("{} was written by a newer Laguna: it has format {}, and this one knows "
                           "{}.",
                           file, format, known))
      .Hint("Run the Laguna that wrote it, or a later one.")
      .With("path", file);
}

void RemoveStream(io::ObjectStore& store, const std::string& stream_id, const io::Call& call) {
  if (!IsStreamId(stream_id)) return;
  std::vector<std::string> keys;
  for (const io::ObjectInfo& object :
       io::ListAll(store, fmt::format("{}/{}/", kStreamsFolder, stream_id), {}, call)) {
    keys.push_back(object.key);
  }
  if (!keys.empty()) store.DeleteMany(keys, call);
}

}  // namespace laguna::ingest
