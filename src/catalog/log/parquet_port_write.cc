// SPDX-License-Identifier: Apache-2.0
// Writing drives DuckDB's Parquet copy function by hand, because rows come from outside any plan.
// The columns' paths make a tree; batches fill its vectors from the leaves up. While one row group
// is encoded and compressed on a thread of its own, the rows of the next are made.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/assert.h"
#include "catalog/log/parquet_port.h"
#include "catalog/type_map.h"
#include "duckdb/catalog/catalog.hpp"
#include "duckdb/catalog/catalog_entry/copy_function_catalog_entry.hpp"
#include "duckdb/common/string_util.hpp"
#include "duckdb/common/types/column/column_data_collection.hpp"
#include "duckdb/common/vector_operations/vector_operations.hpp"
#include "duckdb/main/connection.hpp"
#include "duckdb/parser/parsed_data/copy_info.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using delta::PortBatch;
using delta::PortColumn;
using delta::PortType;
using delta::PortValues;
using duckdb::idx_t;
using duckdb::LogicalType;

// A field of the file: a struct with children, or the leaf that column `column` fills.
struct Field {
  std::string name;
  LogicalType type;
  size_t column = 0;
  // The column that says in which rows the field is set.
  size_t marker = 0;
  std::vector<Field> children;
};

LogicalType LeafType(const PortColumn& column) {
  switch (column.type) {
    case PortType::kTyped:
      return ToDuckdb(column.value_type, column.below.empty() ? column.path : column.below.back());
    case PortType::kInteger:
      return LogicalType::INTEGER;
    case PortType::kLong:
      return LogicalType::BIGINT;
    case PortType::kBoolean:
      return LogicalType::BOOLEAN;
    case PortType::kTextMap:
      return LogicalType::MAP(LogicalType::VARCHAR, LogicalType::VARCHAR);
    case PortType::kTextList:
      return LogicalType::LIST(LogicalType::VARCHAR);
    case PortType::kText:
    case PortType::kJson:
      return LogicalType::VARCHAR;
  }
  return LogicalType::VARCHAR;
}

std::vector<std::string> StepsTo(const PortColumn& column) {
  auto steps = duckdb::StringUtil::Split(column.path, '.');
  steps.insert(steps.end(), column.below.begin(), column.below.end());
  return {steps.begin(), steps.end()};
}

// The fields of a file, made column by column.
class FieldTree {
 public:
  explicit FieldTree(std::span<const PortColumn> columns) : columns_(columns) {
    for (size_t i = 0; i < columns.size(); ++i) Plant(fields_, StepsTo(columns[i]), i);
  }
  std::vector<Field> Take() { return std::move(fields_); }

 private:
  // Fields of one struct stand together.
  void Plant(std::vector<Field>& fields, std::span<const std::string> steps, size_t number) {
    const std::string& name = steps.front();
    if (steps.size() == 1) {
      fields.push_back({name, LeafType(columns_[number]), number, number, {}});
      return;
    }
    if (fields.empty() || fields.back().name != name) {
      fields.push_back({name, {}, 0, MarkerOf(number), {}});
    }
    Plant(fields.back().children, steps.subspan(1), number);
  }

  // Of the structs that begin with the column.
  [[nodiscard]] size_t MarkerOf(size_t number) const {
    const std::string& set_with = columns_[number].set_with;
    if (set_with.empty()) return number;
    const auto marker = std::ranges::find_if(columns_, [&](const PortColumn& column) {
      return column.path == set_with && column.below.empty();
    });
    LAGUNA_ASSERT(marker != columns_.end());
    return static_cast<size_t>(marker - columns_.begin());
  }

  std::span<const PortColumn> columns_;
  std::vector<Field> fields_;
};

void SetStructTypes(std::vector<Field>& fields) {
  for (auto& field : fields) {
    if (field.children.empty()) continue;
    SetStructTypes(field.children);
    duckdb::child_list_t<LogicalType> children;
    for (const auto& child : field.children) children.emplace_back(child.name, child.type);
    field.type = LogicalType::STRUCT(std::move(children));
  }
}

// Which rows of a batch go into a chunk.
struct RowRange {
  size_t begin = 0;
  size_t count = 0;
};

// Of the batch's own bytes: the vector is copied before the next batch is made.
duckdb::string_t TextOf(std::string_view text) {
  return {text.data(), static_cast<uint32_t>(text.size())};
}

// Most columns are set in all rows of a batch or in none.
void SetValidity(duckdb::Vector& vector, const PortValues& values, RowRange rows) {
  const auto valid = std::span(values.valid).subspan(rows.begin, rows.count);
  const auto count = static_cast<size_t>(std::ranges::count_if(valid, std::identity()));
  if (count == rows.count) return;
  auto& validity = duckdb::FlatVector::Validity(vector);
  if (count == 0) return validity.SetAllInvalid(rows.count);
  for (size_t i = 0; i < rows.count; ++i) {
    if (valid[i] == 0) validity.SetInvalid(i);
  }
}

template <class Number>
void PutIntegers(duckdb::Vector& vector, const PortValues& values, RowRange rows) {
  auto* numbers = duckdb::FlatVector::GetData<Number>(vector);
  for (size_t i = 0; i < rows.count; ++i) {
    numbers[i] = static_cast<Number>(values.integers[rows.begin + i]);
  }
}

void PutTexts(duckdb::Vector& vector, const PortValues& values, RowRange rows) {
  auto* texts = duckdb::FlatVector::GetData<duckdb::string_t>(vector);
  for (size_t i = 0; i < rows.count; ++i) {
    const size_t row = rows.begin + i;
    if (values.valid[row] != 0) texts[i] = TextOf(values.texts[row]);
  }
}

void PutEntry(duckdb::Vector& vector, idx_t at, const std::optional<std::string_view>& text) {
  if (text) {
    duckdb::FlatVector::GetData<duckdb::string_t>(vector)[at] = TextOf(*text);
  } else {
    duckdb::FlatVector::SetNull(vector, at, true);
  }
}

void PutEntries(duckdb::Vector& vector, const PortValues& values, RowRange rows, bool is_map) {
  const size_t first = values.offsets[rows.begin];
  const size_t size = values.offsets[rows.begin + rows.count] - first;
  duckdb::ListVector::Reserve(vector, size);
  duckdb::ListVector::SetListSize(vector, size);
  auto* lists = duckdb::FlatVector::GetData<duckdb::list_entry_t>(vector);
  for (size_t i = 0; i < rows.count; ++i) {
    const size_t row = rows.begin + i;
    lists[i] = {values.offsets[row] - first, values.offsets[row + 1] - values.offsets[row]};
  }
  auto& entries =
      is_map ? duckdb::MapVector::GetValues(vector) : duckdb::ListVector::GetEntry(vector);
  for (size_t i = 0; i < size; ++i) {
    if (is_map) PutEntry(duckdb::MapVector::GetKeys(vector), i, values.keys[first + i]);
    PutEntry(entries, i, values.entries[first + i]);
  }
}

// Values that a text says. An instant is read as wall-clock time in UTC, whatever the session's
// zone.
void PutTyped(duckdb::Vector& vector, const PortValues& values, RowRange rows) {
  const bool is_binary = vector.GetType().id() == duckdb::LogicalTypeId::BLOB;
  if (is_binary) return PutTexts(vector, values, rows);
  const bool is_instant = vector.GetType().id() == duckdb::LogicalTypeId::TIMESTAMP_TZ;
  duckdb::Vector texts(LogicalType::VARCHAR, rows.count);
  SetValidity(texts, values, rows);
  PutTexts(texts, values, rows);
  duckdb::Vector made(is_instant ? LogicalType::TIMESTAMP : vector.GetType(), rows.count);
  std::string ignored;
  duckdb::VectorOperations::DefaultTryCast(texts, made, rows.count, &ignored);
  vector.Reinterpret(made);
}

void PutLeaf(duckdb::Vector& vector, const PortColumn& column, const PortValues& values,
             RowRange rows) {
  switch (column.type) {
    case PortType::kInteger:
      return PutIntegers<int32_t>(vector, values, rows);
    case PortType::kLong:
      return PutIntegers<int64_t>(vector, values, rows);
    case PortType::kBoolean:
      return PutIntegers<bool>(vector, values, rows);
    case PortType::kText:
    case PortType::kJson:
      return PutTexts(vector, values, rows);
    case PortType::kTyped:
      return PutTyped(vector, values, rows);
    case PortType::kTextMap:
      return PutEntries(vector, values, rows, true);
    case PortType::kTextList:
      return PutEntries(vector, values, rows, false);
  }
}

void PutField(duckdb::Vector& vector, const Field& field, std::span<const PortColumn> columns,
              const PortBatch& batch, RowRange rows) {
  SetValidity(vector, batch.columns[field.marker], rows);
  if (field.children.empty()) {
    return PutLeaf(vector, columns[field.column], batch.columns[field.column], rows);
  }
  auto& children = duckdb::StructVector::GetEntries(vector);
  for (size_t i = 0; i < field.children.size(); ++i) {
    PutField(*children[i], field.children[i], columns, batch, rows);
  }
}

// Less than the engine's own: a file of a few groups keeps two threads busy, and holds less memory.
constexpr idx_t kRowGroupRows = 20 * STANDARD_VECTOR_SIZE;

// Texts here are mostly different in every row, and of fifty columns few have a value: the engine's
// dictionaries, made for each column and row group, would take more time than all else.
constexpr int64_t kDictionaryEntriesMax = 1'000;
constexpr uint64_t kDictionaryBytesMax = uint64_t{64} << 10;

// One file being written. Dropped before Finish, it leaves nothing.
class FileWriter {
 public:
  FileWriter(duckdb::ClientContext& context, const std::string& location,
             std::span<const PortColumn> columns)
      : context_(context),
        columns_(columns),
        function_(ParquetFunction(context)),
        fields_(FieldTree(columns).Take()) {
    SetStructTypes(fields_);
    duckdb::vector<std::string> names;
    for (const auto& field : fields_) {
      names.push_back(field.name);
      types_.push_back(field.type);
    }
    duckdb::CopyInfo info;
    info.options["dictionary_size_limit"] = {duckdb::Value::BIGINT(kDictionaryEntriesMax)};
    info.options["string_dictionary_page_size_limit"] = {
        duckdb::Value::UBIGINT(kDictionaryBytesMax)};
    duckdb::CopyFunctionBindInput input(info);
    bound_ = function_.copy_to_bind(context, input, names, types_);
    file_ = function_.copy_to_initialize_global(context, *bound_, location);
    function_.copy_to_get_written_statistics(context, *bound_, *file_, statistics_);
  }

  void Append(const PortBatch& batch) {
    for (size_t begin = 0; begin < batch.rows; begin += STANDARD_VECTOR_SIZE) {
      const RowRange rows{begin, std::min<size_t>(STANDARD_VECTOR_SIZE, batch.rows - begin)};
      duckdb::DataChunk chunk;
      chunk.Initialize(context_, types_);
      for (size_t i = 0; i < fields_.size(); ++i) {
        PutField(chunk.data[i], fields_[i], columns_, batch, rows);
      }
      chunk.SetCardinality(rows.count);
      if (!group_) group_ = duckdb::make_uniq<duckdb::ColumnDataCollection>(context_, types_);
      group_->Append(chunk);
      if (group_->Count() >= kRowGroupRows) HandOver();
    }
  }

  uint64_t Finish() {
    HandOver();
    if (writing_.valid()) writing_.get();
    function_.copy_to_finalize(context_, *bound_, *file_);
    return statistics_.file_size_bytes;
  }

 private:
  using RowGroup = duckdb::unique_ptr<duckdb::ColumnDataCollection>;

  static duckdb::CopyFunction ParquetFunction(duckdb::ClientContext& context) {
    auto& system = duckdb::Catalog::GetSystemCatalog(context);
    return system.GetEntry<duckdb::CopyFunctionCatalogEntry>(context, DEFAULT_SCHEMA, "parquet")
        .function;
  }

  // The rows go behind those handed over before.
  void HandOver() {
    if (writing_.valid()) writing_.get();
    if (!group_) return;
    const auto shared = std::make_shared<RowGroup>(std::move(group_));
    const auto write = [this, shared] { Write(std::move(*shared)); };
    try {
      writing_ = std::async(std::launch::async, write);
    } catch (const std::system_error&) {
      // No thread to be had.
      write();
    }
  }

  void Write(RowGroup rows) {
    const auto prepared = function_.prepare_batch(context_, *bound_, *file_, std::move(rows));
    function_.flush_batch(context_, *bound_, *file_, *prepared);
  }

  duckdb::ClientContext& context_;
  std::span<const PortColumn> columns_;
  duckdb::CopyFunction function_;
  std::vector<Field> fields_;
  duckdb::vector<LogicalType> types_;
  duckdb::unique_ptr<duckdb::FunctionData> bound_;
  duckdb::unique_ptr<duckdb::GlobalFunctionData> file_;
  duckdb::CopyFunctionFileStatistics statistics_;
  RowGroup group_;
  // Uses what stands before it until it has ended.
  std::future<void> writing_;
};

}  // namespace

uint64_t DuckdbParquetPort::Write(const std::string& location, std::span<const PortColumn> columns,
                                  const std::function<bool(PortBatch&)>& produce,
                                  const io::Call& call) {
  duckdb::Connection connection(database_);
  uint64_t size_bytes = 0;
  try {
    connection.context->RunFunctionInTransaction([&] {
      FileWriter file(*connection.context, location, columns);
      PortBatch batch;
      for (bool more = true; more;) {
        io::CheckCall(call, "writing " + location);
        more = produce(batch);
        file.Append(batch);
      }
      size_bytes = file.Finish();
    });
  } catch (const base::Error&) {
    throw;
  } catch (const std::exception& exception) {
    throw engine::Translate(duckdb::ErrorData(exception));
  }
  return size_bytes;
}

}  // namespace laguna::catalog
