// SPDX-License-Identifier: Apache-2.0
#include "ingest/decode/text_records_function.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "duckdb/function/table_function.hpp"
#include "engine/duckdb.h"
#include "engine/guard.h"
#include "ingest/csv_records.h"
#include "ingest/decode/engine_file.h"
#include "ingest/json_records.h"
#include "ingest/text_records.h"

namespace laguna::ingest {
namespace {

using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::Vector;

// A long file of lines is read by several threads, each a part of it at a time.
constexpr uint64_t kPartBytes = uint64_t{16} << 20;
// A chunk of rows ends when it has so much text.
constexpr size_t kChunkBytesMax = size_t{8} << 20;

struct Settings final : duckdb::TableFunctionData {
  // Nothing for JSON.
  std::optional<CsvDialect> dialect;
  size_t columns = 0;
  std::vector<std::string> paths;
};

// What a thread reads at a time: a file, or a part of one.
struct Part {
  std::string path;
  uint64_t begin = 0;
  // Nothing: to the end of the file.
  std::optional<uint64_t> end = std::nullopt;
};

class Parts final : public duckdb::GlobalTableFunctionState {
 public:
  explicit Parts(const Settings& settings) : settings_(settings) {}
  idx_t MaxThreads() const override { return MAX_THREADS; }

  // With its number in the order of all rows.
  std::optional<std::pair<Part, idx_t>> Next(duckdb::ClientContext& context) {
    const std::scoped_lock lock(mutex_);
    if (waiting_.empty() && next_file_ < settings_.paths.size()) {
      Divide(context, settings_.paths[next_file_++]);
    }
    if (waiting_.empty()) return std::nullopt;
    Part part = std::move(waiting_.front());
    waiting_.pop_front();
    return std::pair(std::move(part), number_++);
  }

 private:
  void Divide(duckdb::ClientContext& context, const std::string& path) {
    Part part{.path = path};
    if (!settings_.dialect && !IsPackedName(path)) {
      EngineFile file(context, path);
      const uint64_t size = file.SizeBytes();
      TextWindow window([&](std::span<char> bytes) { return file.Read(bytes); });
      if (size > kPartBytes && ShapeOfJson(window) == JsonShape::kLines) {
        for (; part.begin + kPartBytes < size; part.begin += kPartBytes) {
          part.end = part.begin + kPartBytes;
          waiting_.push_back(part);
        }
        part.end = size;
      }
    }
    waiting_.push_back(std::move(part));
  }

  const Settings& settings_;
  std::mutex mutex_;
  size_t next_file_ = 0;
  std::deque<Part> waiting_;
  idx_t number_ = 0;
};

// One part while it is read.
class OpenPart {
 public:
  OpenPart(duckdb::ClientContext& context, const Settings& settings, Part part)
      : part_(std::move(part)),
        file_(context, part_.path),
        window_([this](std::span<char> bytes) { return file_.Read(bytes); }, FirstByte()) {
    if (FirstByte() > 0) file_.Seek(FirstByte());
    if (settings.dialect) {
      cutter_ = std::make_unique<CsvRecords>(window_, *settings.dialect, settings.columns);
    } else if (part_.end) {
      cutter_ = std::make_unique<JsonRecords>(window_, *part_.end, part_.begin > 0);
    } else {
      cutter_ = std::make_unique<JsonRecords>(window_);
    }
  }

  bool Next(TextRecord& record) { return cutter_->Next(record); }
  [[nodiscard]] const std::string& path() const { return part_.path; }
  [[nodiscard]] bool knows_lines() const { return part_.begin == 0; }

 private:
  // A line begins at a part's first byte when the byte before it ends one.
  [[nodiscard]] uint64_t FirstByte() const { return part_.begin > 0 ? part_.begin - 1 : 0; }

  const Part part_;
  EngineFile file_;
  TextWindow window_;
  std::unique_ptr<RecordCutter> cutter_;
};

struct Reader final : duckdb::LocalTableFunctionState {
  std::unique_ptr<OpenPart> part;
  idx_t number = 0;
};

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& /*context*/,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<std::string>& names) {
  return engine::Guarded([&]() -> duckdb::unique_ptr<duckdb::FunctionData> {
    auto settings = duckdb::make_uniq<Settings>();
    const std::string name = kTextRecordsFunction;
    const base::Json json = base::ParseJson(input.inputs[0].GetValue<std::string>(), name,
                                            base::ErrorKind::kInvalidInput);
    const base::JsonView view(json, name, base::ErrorKind::kInvalidInput);
    if (const auto dialect = view.Find("dialect")) {
      settings->dialect = DialectFromJson(*dialect);
      settings->columns = static_cast<size_t>(view.Require("columns").AsInteger());
    }
    for (const duckdb::Value& path : duckdb::ListValue::GetChildren(input.inputs[1])) {
      settings->paths.push_back(path.GetValue<std::string>());
    }
    names = {"path", "line", "byte_offset", "text", "cells", "reason"};
    types = {LogicalType::VARCHAR,
             LogicalType::BIGINT,
             LogicalType::BIGINT,
             LogicalType::VARCHAR,
             LogicalType::LIST(LogicalType::VARCHAR),
             LogicalType::VARCHAR};
    return settings;
  });
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext& /*context*/,
                                                           duckdb::TableFunctionInitInput& input) {
  return duckdb::make_uniq<Parts>(input.bind_data->Cast<Settings>());
}

duckdb::unique_ptr<duckdb::LocalTableFunctionState> StartThread(
    duckdb::ExecutionContext& /*context*/, duckdb::TableFunctionInitInput& /*input*/,
    duckdb::GlobalTableFunctionState* /*parts*/) {
  return duckdb::make_uniq<Reader>();
}

void PutText(Vector& vector, idx_t row, std::string_view text) {
  duckdb::FlatVector::GetData<duckdb::string_t>(vector)[row] =
      duckdb::StringVector::AddStringOrBlob(vector, text.data(), text.size());
}

void PutCells(Vector& vector, idx_t row, const std::vector<std::optional<std::string>>& cells) {
  const idx_t begin = duckdb::ListVector::GetListSize(vector);
  duckdb::ListVector::Reserve(vector, begin + cells.size());
  Vector& child = duckdb::ListVector::GetEntry(vector);
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i]) {
      PutText(child, begin + i, *cells[i]);
    } else {
      duckdb::FlatVector::SetNull(child, begin + i, true);
    }
  }
  duckdb::ListVector::SetListSize(vector, begin + cells.size());
  duckdb::FlatVector::GetData<duckdb::list_entry_t>(vector)[row] = {begin, cells.size()};
}

void PutRecord(duckdb::DataChunk& output, idx_t row, const OpenPart& part,
               const TextRecord& record) {
  PutText(output.data[0], row, part.path());
  if (part.knows_lines()) {
    duckdb::FlatVector::GetData<int64_t>(output.data[1])[row] = record.line;
  } else {
    duckdb::FlatVector::SetNull(output.data[1], row, true);
  }
  duckdb::FlatVector::GetData<int64_t>(output.data[2])[row] =
      static_cast<int64_t>(record.byte_offset);
  PutText(output.data[3], row, record.text);
  const bool is_record = record.reason.empty();
  if (is_record) {
    PutCells(output.data[4], row, record.cells);
    duckdb::FlatVector::SetNull(output.data[5], row, true);
  } else {
    duckdb::FlatVector::SetNull(output.data[4], row, true);
    PutText(output.data[5], row, record.reason);
  }
}

void Emit(duckdb::ClientContext& context, duckdb::TableFunctionInput& input,
          duckdb::DataChunk& output) {
  engine::Guarded([&] {
    auto& reader = input.local_state->Cast<Reader>();
    auto& parts = input.global_state->Cast<Parts>();
    idx_t rows = 0;
    size_t bytes = 0;
    TextRecord record;
    while (rows < STANDARD_VECTOR_SIZE && bytes < kChunkBytesMax) {
      if (!reader.part) {
        // The rows of a chunk are of one part.
        if (rows > 0) break;
        auto next = parts.Next(context);
        if (!next) break;
        reader.part = std::make_unique<OpenPart>(context, input.bind_data->Cast<Settings>(),
                                                 std::move(next->first));
        reader.number = next->second;
      }
      if (!reader.part->Next(record)) {
        reader.part.reset();
        continue;
      }
      bytes += record.text.size();
      PutRecord(output, rows++, *reader.part, record);
    }
    output.SetCardinality(rows);
  });
}

duckdb::OperatorPartitionData PartitionOf(duckdb::ClientContext& /*context*/,
                                          duckdb::TableFunctionGetPartitionInput& input) {
  return duckdb::OperatorPartitionData(input.local_state->Cast<Reader>().number);
}

}  // namespace

void RegisterTextRecords(duckdb::ExtensionLoader& loader) {
  duckdb::TableFunction function(kTextRecordsFunction,
                                 {LogicalType::VARCHAR, LogicalType::LIST(LogicalType::VARCHAR)},
                                 Emit, Bind, Start, StartThread);
  function.get_partition_data = PartitionOf;
  loader.RegisterFunction(std::move(function));
}

}  // namespace laguna::ingest
