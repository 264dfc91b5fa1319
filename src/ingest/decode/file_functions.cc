// SPDX-License-Identifier: Apache-2.0
#include "ingest/decode/file_functions.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "duckdb/common/vector_operations/binary_executor.hpp"
#include "duckdb/common/vector_operations/unary_executor.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "engine/duckdb.h"
#include "engine/guard.h"
#include "ingest/csv_shape.h"
#include "ingest/decode/engine_file.h"
#include "ingest/file_function.h"
#include "ingest/json_records.h"

namespace laguna::ingest {
namespace {

using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::string_t;

// Calls `take` with the file's bytes, piece by piece; until it gives false.
template <class Take>
void ReadFile(duckdb::ClientContext& context, const std::string& path, const Take& take) {
  constexpr size_t kPieceBytes = size_t{1} << 20;
  EngineFile file(context, path);
  std::string piece(kPieceBytes, '\0');
  while (const size_t bytes = file.Read(piece)) {
    if (!take(std::string_view(piece).substr(0, bytes))) return;
  }
}

std::string ShapeText(duckdb::ClientContext& context, const std::string& path,
                      const std::string& dialect) {
  const std::string name = kCsvShapeFunction;
  const base::Json json = base::ParseJson(dialect, name, base::ErrorKind::kInvalidInput);
  CsvWalk walk(DialectFromJson(base::JsonView(json, name, base::ErrorKind::kInvalidInput)));
  ReadFile(context, path, [&](std::string_view piece) {
    walk.Feed(piece);
    return true;
  });
  return base::DumpJson(ToJson(walk.Finish()));
}

void Shapes(duckdb::DataChunk& arguments, duckdb::ExpressionState& state, duckdb::Vector& result) {
  engine::Guarded([&] {
    duckdb::BinaryExecutor::Execute<string_t, string_t, string_t>(
        arguments.data[0], arguments.data[1], result, arguments.size(),
        [&](string_t path, string_t dialect) {
          return duckdb::StringVector::AddString(
              result, ShapeText(state.GetContext(), path.GetString(), dialect.GetString()));
        });
  });
}

// Not of the file.
bool IsOfTheMachine(duckdb::ExceptionType type) {
  return type == duckdb::ExceptionType::IO || type == duckdb::ExceptionType::PERMISSION ||
         type == duckdb::ExceptionType::OUT_OF_MEMORY || type == duckdb::ExceptionType::INTERRUPT;
}

const char* JsonShapeText(duckdb::ClientContext& context, const std::string& path) {
  EngineFile file(context, path);
  TextWindow window([&](std::span<char> bytes) { return file.Read(bytes); });
  if (ShapeOfJson(window) == JsonShape::kLines) return kJsonLines;
  const size_t first = window.text().find_first_of("{[");
  return window.text()[first] == '[' ? "array" : "unstructured";
}

void JsonShapes(duckdb::DataChunk& arguments, duckdb::ExpressionState& state,
                duckdb::Vector& result) {
  duckdb::UnaryExecutor::Execute<string_t, string_t>(
      arguments.data[0], result, arguments.size(), [&](string_t path) {
        return duckdb::StringVector::AddString(result,
                                               JsonShapeText(state.GetContext(), path.GetString()));
      });
}

void UnpackProblems(duckdb::DataChunk& arguments, duckdb::ExpressionState& state,
                    duckdb::Vector& result) {
  duckdb::UnaryExecutor::ExecuteWithNulls<string_t, string_t>(
      arguments.data[0], result, arguments.size(),
      [&](string_t path, duckdb::ValidityMask& mask, idx_t row) {
        try {
          ReadFile(state.GetContext(), path.GetString(), [](std::string_view) { return true; });
        } catch (const duckdb::IOException& exception) {
          return duckdb::StringVector::AddString(result, duckdb::ErrorData(exception).RawMessage());
        }
        mask.SetInvalid(row);
        return string_t();
      });
}

// On a connection of its own, whose failure leaves the caller's transaction as it is.
void ParquetProblems(duckdb::DataChunk& arguments, duckdb::ExpressionState& state,
                     duckdb::Vector& result) {
  duckdb::Connection connection(*state.GetContext().db);
  duckdb::UnaryExecutor::ExecuteWithNulls<string_t, string_t>(
      arguments.data[0], result, arguments.size(),
      [&](string_t path, duckdb::ValidityMask& mask, idx_t row) {
        // A plain std::string would be taken as a BLOB.
        const auto answer = connection.Query("SELECT count(*) FROM parquet_schema($1)",
                                             duckdb::Value(path.GetString()));
        if (!answer->HasError()) {
          mask.SetInvalid(row);
          return string_t();
        }
        const duckdb::ErrorData& error = answer->GetErrorObject();
        if (IsOfTheMachine(error.Type())) error.Throw();
        const std::string& why = error.RawMessage();
        return duckdb::StringVector::AddString(result, why.substr(0, why.find('\n')));
      });
}

// Offsets are looked for in their order, so the file is read once. Lines end with \n, or with \r
// where there is no \n.
class LineNumbers {
 public:
  explicit LineNumbers(std::vector<int64_t> offsets) : offsets_(std::move(offsets)) {}

  bool Take(std::string_view piece) {
    while (numbers_.size() < offsets_.size()) {
      const auto wanted = static_cast<uint64_t>(std::max<int64_t>(offsets_[numbers_.size()], 0));
      const uint64_t at = std::max(wanted, offset_) - offset_;
      Count(piece.substr(0, at));
      if (at >= piece.size()) return true;
      piece.remove_prefix(at);
      numbers_.push_back(Line());
    }
    return false;
  }

  std::vector<int64_t> Finish() {
    numbers_.resize(offsets_.size(), Line());
    return std::move(numbers_);
  }

 private:
  void Count(std::string_view text) {
    feeds_ += std::ranges::count(text, '\n');
    if (feeds_ == 0) returns_ += std::ranges::count(text, '\r');
    offset_ += text.size();
  }
  [[nodiscard]] int64_t Line() const { return 1 + (feeds_ > 0 ? feeds_ : returns_); }

  const std::vector<int64_t> offsets_;
  std::vector<int64_t> numbers_;
  uint64_t offset_ = 0;
  int64_t feeds_ = 0;
  int64_t returns_ = 0;
};

void NumberLines(duckdb::DataChunk& arguments, duckdb::ExpressionState& state,
                 duckdb::Vector& result) {
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  for (idx_t row = 0; row < arguments.size(); ++row) {
    std::vector<int64_t> offsets;
    const duckdb::Value list = arguments.data[1].GetValue(row);
    for (const duckdb::Value& offset : duckdb::ListValue::GetChildren(list)) {
      offsets.push_back(offset.GetValue<int64_t>());
    }
    LineNumbers lines(std::move(offsets));
    ReadFile(state.GetContext(), arguments.data[0].GetValue(row).ToString(),
             [&](std::string_view piece) { return lines.Take(piece); });
    duckdb::vector<duckdb::Value> numbers;
    for (const int64_t number : lines.Finish()) numbers.push_back(duckdb::Value::BIGINT(number));
    result.SetValue(row, duckdb::Value::LIST(LogicalType::BIGINT, std::move(numbers)));
  }
}

void Register(duckdb::ExtensionLoader& loader, const char* name,
              duckdb::vector<LogicalType> arguments, LogicalType result,
              duckdb::scalar_function_t function) {
  duckdb::ScalarFunction scalar(name, std::move(arguments), std::move(result), std::move(function));
  // Files change.
  scalar.SetVolatile();
  loader.RegisterFunction(scalar);
}

}  // namespace

void RegisterFileFunctions(duckdb::ExtensionLoader& loader) {
  const LogicalType text = LogicalType::VARCHAR;
  const LogicalType numbers = LogicalType::LIST(LogicalType::BIGINT);
  Register(loader, kCsvShapeFunction, {text, text}, text, Shapes);
  Register(loader, kJsonShapeFunction, {text}, text, JsonShapes);
  Register(loader, kParquetProblemFunction, {text}, text, ParquetProblems);
  Register(loader, kUnpackProblemFunction, {text}, text, UnpackProblems);
  Register(loader, kLineNumbersFunction, {text, numbers}, numbers, NumberLines);
}

}  // namespace laguna::ingest
