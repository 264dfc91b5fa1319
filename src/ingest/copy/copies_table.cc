// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/copies_table.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/iso_time.h"
#include "ingest/copy/copy_log.h"

namespace laguna::ingest {
namespace {

using engine::Null;
using engine::Value;
using engine::ValueList;

std::vector<engine::RowColumn> Columns() {
  return {{"started", "TIMESTAMP WITH TIME ZONE"},
          {"from", "VARCHAR"},
          {"to", "VARCHAR"},
          {"mode", "VARCHAR"},
          {"file", "VARCHAR"},
          {"rows", "BIGINT"},
          {"bytes", "BIGINT"},
          {"cursor_from", "VARCHAR"},
          {"cursor_to", "VARCHAR"}};
}

Value OrNull(const std::optional<std::string>& text) {
  return text ? Value(*text) : Value(Null{});
}

const PlannedFile* PlanOf(const CopyRecord& record, const std::string& key) {
  const auto& files = record.intent.files;
  const auto found = std::ranges::find(files, key, &PlannedFile::key);
  return found == files.end() ? nullptr : &*found;
}

ValueList RowOf(const CopyRecord& record, const FinishedFile& file) {
  const CopyIntent& intent = record.intent;
  const PlannedFile* plan = PlanOf(record, file.key);
  const CursorState cursor = intent.cursor.value_or(CursorState{});
  const bool counted = plan != nullptr && plan->rows.has_value();
  return {engine::Typed{"TIMESTAMP WITH TIME ZONE", base::FormatIsoMs(intent.started_ms)},
          intent.copy.from,
          intent.copy.to,
          intent.copy.mode,
          file.key,
          counted ? Value(*plan->rows) : Value(Null{}),
          static_cast<int64_t>(file.target.bytes),
          OrNull(cursor.from),
          OrNull(cursor.to)};
}

std::vector<std::string> IntentKeys(io::ObjectStore& store) {
  std::vector<std::string> keys;
  for (io::ObjectInfo& object : io::ListAll(store, kCopiesPrefix)) {
    if (CopyNumberOf(object.key)) keys.push_back(std::move(object.key));
  }
  return keys;
}

// One record in memory at a time.
class CopiesReader final : public engine::RowReader {
 public:
  explicit CopiesReader(io::ObjectStore& store) : store_(store), keys_(IntentKeys(store)) {}

  std::vector<ValueList> Next(size_t rows_max) override {
    std::vector<ValueList> rows;
    while (rows.size() < rows_max && Advance()) {
      rows.push_back(RowOf(*record_, record_->outcome->files[next_file_++]));
    }
    return rows;
  }

 private:
  // To a record that has another file; false after the last.
  bool Advance() {
    while (!record_ || !record_->outcome || next_file_ == record_->outcome->files.size()) {
      if (next_key_ == keys_.size()) return false;
      record_ = ReadCopyRecord(store_, keys_[next_key_++]);
      next_file_ = 0;
    }
    return true;
  }

  io::ObjectStore& store_;
  const std::vector<std::string> keys_;
  size_t next_key_ = 0;
  std::optional<CopyRecord> record_;
  size_t next_file_ = 0;
};

}  // namespace

std::vector<CopyRecord> CopyHistory(io::ObjectStore& store) {
  std::vector<CopyRecord> records;
  for (const std::string& key : IntentKeys(store)) {
    if (auto record = ReadCopyRecord(store, key)) records.push_back(std::move(*record));
  }
  return records;
}

engine::RowSource CopiesTable(io::ObjectStore& store) {
  return {.name = "copies",
          .options = {},
          .columns = [](const engine::NamedValues&) { return Columns(); },
          .open =
              [&store](const engine::NamedValues&) {
                return std::unique_ptr<engine::RowReader>(std::make_unique<CopiesReader>(store));
              }};
}

}  // namespace laguna::ingest
