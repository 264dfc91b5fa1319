// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/column_cast.h"

#include <utility>

#include "duckdb/common/exception/conversion_exception.hpp"
#include "duckdb/common/types/value.hpp"
#include "duckdb/common/vector_operations/generic_executor.hpp"
#include "duckdb/common/vector_operations/unary_executor.hpp"
#include "duckdb/function/cast/cast_function_set.hpp"
#include "duckdb/function/cast/default_casts.hpp"
#include "duckdb/planner/expression/bound_cast_expression.hpp"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

bool IsInteger(LogicalTypeId id) {
  switch (id) {
    case LogicalTypeId::TINYINT:
    case LogicalTypeId::SMALLINT:
    case LogicalTypeId::INTEGER:
    case LogicalTypeId::BIGINT:
    case LogicalTypeId::UTINYINT:
    case LogicalTypeId::USMALLINT:
    case LogicalTypeId::UINTEGER:
    case LogicalTypeId::UBIGINT:
      return true;
    default:
      return false;
  }
}

bool IsExactInDouble(LogicalTypeId id) {
  return id == LogicalTypeId::FLOAT ||
         (IsInteger(id) && id != LogicalTypeId::BIGINT && id != LogicalTypeId::UBIGINT);
}

bool ReadsAsDecimal(const LogicalType& in_file, const LogicalType& in_table) {
  if (IsInteger(in_file.id())) return true;
  return in_file.id() == LogicalTypeId::DECIMAL &&
         duckdb::DecimalType::GetScale(in_file) <= duckdb::DecimalType::GetScale(in_table);
}

// Bytes that must be text: the engine takes every VARCHAR for valid UTF-8.
bool BytesToText(duckdb::Vector& source, duckdb::Vector& result, duckdb::idx_t count,
                 duckdb::CastParameters&) {
  duckdb::UnifiedVectorFormat bytes;
  source.ToUnifiedFormat(count, bytes);
  const auto* values = duckdb::UnifiedVectorFormat::GetData<duckdb::string_t>(bytes);
  for (duckdb::idx_t row = 0; row < count; ++row) {
    const auto index = bytes.sel->get_index(row);
    if (!bytes.validity.RowIsValid(index)) continue;
    if (duckdb::Value::StringIsValid(values[index].GetData(), values[index].GetSize())) continue;
    throw duckdb::ConversionException("A text of the file is not valid UTF-8.");
  }
  result.Reinterpret(source);
  return true;
}

// An instant may be counted in nanoseconds, a table's are in microseconds.
bool NanosToMicros(duckdb::Vector& source, duckdb::Vector& result, duckdb::idx_t count,
                   duckdb::CastParameters&) {
  duckdb::UnaryExecutor::Execute<int64_t, int64_t>(source, result, count, [](int64_t nanos) {
    constexpr int64_t kNanosPerMicro = 1000;
    const auto micros = nanos / kNanosPerMicro;
    return nanos % kNanosPerMicro < 0 ? micros - 1 : micros;
  });
  return true;
}

// The engine's casts but for those that ask the session, or that take bytes for a spelling of them.
void RegisterCasts(duckdb::CastFunctionSet& casts) {
  const auto add = [&](const LogicalType& from, const LogicalType& to,
                       duckdb::cast_function_t function) {
    casts.RegisterCastFunction(from, to, duckdb::BoundCastInfo(function));
  };
  add(LogicalType::TIMESTAMP, LogicalType::TIMESTAMP_TZ, duckdb::DefaultCasts::ReinterpretCast);
  add(LogicalType::TIMESTAMP_TZ, LogicalType::TIMESTAMP, duckdb::DefaultCasts::ReinterpretCast);
  add(LogicalType::TIMESTAMP_NS, LogicalType::TIMESTAMP_TZ, NanosToMicros);
  add(LogicalType::TIMESTAMP_NS, LogicalType::TIMESTAMP, NanosToMicros);
  add(LogicalType::BLOB, LogicalType::VARCHAR, BytesToText);
  add(LogicalType::VARCHAR, LogicalType::BLOB, duckdb::DefaultCasts::ReinterpretCast);
}

}  // namespace

bool ReadsAs(const LogicalType& in_file, const LogicalType& in_table) {
  const auto id = in_file.id();
  switch (in_table.id()) {
    case LogicalTypeId::DECIMAL:
      return ReadsAsDecimal(in_file, in_table);
    case LogicalTypeId::TINYINT:
    case LogicalTypeId::SMALLINT:
    case LogicalTypeId::INTEGER:
    case LogicalTypeId::BIGINT:
      // Many writers have no narrow integers; a value that does not fit is an error.
      return IsInteger(id);
    case LogicalTypeId::DOUBLE:
      return id == LogicalTypeId::DOUBLE || IsExactInDouble(id);
    case LogicalTypeId::TIMESTAMP_TZ:
      return id == LogicalTypeId::TIMESTAMP_TZ || id == LogicalTypeId::TIMESTAMP ||
             id == LogicalTypeId::TIMESTAMP_NS;
    case LogicalTypeId::TIMESTAMP:
      return id == LogicalTypeId::TIMESTAMP_TZ || id == LogicalTypeId::TIMESTAMP ||
             id == LogicalTypeId::TIMESTAMP_NS || id == LogicalTypeId::DATE;
    case LogicalTypeId::VARCHAR:
      return id == LogicalTypeId::VARCHAR || id == LogicalTypeId::BLOB || id == LogicalTypeId::UUID;
    case LogicalTypeId::BLOB:
      return id == LogicalTypeId::BLOB || id == LogicalTypeId::VARCHAR;
    default:
      return id == in_table.id();
  }
}

duckdb::unique_ptr<duckdb::Expression> CastFromFile(duckdb::unique_ptr<duckdb::Expression> value,
                                                    const LogicalType& in_table) {
  duckdb::CastFunctionSet casts;
  RegisterCasts(casts);
  duckdb::GetCastFunctionInput input;
  auto cast = casts.GetCastFunction(value->return_type, in_table, input);
  return duckdb::make_uniq<duckdb::BoundCastExpression>(std::move(value), in_table,
                                                        std::move(cast));
}

}  // namespace laguna::catalog
