// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/fitted_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "catalog/constraint/required_values.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/common/vector_operations/vector_operations.hpp"
#include "duckdb/execution/expression_executor_state.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"

namespace laguna::catalog {

namespace {

using duckdb::FlatVector;
using duckdb::idx_t;
using duckdb::string_t;
using duckdb::Vector;

bool IsBelow(const delta::FieldPath& inner, const delta::FieldPath& path) {
  return inner.size() >= path.size() &&
         std::equal(path.begin(), path.end(), inner.begin(), delta::IsSameName);
}

bool HasLimitBelow(const delta::TextLimits& limits, const delta::FieldPath& path) {
  return std::ranges::any_of(
      limits, [&](const delta::LimitedText& text) { return IsBelow(text.path, path); });
}

// Without counting: a text has at least as many bytes as characters.
bool FitsAsItIs(const string_t& text, const delta::TextLimit& limit) {
  return !limit.pads && static_cast<int64_t>(text.GetSize()) <= limit.length;
}

bool AllFitAsTheyAre(Vector& texts, idx_t count, const delta::TextLimit& limit) {
  duckdb::UnifiedVectorFormat format;
  texts.ToUnifiedFormat(count, format);
  const auto* values = duckdb::UnifiedVectorFormat::GetData<string_t>(format);
  for (idx_t row = 0; row < count; ++row) {
    const idx_t at = format.sel->get_index(row);
    if (format.validity.RowIsValid(at) && !FitsAsItIs(values[at], limit)) return false;
  }
  return true;
}

Vector FlatCopy(Vector& values, idx_t count) {
  Vector flat(values.GetType(), count);
  duckdb::VectorOperations::Copy(values, flat, count, 0, 0);
  return flat;
}

// Works through the values of one column.
class Fitting {
 public:
  explicit Fitting(const WriteColumn& column) : column_(column) {}

  // `values` is flat and holds no elements but its rows'; `shown` is how errors call the path.
  std::optional<LongText> Fit(Vector& values, idx_t count, const delta::DataType& type,
                              const delta::FieldPath& path, const std::string& shown) const {
    if (!HasLimitBelow(column_.text_limits, path)) return std::nullopt;
    if (const auto* fields = type.AsStruct()) {
      return FitFields(values, count, *fields, path, shown);
    }
    if (const auto* array = type.AsArray()) {
      return FitElements(values, count, duckdb::ListVector::GetEntry(values), array->element,
                         Below(path, "element"), shown + "[]");
    }
    if (const auto* map = type.AsMap()) return FitMap(values, count, *map, path, shown);
    const delta::TextLimit* limit = delta::LimitAt(column_.text_limits, path);
    if (limit == nullptr || !type.Is(delta::Primitive::kString)) return std::nullopt;
    return FitFlat(values, count, *limit, shown);
  }

 private:
  static delta::FieldPath Below(delta::FieldPath path, const std::string& name) {
    path.push_back(name);
    return path;
  }

  static std::optional<LongText> FitFlat(Vector& texts, idx_t count, const delta::TextLimit& limit,
                                         const std::string& shown) {
    std::optional<LongText> found;
    auto* values = FlatVector::GetData<string_t>(texts);
    for (idx_t row = 0; row < count; ++row) {
      if (FlatVector::IsNull(texts, row) || FitsAsItIs(values[row], limit)) continue;
      const std::string_view text(values[row].GetData(), values[row].GetSize());
      const auto fitted = delta::FitText(text, limit);
      if (!fitted) {
        if (!found) found = LongText{row, shown, delta::CharactersIn(text), limit};
      } else if (fitted->bytes < text.size() || fitted->spaces > 0) {
        std::string stored(text.substr(0, fitted->bytes));
        stored.append(fitted->spaces, ' ');
        values[row] = duckdb::StringVector::AddString(texts, stored);
      }
    }
    return found;
  }

  std::optional<LongText> FitFields(Vector& values, idx_t count, const delta::StructType& fields,
                                    const delta::FieldPath& path, const std::string& shown) const {
    std::optional<LongText> found;
    const auto& entries = duckdb::StructVector::GetEntries(values);
    for (size_t i = 0; i < fields.fields.size(); ++i) {
      const delta::StructField& field = fields.fields[i];
      auto inside =
          Fit(*entries[i], count, field.type, Below(path, field.name), shown + "." + field.name);
      if (!found) found = std::move(inside);
    }
    return found;
  }

  std::optional<LongText> FitMap(Vector& values, idx_t count, const delta::MapType& map,
                                 const delta::FieldPath& path, const std::string& shown) const {
    auto found = FitElements(values, count, duckdb::MapVector::GetKeys(values), map.key,
                             Below(path, "key"), shown + "{key}");
    auto inside = FitElements(values, count, duckdb::MapVector::GetValues(values), map.value,
                              Below(path, "value"), shown + "{}");
    return found ? found : inside;
  }

  std::optional<LongText> FitElements(Vector& lists, idx_t count, Vector& elements,
                                      const delta::DataType& type, const delta::FieldPath& path,
                                      const std::string& shown) const {
    auto found = Fit(elements, duckdb::ListVector::GetListSize(lists), type, path, shown);
    if (found) found->row = RowOfElement(lists, count, found->row);
    return found;
  }

  const WriteColumn& column_;
};

struct FittedColumn final : duckdb::FunctionData {
  explicit FittedColumn(WriteColumn of) : column(std::move(of)) {}
  [[nodiscard]] duckdb::unique_ptr<duckdb::FunctionData> Copy() const override {
    return duckdb::make_uniq<FittedColumn>(column);
  }
  [[nodiscard]] bool Equals(const duckdb::FunctionData& other) const override {
    const auto& theirs = other.Cast<FittedColumn>().column;
    return column.delta_type == theirs.delta_type && column.text_limits == theirs.text_limits;
  }
  WriteColumn column;
};

void Fit(duckdb::DataChunk& arguments, duckdb::ExpressionState& state, Vector& result) {
  const auto& function = state.expr.Cast<duckdb::BoundFunctionExpression>();
  const auto& column = function.bind_info->Cast<FittedColumn>().column;
  result.Reference(arguments.data[0]);
  FitTexts(result, arguments.size(), column);
}

}  // namespace

std::optional<LongText> FitTexts(Vector& values, idx_t count, const WriteColumn& column) {
  if (column.text_limits.empty()) return std::nullopt;
  const delta::TextLimit* own = delta::LimitAt(column.text_limits, {});
  if (own != nullptr && AllFitAsTheyAre(values, count, *own)) return std::nullopt;
  Vector flat = FlatCopy(values, count);
  auto found = Fitting(column).Fit(flat, count, column.delta_type, {}, column.name);
  values.Reference(flat);
  return found;
}

duckdb::unique_ptr<duckdb::Expression> FittedTexts(duckdb::unique_ptr<duckdb::Expression> value,
                                                   const WriteColumn& column) {
  if (column.text_limits.empty()) return value;
  const duckdb::LogicalType type = value->return_type;
  duckdb::ScalarFunction function("lake_fit", {type}, type, Fit);
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> arguments;
  arguments.push_back(std::move(value));
  return duckdb::make_uniq<duckdb::BoundFunctionExpression>(
      type, std::move(function), std::move(arguments), duckdb::make_uniq<FittedColumn>(column));
}

base::Error TooLong(const LongText& text, const std::string& table, const std::string& row) {
  const std::string type = duckdb::StringUtil::Upper(text.limit.ToString());
  return base::Error(base::ErrorKind::kViolation, "write.text_limit",
                     fmt::format("Column \"{}\" of table {} is {}, but a row to write has a text "
                                 "of {} characters there: {}. Nothing was written.",
                                 text.path, table, type, text.characters, row))
      .Hint(fmt::format("Cut it with left(..., {}), or let the column take longer texts: ALTER "
                        "TABLE {} ALTER COLUMN ... TYPE VARCHAR({}).",
                        text.limit.length, table, text.characters))
      .With("table", table)
      .With("column", text.path)
      .With("limit", std::to_string(text.limit.length))
      .With("length", std::to_string(text.characters))
      .With("row", row);
}

}  // namespace laguna::catalog
