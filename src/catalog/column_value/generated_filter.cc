// SPDX-License-Identifier: Apache-2.0
#include "catalog/column_value/generated_filter.h"

#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "catalog/column_value/row_expression.h"
#include "catalog/constraint/spark_parser.h"
#include "catalog/constraint/spark_translation.h"
#include "catalog/sql_name.h"
#include "catalog/type_map.h"
#include "delta/column_value.h"
#include "duckdb/common/types/interval.hpp"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/planner/expression/bound_between_expression.hpp"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/expression/bound_comparison_expression.hpp"
#include "duckdb/planner/expression/bound_conjunction_expression.hpp"
#include "duckdb/planner/expression/bound_constant_expression.hpp"
#include "duckdb/planner/expression/bound_operator_expression.hpp"
#include "duckdb/planner/expression/bound_reference_expression.hpp"
#include "duckdb/planner/expression_iterator.hpp"

namespace laguna::catalog {
namespace {

using duckdb::Expression;
using duckdb::ExpressionClass;
using duckdb::ExpressionType;
using duckdb::LogicalTypeId;
using ExpressionPtr = duckdb::unique_ptr<Expression>;

constexpr int64_t kZoneSlackMicros = int64_t{2} * duckdb::Interval::MICROS_PER_DAY;

// A partition column that is generated from one other column.
struct GeneratedPartition {
  // Indexes of the schema.
  size_t column = 0;
  size_t input = 0;
  // Over the input, a BoundReference.
  ExpressionPtr value;
  bool by_zone = false;
};

void CollectInputs(const Expression& expression, std::set<size_t>& inputs, bool& by_zone) {
  by_zone = by_zone || expression.return_type.id() == LogicalTypeId::TIMESTAMP_TZ;
  if (expression.GetExpressionClass() == ExpressionClass::BOUND_REF) {
    inputs.insert(expression.Cast<duckdb::BoundReferenceExpression>().index);
  }
  duckdb::ExpressionIterator::EnumerateChildren(
      expression, [&](const Expression& child) { CollectInputs(child, inputs, by_zone); });
}

// Nothing for a column whose expression we do not know, or that is of another sort.
std::optional<GeneratedPartition> GeneratedPartitionAt(duckdb::ClientContext& context,
                                                       const TableView& view, size_t column) try {
  const delta::Schema& schema = view.metadata.schema;
  const delta::StructField& field = schema.fields[column];
  const auto spark_sql = delta::GenerationExpressionOf(field);
  if (!spark_sql) return std::nullopt;
  const auto translated = Translate(ParseSparkExpression(*spark_sql), schema);
  if (!translated.deterministic) return std::nullopt;
  GeneratedPartition partition;
  partition.column = column;
  partition.value = BindOverRow(context, translated.sql, schema, SqlNameOf(view.root),
                                ToDuckdb(field.type, field.name));
  std::set<size_t> inputs;
  CollectInputs(*partition.value, inputs, partition.by_zone);
  if (inputs.size() != 1) return std::nullopt;
  partition.input = *inputs.begin();
  return partition;
} catch (const std::exception&) {
  return std::nullopt;
}

// Floats that are equal need not be the same (0.0 and -0.0).
bool MayBeAsked(const duckdb::LogicalType& type) {
  return type.id() != LogicalTypeId::FLOAT && type.id() != LogicalTypeId::DOUBLE;
}

void Replace(ExpressionPtr& expression, const Expression& input) {
  if (expression->GetExpressionClass() == ExpressionClass::BOUND_REF) {
    expression = input.Copy();
    return;
  }
  duckdb::ExpressionIterator::EnumerateChildren(
      *expression, [&](ExpressionPtr& child) { Replace(child, input); });
}

ExpressionPtr With(const GeneratedPartition& partition, const Expression& input) {
  ExpressionPtr value = partition.value->Copy();
  Replace(value, input);
  return value;
}

// Nothing when it cannot be moved so.
std::optional<duckdb::Value> Moved(const duckdb::Value& value, int64_t micros) {
  if (micros == 0) return value;
  const bool is_instant = value.type().id() == LogicalTypeId::TIMESTAMP_TZ;
  if (!is_instant && value.type().id() != LogicalTypeId::TIMESTAMP) return std::nullopt;
  const auto moment = value.GetValueUnsafe<duckdb::timestamp_t>();
  int64_t moved = 0;
  const bool fits =
      duckdb::Timestamp::IsFinite(moment) && !__builtin_add_overflow(moment.value, micros, &moved);
  if (!fits) return std::nullopt;
  return is_instant ? duckdb::Value::TIMESTAMPTZ(duckdb::timestamp_tz_t(moved))
                    : duckdb::Value::TIMESTAMP(duckdb::timestamp_t(moved));
}

// Filters about one generated partition column.
class FilterReader {
 public:
  FilterReader(duckdb::ClientContext& context, const ScanColumns& columns,
               const GeneratedPartition& partition, ScanFilterList& derived)
      : context_(context), columns_(columns), partition_(partition), derived_(derived) {}

  void Read(const Expression& filter) {
    switch (filter.GetExpressionClass()) {
      case ExpressionClass::BOUND_COMPARISON:
        return ReadComparison(filter.Cast<duckdb::BoundComparisonExpression>());
      case ExpressionClass::BOUND_BETWEEN:
        return ReadBetween(filter.Cast<duckdb::BoundBetweenExpression>());
      case ExpressionClass::BOUND_OPERATOR:
        return ReadIn(filter.Cast<duckdb::BoundOperatorExpression>());
      case ExpressionClass::BOUND_CONJUNCTION:
        if (filter.GetExpressionType() != ExpressionType::CONJUNCTION_AND) return;
        for (const auto& child : filter.Cast<duckdb::BoundConjunctionExpression>().children) {
          Read(*child);
        }
        return;
      default:
        return;
    }
  }

 private:
  void ReadComparison(const duckdb::BoundComparisonExpression& comparison) {
    if (IsInput(*comparison.left)) {
      Compare(comparison.GetExpressionType(), *comparison.left, *comparison.right);
    } else if (IsInput(*comparison.right)) {
      Compare(duckdb::FlipComparisonExpression(comparison.GetExpressionType()), *comparison.right,
              *comparison.left);
    }
  }

  void ReadBetween(const duckdb::BoundBetweenExpression& between) {
    if (!IsInput(*between.input)) return;
    Compare(ExpressionType::COMPARE_GREATERTHANOREQUALTO, *between.input, *between.lower);
    Compare(ExpressionType::COMPARE_LESSTHANOREQUALTO, *between.input, *between.upper);
  }

  void ReadIn(const duckdb::BoundOperatorExpression& in) {
    const bool asks = in.GetExpressionType() == ExpressionType::COMPARE_IN && !Widens() &&
                      IsInput(*in.children[0]);
    if (!asks) return;
    auto any =
        duckdb::make_uniq<duckdb::BoundConjunctionExpression>(ExpressionType::CONJUNCTION_OR);
    for (size_t i = 1; i < in.children.size(); ++i) {
      const auto constant = ConstantOf(*in.children[i]);
      ExpressionPtr equal = constant ? Equal(*constant) : nullptr;
      if (!equal) return;
      any->children.push_back(std::move(equal));
    }
    if (any->children.size() == 1) {
      derived_.push_back(std::move(any->children[0]));
    } else {
      derived_.push_back(std::move(any));
    }
  }

  [[nodiscard]] bool IsInput(const Expression& expression) const {
    if (expression.GetExpressionClass() != ExpressionClass::BOUND_COLUMN_REF) return false;
    const auto& binding = expression.Cast<duckdb::BoundColumnRefExpression>().binding;
    return binding.table_index == columns_.table_index &&
           binding.column_index < columns_.columns.size() &&
           columns_.columns[binding.column_index] == partition_.input &&
           columns_.Find(expression) && MayBeAsked(expression.return_type);
  }

  static std::optional<duckdb::Value> ConstantOf(const Expression& expression) {
    if (expression.GetExpressionClass() != ExpressionClass::BOUND_CONSTANT) return std::nullopt;
    const auto& value = expression.Cast<duckdb::BoundConstantExpression>().value;
    return value.IsNull() ? std::nullopt : std::optional(value);
  }

  void Compare(ExpressionType type, const Expression& input, const Expression& other) {
    const auto constant = ConstantOf(other);
    if (!constant || constant->type() != input.return_type) return;
    const bool equal =
        type == ExpressionType::COMPARE_EQUAL || type == ExpressionType::COMPARE_NOT_DISTINCT_FROM;
    if (equal && !Widens()) {
      if (auto filter = Equal(*constant)) derived_.push_back(std::move(filter));
      return;
    }
    const bool from_below = equal || type == ExpressionType::COMPARE_GREATERTHAN ||
                            type == ExpressionType::COMPARE_GREATERTHANOREQUALTO;
    const bool from_above = equal || type == ExpressionType::COMPARE_LESSTHAN ||
                            type == ExpressionType::COMPARE_LESSTHANOREQUALTO;
    if ((!from_below && !from_above) || !Rises(input)) return;
    if (from_below) AddBound(ExpressionType::COMPARE_GREATERTHANOREQUALTO, *constant);
    if (from_above) AddBound(ExpressionType::COMPARE_LESSTHANOREQUALTO, *constant);
  }

  [[nodiscard]] bool Widens() const { return partition_.by_zone; }

  [[nodiscard]] bool Rises(const Expression& input) const {
    BoundsChunk bounds(*columns_.files);
    return RangeOf(context_, *With(partition_, input), columns_, bounds).has_value();
  }

  void AddBound(ExpressionType type, const duckdb::Value& constant) {
    const bool from_below = type == ExpressionType::COMPARE_GREATERTHANOREQUALTO;
    const int64_t slack = Widens() ? kZoneSlackMicros : 0;
    const auto moved = Moved(constant, from_below ? -slack : slack);
    const auto value = moved ? ValueFor(*moved) : std::nullopt;
    if (!value || value->IsNull()) return;
    auto either =
        duckdb::make_uniq<duckdb::BoundConjunctionExpression>(ExpressionType::CONJUNCTION_OR);
    either->children.push_back(duckdb::make_uniq<duckdb::BoundComparisonExpression>(
        type, Partition(), duckdb::make_uniq<duckdb::BoundConstantExpression>(*value)));
    // The year of an infinite moment is NULL.
    auto is_null = duckdb::make_uniq<duckdb::BoundOperatorExpression>(
        ExpressionType::OPERATOR_IS_NULL, duckdb::LogicalType::BOOLEAN);
    is_null->children.push_back(Partition());
    either->children.push_back(std::move(is_null));
    derived_.push_back(std::move(either));
  }

  ExpressionPtr Equal(const duckdb::Value& constant) {
    auto value = ValueFor(constant);
    if (!value) return nullptr;
    // An empty text is NULL in a partition column.
    const bool is_empty = !value->IsNull() && value->ToString().empty();
    if (is_empty) value = duckdb::Value(value->type());
    return duckdb::make_uniq<duckdb::BoundComparisonExpression>(
        ExpressionType::COMPARE_NOT_DISTINCT_FROM, Partition(),
        duckdb::make_uniq<duckdb::BoundConstantExpression>(*value));
  }

  std::optional<duckdb::Value> ValueFor(const duckdb::Value& constant) {
    const duckdb::BoundConstantExpression input(constant);
    duckdb::Value value;
    const bool known =
        duckdb::ExpressionExecutor::TryEvaluateScalar(context_, *With(partition_, input), value);
    return known ? std::optional(value) : std::nullopt;
  }

  // The partition column stands last among the columns.
  [[nodiscard]] ExpressionPtr Partition() const {
    const ScanColumn column(*columns_.files, partition_.column);
    return duckdb::make_uniq<duckdb::BoundColumnRefExpression>(
        column.field()->name, column.type(),
        duckdb::ColumnBinding(columns_.table_index, columns_.columns.size() - 1));
  }

  duckdb::ClientContext& context_;
  const ScanColumns& columns_;
  const GeneratedPartition& partition_;
  ScanFilterList& derived_;
};

}  // namespace

std::vector<size_t> PruneByGenerated(duckdb::ClientContext& context, const ScanColumns& columns,
                                     std::vector<size_t> numbers, const ScanFilterList& filters,
                                     std::string& decided) {
  const TableView& view = columns.files->view();
  for (const std::string& name : view.metadata.partition_columns) {
    const auto column = view.metadata.schema.IndexOf(name);
    const auto partition = column ? GeneratedPartitionAt(context, view, *column) : std::nullopt;
    if (!partition) continue;
    ScanColumns extended = columns;
    extended.columns.push_back(partition->column);
    ScanFilterList derived;
    FilterReader reader(context, extended, *partition, derived);
    for (const auto& filter : filters) reader.Read(*filter);
    numbers = PruneByPartition(context, extended, std::move(numbers), derived, decided);
  }
  return numbers;
}

}  // namespace laguna::catalog
