// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/copy_ledger.h"

#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using base::Json;
using base::JsonView;

constexpr int64_t kFormat = 1;
// Reading as many records costs some milliseconds.
constexpr size_t kRecordsUnkeptMax = 64;
// Of more files the sum would be larger than what it saves.
constexpr size_t kEntriesMax = 100'000;
constexpr uint64_t kBytesMax = uint64_t{128} << 20;
constexpr base::JsonLimits kLimits{.bytes_max = kBytesMax};

}  // namespace

CopyLedger CopyLedger::Read(io::ObjectStore& store, CopyLog& log, const io::Call& call) {
  const std::string key = log.folder() + "ledger.json";
  CopyLedger ledger;
  try {
    if (store.Head(key, call)) ledger.Load(store, log, key);
  } catch (const Error& error) {
    const bool damaged = error.kind() == ErrorKind::kCorrupt ||
                         error.kind() == ErrorKind::kExhausted ||
                         error.kind() == ErrorKind::kNotFound;
    if (!damaged) throw;
    ledger = {};  // the records say the same
  }
  const std::vector<CopyRecord> records = log.ReadFrom(ledger.number_ + 1);
  for (const CopyRecord& record : records) ledger.Add(record);
  if (records.size() > kRecordsUnkeptMax && ledger.entries_.size() <= kEntriesMax) {
    store.Put(key, ledger.ToJson(), call);
  }
  return ledger;
}

const LedgerEntry* CopyLedger::Find(const std::string& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second;
}

void CopyLedger::Add(const CopyRecord& record) {
  number_ = record.number;
  writer_ = record.intent.writer;
  // What a killed run left may be anybody's file of that size: the bytes are compared.
  if (record.outcome->recovered) return;
  std::map<std::string_view, const PlannedFile*> planned;
  for (const PlannedFile& file : record.intent.files) planned.emplace(file.key, &file);
  for (const FinishedFile& file : record.outcome->files) {
    const auto plan = planned.find(file.key);
    if (plan == planned.end() || !plan->second->source) continue;
    entries_.insert_or_assign(file.key, LedgerEntry{*plan->second->source, file.target});
  }
}

std::string CopyLedger::ToJson() const {
  Json files = Json::object();
  for (const auto& [key, entry] : entries_) {
    files[key] = {{"source", StampToJson(entry.source)}, {"target", StampToJson(entry.target)}};
  }
  return base::DumpJson(Json{
      {"format", kFormat}, {"number", number_}, {"writer", writer_}, {"files", std::move(files)}});
}

void CopyLedger::Load(io::ObjectStore& store, CopyLog& log, const std::string& key) {
  const std::string file = store.Locate(key);
  const Json json =
      base::ParseJson(io::ReadAll(store, key, kBytesMax), file, ErrorKind::kCorrupt, kLimits);
  const JsonView view(json, file, ErrorKind::kCorrupt);
  if (view.Require("format").AsInteger() != kFormat) return;
  const int64_t number = view.Require("number").AsInteger();
  const std::string writer = view.Require("writer").AsString();
  const auto last = number > 0 && number < log.next_number()
                        ? ReadCopyRecord(store, IntentKey(log.folder(), number))
                        : std::nullopt;
  if (!last || !last->outcome || last->intent.writer != writer) return;
  CopyLedger kept;
  for (const auto& [name, entry] : view.Require("files").Members()) {
    kept.entries_.emplace(name, LedgerEntry{StampFromJson(entry.Require("source")),
                                            StampFromJson(entry.Require("target"))});
  }
  kept.number_ = number;
  kept.writer_ = writer;
  *this = std::move(kept);
}

}  // namespace laguna::ingest
