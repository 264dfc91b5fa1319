// SPDX-License-Identifier: Apache-2.0
// Reading is one SELECT: every wanted leaf by its path, NULL where the files have no such field.
// The engine reads only the leaves named.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "catalog/log/parquet_port.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/main/connection.hpp"
#include "duckdb/main/prepared_statement.hpp"
#include "duckdb/main/query_result.hpp"
#include "engine/glob_text.h"
#include "engine/guard.h"
#include "engine/scoped_connection.h"
#include "engine/sql_text.h"

namespace laguna::catalog {
namespace {

using delta::PortColumn;
using delta::PortType;
using delta::PortValues;
using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::UnifiedVectorFormat;

// What the engine says of the file, as an error about a checkpoint; what is not the file's fault
// stays what it is.
base::Error Unreadable(const std::string& location, const base::Error& error) {
  switch (error.kind()) {
    case base::ErrorKind::kNotFound:
    case base::ErrorKind::kCancelled:
    case base::ErrorKind::kExhausted:
    case base::ErrorKind::kUnavailable:
    case base::ErrorKind::kPermissionDenied:
      return error;
    default:
      return base::Error(
                 base::ErrorKind::kCorrupt, "delta.checkpoint",
                 fmt::format("{} cannot be read as a checkpoint: {}", location, error.sentence()))
          .With("path", location);
  }
}

std::string Source(const std::vector<std::string>& locations) {
  std::string list;
  for (const auto& location : locations) {
    if (!list.empty()) list += ", ";
    list += engine::QuotedText(engine::PatternOf(location));
  }
  return fmt::format(
      "system.main.read_parquet([{}], hive_partitioning => false, binary_as_string => true, "
      "union_by_name => {})",
      list, locations.size() > 1);
}

std::vector<std::string> Steps(std::string_view path) {
  return duckdb::StringUtil::Split(std::string(path), '.');
}

// The type of the field `steps` lead to; nothing when the files have none.
std::optional<LogicalType> TypeAt(const duckdb::vector<std::string>& names,
                                  const duckdb::vector<LogicalType>& types,
                                  const std::vector<std::string>& steps) {
  const auto column = std::find(names.begin(), names.end(), steps.front());
  if (column == names.end()) return std::nullopt;
  LogicalType type = types[static_cast<size_t>(column - names.begin())];
  for (size_t i = 1; i < steps.size(); ++i) {
    if (type.id() != LogicalTypeId::STRUCT) return std::nullopt;
    const auto& children = duckdb::StructType::GetChildTypes(type);
    const auto child = std::find_if(children.begin(), children.end(),
                                    [&](const auto& entry) { return entry.first == steps[i]; });
    if (child == children.end()) return std::nullopt;
    type = LogicalType(child->second);
  }
  return type;
}

LogicalType TypeOf(PortType type) {
  switch (type) {
    case PortType::kText:
    case PortType::kJson:
    case PortType::kTyped:
      return LogicalType::VARCHAR;
    case PortType::kInteger:
    case PortType::kLong:
      return LogicalType::BIGINT;
    case PortType::kBoolean:
      return LogicalType::BOOLEAN;
    case PortType::kTextMap:
      return LogicalType::MAP(LogicalType::VARCHAR, LogicalType::VARCHAR);
    case PortType::kTextList:
      return LogicalType::LIST(LogicalType::VARCHAR);
  }
  return LogicalType::VARCHAR;
}

std::string PathExpression(const std::vector<std::string>& steps) {
  std::string expression = engine::QuotedName(steps.front());
  for (size_t i = 1; i < steps.size(); ++i) {
    expression = fmt::format("struct_extract({}, {})", expression, engine::QuotedText(steps[i]));
  }
  return expression;
}

class ReadQuery {
 public:
  ReadQuery(const delta::ParquetRead& what, duckdb::Connection& connection)
      : what_(what), source_(Source(what.locations)) {
    auto prepared = connection.Prepare("SELECT * FROM " + source_);
    if (prepared->HasError()) prepared->error.Throw();
    names_ = prepared->GetNames();
    types_ = prepared->GetTypes();
  }

  [[nodiscard]] std::string Text() const {
    std::string columns;
    for (const auto& column : what_.columns) {
      if (!columns.empty()) columns += ", ";
      columns += Expression(column);
    }
    return fmt::format("SELECT {} FROM {}{}", columns, source_, Condition());
  }

 private:
  [[nodiscard]] std::string Expression(const PortColumn& column) const {
    const auto steps = Steps(column.path);
    const auto type = TypeAt(names_, types_, steps);
    const auto wanted = TypeOf(column.type);
    if (!type) return fmt::format("CAST(NULL AS {})", wanted.ToString());
    std::string expression = PathExpression(steps);
    if (column.type == PortType::kJson) expression = fmt::format("to_json({})", expression);
    if (*type != wanted) expression = fmt::format("CAST({} AS {})", expression, wanted.ToString());
    const auto unless = Steps(column.unless);
    if (column.unless.empty() || !TypeAt(names_, types_, unless)) return expression;
    return fmt::format("CASE WHEN {} IS NULL THEN {} END", PathExpression(unless), expression);
  }

  [[nodiscard]] std::string Condition() const {
    if (what_.any_set.empty()) return "";
    std::string condition;
    for (const auto& path : what_.any_set) {
      const auto steps = Steps(path);
      if (!TypeAt(names_, types_, steps)) continue;
      if (!condition.empty()) condition += " OR ";
      condition += PathExpression(steps) + " IS NOT NULL";
    }
    return " WHERE " + (condition.empty() ? "false" : condition);
  }

  const delta::ParquetRead& what_;
  std::string source_;
  duckdb::vector<std::string> names_;
  duckdb::vector<LogicalType> types_;
};

std::string_view TextAt(const UnifiedVectorFormat& format, idx_t at) {
  // A reference: short texts lie inside the vector.
  const auto& text = UnifiedVectorFormat::GetData<duckdb::string_t>(format)[at];
  return {text.GetData(), text.GetSize()};
}

void FillIntegers(const UnifiedVectorFormat& format, idx_t rows, bool boolean, PortValues& values) {
  values.integers.assign(rows, 0);
  for (idx_t row = 0; row < rows; ++row) {
    if (values.valid[row] == 0) continue;
    const auto at = format.sel->get_index(row);
    values.integers[row] = boolean ? int64_t{UnifiedVectorFormat::GetData<bool>(format)[at]}
                                   : UnifiedVectorFormat::GetData<int64_t>(format)[at];
  }
}

void FillTexts(const UnifiedVectorFormat& format, idx_t rows, PortValues& values) {
  values.texts.assign(rows, {});
  for (idx_t row = 0; row < rows; ++row) {
    if (values.valid[row] != 0) values.texts[row] = TextAt(format, format.sel->get_index(row));
  }
}

// The entries of lists and maps, child by child.
class EntryReader {
 public:
  EntryReader(duckdb::Vector& vector, const PortColumn& column)
      : column_(column), is_map_(column.type == PortType::kTextMap) {
    const auto size = duckdb::ListVector::GetListSize(vector);
    if (is_map_) {
      duckdb::MapVector::GetKeys(vector).ToUnifiedFormat(size, keys_);
      duckdb::MapVector::GetValues(vector).ToUnifiedFormat(size, entries_);
    } else {
      duckdb::ListVector::GetEntry(vector).ToUnifiedFormat(size, entries_);
    }
  }

  void Append(const duckdb::list_entry_t& list, PortValues& values) const {
    for (idx_t i = list.offset; i < list.offset + list.length; ++i) {
      if (is_map_) values.keys.push_back(KeyAt(i));
      const auto at = entries_.sel->get_index(i);
      std::optional<std::string_view> entry;
      if (entries_.validity.RowIsValid(at)) entry = TextAt(entries_, at);
      values.entries.push_back(entry);
    }
  }

 private:
  // The engine makes no map without keys, but reads what a file says.
  [[nodiscard]] std::string_view KeyAt(idx_t entry) const {
    const auto at = keys_.sel->get_index(entry);
    if (!keys_.validity.RowIsValid(at)) {
      throw duckdb::InvalidInputException("The map %s has an entry without a key.", column_.path);
    }
    return TextAt(keys_, at);
  }

  const PortColumn& column_;
  bool is_map_;
  UnifiedVectorFormat keys_;
  UnifiedVectorFormat entries_;
};

void FillEntries(duckdb::Vector& vector, const UnifiedVectorFormat& format, idx_t rows,
                 const PortColumn& column, PortValues& values) {
  const EntryReader reader(vector, column);
  values.keys.clear();
  values.entries.clear();
  values.offsets.assign(1, 0);
  for (idx_t row = 0; row < rows; ++row) {
    if (values.valid[row] != 0) {
      const auto at = format.sel->get_index(row);
      reader.Append(UnifiedVectorFormat::GetData<duckdb::list_entry_t>(format)[at], values);
    }
    values.offsets.push_back(static_cast<uint32_t>(values.entries.size()));
  }
}

void Fill(duckdb::Vector& vector, idx_t rows, const PortColumn& column, PortValues& values) {
  UnifiedVectorFormat format;
  vector.ToUnifiedFormat(rows, format);
  values.valid.assign(rows, 0);
  for (idx_t row = 0; row < rows; ++row) {
    values.valid[row] = format.validity.RowIsValid(format.sel->get_index(row)) ? 1 : 0;
  }
  switch (column.type) {
    case PortType::kText:
    case PortType::kJson:
    case PortType::kTyped:
      return FillTexts(format, rows, values);
    case PortType::kInteger:
    case PortType::kLong:
      return FillIntegers(format, rows, false, values);
    case PortType::kBoolean:
      return FillIntegers(format, rows, true, values);
    case PortType::kTextMap:
    case PortType::kTextList:
      return FillEntries(vector, format, rows, column, values);
  }
}

duckdb::unique_ptr<duckdb::DataChunk> NextChunk(duckdb::QueryResult& result) {
  duckdb::unique_ptr<duckdb::DataChunk> chunk;
  duckdb::ErrorData error;
  if (!result.TryFetch(chunk, error)) error.Throw();
  return chunk;
}

}  // namespace

void DuckdbParquetPort::Read(const delta::ParquetRead& what,
                             const std::function<void(const delta::PortBatch&)>& consume,
                             const io::Call& call) {
  engine::ScopedConnection connection(database_);
  delta::PortBatch batch;
  batch.columns.resize(what.columns.size());
  // Errors of the engine are the file's; those of `consume` are its own.
  const auto reading = [&](auto&& body) {
    try {
      return body();
    } catch (const std::exception& exception) {
      throw Unreadable(what.locations.front(), engine::Translate(duckdb::ErrorData(exception)));
    }
  };
  auto result = reading([&] {
    auto sent = connection.SendQuery(ReadQuery(what, connection).Text());
    if (sent->HasError()) sent->ThrowError();
    return sent;
  });
  while (true) {
    io::CheckCall(call, "reading " + what.locations.front());
    const auto chunk = reading([&] { return NextChunk(*result); });
    if (!chunk || chunk->size() == 0) return;
    batch.rows = chunk->size();
    for (size_t i = 0; i < what.columns.size(); ++i) {
      const PortColumn& column = what.columns[i];
      reading([&] { Fill(chunk->data[i], batch.rows, column, batch.columns[i]); });
    }
    consume(batch);
  }
}

}  // namespace laguna::catalog
