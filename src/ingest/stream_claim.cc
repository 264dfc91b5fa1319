// SPDX-License-Identifier: Apache-2.0
#include "ingest/stream_claim.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "ingest/lake_table_name.h"
#include "ingest/stream_object.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using base::Json;
using base::JsonView;

constexpr int64_t kFormat = 1;
constexpr uint64_t kBytesMax = 1 << 20;
constexpr const char* kSuffix = ".json";

// Names match without regard to case.
std::string FolderOf(const std::string& table) {
  const std::vector<std::string> parts = NameParts(table);
  std::string folder = fmt::format("{}/tables/{}/{}/", kStreamsFolder, parts[1], parts[2]);
  std::ranges::transform(folder, folder.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return folder;
}

std::string ToText(const StreamClaim& claim) {
  const Json json = {
      {"format", kFormat}, {"stream", claim.stream_id}, {"confirmed", claim.confirmed}};
  return base::DumpJson(json) + "\n";
}

StreamClaim ClaimFrom(const std::string& text, const std::string& file, int64_t number) {
  const Json json = base::ParseJson(text, file, ErrorKind::kCorrupt);
  const JsonView view(json, file, ErrorKind::kCorrupt);
  const int64_t format = view.Require("format").AsInteger();
  if (format != kFormat) throw NewerFormat(file, format, kFormat);
  return {.number = number,
          .stream_id = view.Require("stream").AsString(),
          .confirmed = view.Require("confirmed").AsBoolean()};
}

}  // namespace

StreamClaims::StreamClaims(io::ObjectStore& store, const std::string& table)
    : store_(store), table_(table), folder_(FolderOf(table)) {}

std::string StreamClaims::KeyOf(int64_t number) const {
  return fmt::format("{}{}{}", folder_, number, kSuffix);
}

StreamClaim StreamClaims::Read(int64_t number, const io::Call& call) const {
  const std::string key = KeyOf(number);
  const std::string text = io::ReadAll(store_, key, kBytesMax, call);
  return ReadStreamObject(store_.Locate(key),
                          [&](const std::string& file) { return ClaimFrom(text, file, number); });
}

StreamClaim StreamClaims::Last(const io::Call& call) const {
  const auto numbers = NumbersIn(store_, folder_, kSuffix, call);
  return numbers.empty() ? StreamClaim{} : Read(numbers.back(), call);
}

StreamClaim StreamClaims::Claim(const StreamClaim& last, const std::string& stream_id,
                                const io::Call& call) {
  const StreamClaim claim{.number = last.number + 1, .stream_id = stream_id};
  if (PutOnce(store_, KeyOf(claim.number), ToText(claim), call)) return claim;
  throw Error(ErrorKind::kConflict, "stream.two_writers",
              fmt::format("Another process has just begun to feed {}.", table_))
      .Hint("Nothing was changed. Run it again; it goes on behind the other's batch.")
      .With("table", table_);
}

void StreamClaims::Confirm(const StreamClaim& claim, const std::string& replaced,
                           const io::Call& call) {
  StreamClaim confirmed = claim;
  confirmed.confirmed = true;
  store_.Put(KeyOf(claim.number), ToText(confirmed), call);
  if (replaced != claim.stream_id) RemoveStream(store_, replaced, call);
  for (int64_t number = claim.number - 1; number >= 0; --number) {
    StreamClaim earlier = Read(number, call);
    if (earlier.stream_id.empty()) return;
    RemoveStream(store_, earlier.stream_id, call);
    earlier.stream_id.clear();
    store_.Put(KeyOf(number), ToText(earlier), call);
  }
}

}  // namespace laguna::ingest
