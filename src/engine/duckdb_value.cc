// SPDX-License-Identifier: Apache-2.0
#include "engine/duckdb_value.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/error.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/column_list.hpp"
#include "duckdb/parser/parser.hpp"
#include "engine/guard.h"

namespace laguna::engine {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

duckdb::Value CastTo(const duckdb::Value& value, const LogicalType& type) {
  duckdb::Value result;
  duckdb::string problem;
  if (!value.DefaultTryCastAs(type, result, &problem, true)) {
    throw base::Error(base::ErrorKind::kInvalidInput, "sql.conversion",
                      fmt::format("The value {} is no {}.", value.ToString(), type.ToString()));
  }
  return result;
}

duckdb::Value ListToDuckdb(const ValueList& list) {
  duckdb::vector<duckdb::Value> elements;
  LogicalType type = LogicalType::SQLNULL;
  for (const Value& element : list) {
    elements.push_back(ToDuckdb(element));
    type = LogicalType::ForceMaxLogicalType(type, elements.back().type());
  }
  for (duckdb::Value& element : elements) {
    element = CastTo(element, type);
  }
  return duckdb::Value::LIST(type, std::move(elements));
}

duckdb::Value StructToDuckdb(const ValueStruct& fields) {
  if (fields.empty()) {
    return duckdb::Value();
  }
  duckdb::child_list_t<duckdb::Value> children;
  for (const auto& [name, value] : fields) {
    children.emplace_back(name, ToDuckdb(value));
  }
  return duckdb::Value::STRUCT(std::move(children));
}

struct DuckdbOf {
  duckdb::Value operator()(const Null&) const { return duckdb::Value(); }
  duckdb::Value operator()(bool boolean) const { return duckdb::Value::BOOLEAN(boolean); }
  duckdb::Value operator()(int64_t number) const { return duckdb::Value::BIGINT(number); }
  duckdb::Value operator()(double number) const { return duckdb::Value::DOUBLE(number); }
  duckdb::Value operator()(const std::string& text) const { return duckdb::Value(text); }
  duckdb::Value operator()(const Typed& typed) const {
    return CastTo(duckdb::Value(typed.text), TypeNamed(typed.type));
  }
  duckdb::Value operator()(const ValueList& list) const { return ListToDuckdb(list); }
  duckdb::Value operator()(const ValueStruct& fields) const { return StructToDuckdb(fields); }
};

// Null: texts are those of UTC.
using Context = duckdb::optional_ptr<duckdb::ClientContext>;

Value From(const duckdb::Value& value, Context context);

ValueList ListFrom(const duckdb::vector<duckdb::Value>& elements, Context context) {
  ValueList list;
  list.reserve(elements.size());
  for (const duckdb::Value& element : elements) {
    list.push_back(From(element, context));
  }
  return list;
}

ValueStruct StructFrom(const duckdb::Value& value, Context context) {
  const auto& children = duckdb::StructValue::GetChildren(value);
  ValueStruct fields;
  for (size_t i = 0; i < children.size(); ++i) {
    fields.emplace_back(duckdb::StructType::GetChildName(value.type(), i),
                        From(children[i], context));
  }
  return fields;
}

Value TypedFrom(const duckdb::Value& value, Context context) {
  const duckdb::Value text = context ? value.CastAs(*context, LogicalType::VARCHAR)
                                     : value.DefaultCastAs(LogicalType::VARCHAR);
  return Typed{value.type().ToString(), text.ToString()};
}

Value From(const duckdb::Value& value, Context context) {
  if (value.IsNull()) {
    return Null{};
  }
  switch (value.type().id()) {
    case LogicalTypeId::BOOLEAN:
      return value.GetValue<bool>();
    case LogicalTypeId::TINYINT:
    case LogicalTypeId::SMALLINT:
    case LogicalTypeId::INTEGER:
    case LogicalTypeId::BIGINT:
    case LogicalTypeId::UTINYINT:
    case LogicalTypeId::USMALLINT:
    case LogicalTypeId::UINTEGER:
      return value.GetValue<int64_t>();
    case LogicalTypeId::FLOAT:
    case LogicalTypeId::DOUBLE:
      return value.GetValue<double>();
    case LogicalTypeId::VARCHAR:
      if (value.type().HasAlias()) {
        return TypedFrom(value, context);
      }
      return std::string(duckdb::StringValue::Get(value));
    case LogicalTypeId::LIST:
      return ListFrom(duckdb::ListValue::GetChildren(value), context);
    case LogicalTypeId::ARRAY:
      return ListFrom(duckdb::ArrayValue::GetChildren(value), context);
    case LogicalTypeId::STRUCT:
      return StructFrom(value, context);
    default:
      return TypedFrom(value, context);
  }
}

// Types without parameters, whose names say all: most columns of system tables, which are named at
// every start. Parsing one takes 50 times as long.
std::optional<LogicalType> PlainTypeNamed(const std::string& name) {
  const auto id = duckdb::TransformStringToLogicalTypeId(name);
  switch (id) {
    case LogicalTypeId::BOOLEAN:
    case LogicalTypeId::INTEGER:
    case LogicalTypeId::BIGINT:
    case LogicalTypeId::DOUBLE:
    case LogicalTypeId::VARCHAR:
    case LogicalTypeId::DATE:
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_TZ:
      return LogicalType(id);
    default:
      return std::nullopt;
  }
}

}  // namespace

duckdb::Value ToDuckdb(const Value& value) {
  return std::visit(DuckdbOf{}, value.alternatives());
}

duckdb::Value ToDuckdb(const Value& value, const LogicalType& type) {
  return CastTo(ToDuckdb(value), type);
}

Value FromDuckdb(const duckdb::Value& value) {
  return From(value, nullptr);
}

Value FromDuckdb(const duckdb::Value& value, duckdb::ClientContext& context) {
  return From(value, &context);
}

LogicalType TypeNamed(const std::string& name) {
  if (const auto plain = PlainTypeNamed(name)) return *plain;
  // A name that the json extension gives to text; the grammar does not know it.
  if (duckdb::StringUtil::CIEquals(name, LogicalType::JSON_TYPE_NAME)) {
    return LogicalType::JSON();
  }
  LogicalType type = LogicalTypeId::INVALID;
  try {
    const auto columns = duckdb::Parser::ParseColumnList("c " + name);
    if (columns.LogicalColumnCount() == 1) {
      type = columns.GetColumn(duckdb::LogicalIndex(0)).Type();
    }
    if (type.id() == LogicalTypeId::UNBOUND) {
      type = duckdb::UnboundType::TryDefaultBind(type);
    }
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): said below
  }
  if (type.id() == LogicalTypeId::INVALID || type.id() == LogicalTypeId::UNBOUND) {
    throw base::Error(base::ErrorKind::kInvalidInput, "sql.type",
                      fmt::format("There is no type {}.", name));
  }
  return type;
}

}  // namespace laguna::engine
