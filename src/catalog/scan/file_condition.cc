// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/file_condition.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "catalog/scan/string_prefix.h"
#include "catalog/scan/value_list.h"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/planner/expression/bound_between_expression.hpp"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/expression/bound_comparison_expression.hpp"
#include "duckdb/planner/expression/bound_conjunction_expression.hpp"
#include "duckdb/planner/expression/bound_constant_expression.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"
#include "duckdb/planner/expression/bound_operator_expression.hpp"
#include "duckdb/planner/expression_iterator.hpp"
#include "duckdb/planner/filter/conjunction_filter.hpp"
#include "duckdb/planner/filter/optional_filter.hpp"

namespace laguna::catalog {
namespace {

using duckdb::Expression;
using duckdb::ExpressionClass;
using duckdb::ExpressionType;
using duckdb::LogicalType;
using duckdb::TableFilterType;
using duckdb::Value;
using ExpressionPtr = duckdb::unique_ptr<duckdb::Expression>;

// No file holds but one value, and that one of the list, where the list is longer.
constexpr size_t kNotInMax = 64;

ExpressionPtr Constant(Value value) {
  return duckdb::make_uniq<duckdb::BoundConstantExpression>(std::move(value));
}

ExpressionPtr Compare(ExpressionType comparison, const Expression& left, const Expression& right) {
  return duckdb::make_uniq<duckdb::BoundComparisonExpression>(comparison, left.Copy(),
                                                              right.Copy());
}

// Many in a row become one with many children: a tree as deep as they are many would end the stack.
ExpressionPtr Conjunction(ExpressionType type, ExpressionPtr left, ExpressionPtr right) {
  if (left->type != type) {
    return duckdb::make_uniq<duckdb::BoundConjunctionExpression>(type, std::move(left),
                                                                 std::move(right));
  }
  left->Cast<duckdb::BoundConjunctionExpression>().children.push_back(std::move(right));
  return left;
}

ExpressionPtr Both(ExpressionPtr left, ExpressionPtr right) {
  return Conjunction(ExpressionType::CONJUNCTION_AND, std::move(left), std::move(right));
}

ExpressionPtr Either(ExpressionPtr left, ExpressionPtr right) {
  return Conjunction(ExpressionType::CONJUNCTION_OR, std::move(left), std::move(right));
}

const Value* ConstantOf(const Expression& expression) {
  if (expression.GetExpressionClass() != ExpressionClass::BOUND_CONSTANT) return nullptr;
  return &expression.Cast<duckdb::BoundConstantExpression>().value;
}

// Rewrites one filter; null stands for a condition that says nothing.
class Rewriter {
 public:
  Rewriter(duckdb::ClientContext& context, const ScanColumns& columns, BoundsChunk& bounds)
      : context_(context), columns_(columns), bounds_(bounds) {}

  // Whether a row may match the filter; its opposite when `negated`.
  ExpressionPtr MayMatch(const Expression& filter, bool negated) {
    switch (filter.GetExpressionClass()) {
      case ExpressionClass::BOUND_CONSTANT:
        return OfConstant(filter, negated);
      case ExpressionClass::BOUND_CONJUNCTION:
        return OfConjunction(filter.Cast<duckdb::BoundConjunctionExpression>(), negated);
      case ExpressionClass::BOUND_COMPARISON:
        return OfComparison(filter.Cast<duckdb::BoundComparisonExpression>(), negated);
      case ExpressionClass::BOUND_BETWEEN:
        return OfBetween(filter.Cast<duckdb::BoundBetweenExpression>(), negated);
      case ExpressionClass::BOUND_OPERATOR:
        return OfOperator(filter.Cast<duckdb::BoundOperatorExpression>(), negated);
      case ExpressionClass::BOUND_FUNCTION: {
        auto condition = OfPrefix(filter.Cast<duckdb::BoundFunctionExpression>(), negated);
        return condition ? std::move(condition) : OfBoolean(filter, negated);
      }
      case ExpressionClass::BOUND_COLUMN_REF:
        return OfBoolean(filter, negated);
      default:
        return nullptr;
    }
  }

 private:
  static ExpressionPtr OfConstant(const Expression& filter, bool negated) {
    const auto& value = *ConstantOf(filter);
    if (value.type().id() != duckdb::LogicalTypeId::BOOLEAN) return nullptr;
    const auto matches = !value.IsNull() && value.GetValue<bool>() != negated;
    return matches ? nullptr : Constant(Value::BOOLEAN(false));
  }

  ExpressionPtr OfConjunction(const duckdb::BoundConjunctionExpression& filter, bool negated) {
    const auto is_and = (filter.type == ExpressionType::CONJUNCTION_AND) != negated;
    ExpressionPtr whole;
    for (const auto& child : filter.children) {
      auto condition = MayMatch(*child, negated);
      if (!condition && !is_and) return nullptr;
      if (!condition) continue;
      if (!whole) {
        whole = std::move(condition);
      } else {
        whole = is_and ? Both(std::move(whole), std::move(condition))
                       : Either(std::move(whole), std::move(condition));
      }
    }
    return whole;
  }

  ExpressionPtr OfBoolean(const Expression& column, bool negated) {
    if (column.return_type.id() != duckdb::LogicalTypeId::BOOLEAN) return nullptr;
    const duckdb::BoundConstantExpression wanted(Value::BOOLEAN(!negated));
    return OfComparison(ExpressionType::COMPARE_EQUAL, column, wanted);
  }

  ExpressionPtr OfComparison(const duckdb::BoundComparisonExpression& filter, bool negated) {
    const auto type = negated ? duckdb::NegateComparisonExpression(filter.type) : filter.type;
    return OfComparison(type, *filter.left, *filter.right);
  }

  ExpressionPtr OfComparison(ExpressionType type, const Expression& left, const Expression& right) {
    if (type == ExpressionType::COMPARE_NOT_DISTINCT_FROM) {
      // With a value it is the same as equality.
      const auto is_value = [](const Expression& side) {
        const auto* value = ConstantOf(side);
        return value != nullptr && !value->IsNull();
      };
      if (!is_value(left) && !is_value(right)) return nullptr;
      type = ExpressionType::COMPARE_EQUAL;
    }
    auto of_left = RangeOf(context_, left, columns_, bounds_);
    if (!of_left) return nullptr;
    auto of_right = RangeOf(context_, right, columns_, bounds_);
    if (!of_right) return nullptr;
    auto condition = MayCompare(type, *of_left, *of_right);
    if (!condition) return nullptr;
    return WithValue(*of_left, WithValue(*of_right, std::move(condition)));
  }

  // A comparison with NULL matches no row.
  ExpressionPtr WithValue(const ValueRange& range, ExpressionPtr condition) {
    if (!range.column) return condition;
    return Both(bounds_.Read(*range.column, BoundPart::kMayBeValue), std::move(condition));
  }

  static ExpressionPtr MayCompare(ExpressionType type, const ValueRange& left,
                                  const ValueRange& right) {
    if (left.min->return_type != right.min->return_type) return nullptr;
    switch (type) {
      case ExpressionType::COMPARE_EQUAL:
        return Both(Compare(ExpressionType::COMPARE_LESSTHANOREQUALTO, *left.min, *right.max),
                    Compare(ExpressionType::COMPARE_GREATERTHANOREQUALTO, *left.max, *right.min));
      case ExpressionType::COMPARE_NOTEQUAL:
        return Either(Compare(type, *left.min, *right.max), Compare(type, *left.max, *right.min));
      case ExpressionType::COMPARE_LESSTHAN:
      case ExpressionType::COMPARE_LESSTHANOREQUALTO:
        return Compare(type, *left.min, *right.max);
      case ExpressionType::COMPARE_GREATERTHAN:
      case ExpressionType::COMPARE_GREATERTHANOREQUALTO:
        return Compare(type, *left.max, *right.min);
      default:
        return nullptr;
    }
  }

  ExpressionPtr OfBetween(const duckdb::BoundBetweenExpression& filter, bool negated) {
    const auto side = [&](ExpressionType type, const Expression& bound) {
      return OfComparison(negated ? duckdb::NegateComparisonExpression(type) : type, *filter.input,
                          bound);
    };
    auto lower = side(filter.LowerComparisonType(), *filter.lower);
    auto upper = side(filter.UpperComparisonType(), *filter.upper);
    if (negated) return lower && upper ? Either(std::move(lower), std::move(upper)) : nullptr;
    if (!lower || !upper) return lower ? std::move(lower) : std::move(upper);
    return Both(std::move(lower), std::move(upper));
  }

  ExpressionPtr OfOperator(const duckdb::BoundOperatorExpression& filter, bool negated) {
    switch (filter.type) {
      case ExpressionType::OPERATOR_NOT:
        return MayMatch(*filter.children[0], !negated);
      case ExpressionType::OPERATOR_IS_NULL:
        return OfNull(*filter.children[0], !negated);
      case ExpressionType::OPERATOR_IS_NOT_NULL:
        return OfNull(*filter.children[0], negated);
      case ExpressionType::COMPARE_IN:
        return OfList(filter, !negated);
      case ExpressionType::COMPARE_NOT_IN:
        return OfList(filter, negated);
      default:
        return nullptr;
    }
  }

  ExpressionPtr OfNull(const Expression& operand, bool is_null) {
    if (const auto column = columns_.Find(operand)) {
      return bounds_.Read(*column, is_null ? BoundPart::kMayBeNull : BoundPart::kMayBeValue);
    }
    // A function may be NULL where its column is not, so the other way round nothing is known.
    if (is_null) return nullptr;
    const auto range = RangeOf(context_, operand, columns_, bounds_);
    if (!range || !range->column) return nullptr;
    return bounds_.Read(*range->column, BoundPart::kMayBeValue);
  }

  ExpressionPtr OfList(const duckdb::BoundOperatorExpression& filter, bool is_in) {
    const auto range = RangeOf(context_, *filter.children[0], columns_, bounds_);
    if (!range || !range->column) return nullptr;
    std::vector<Value> values;
    for (size_t child = 1; child < filter.children.size(); ++child) {
      const auto* value = ConstantOf(*filter.children[child]);
      if (value == nullptr || value->type() != range->min->return_type) return nullptr;
      // NULL in a list matches nothing.
      if (!value->IsNull()) values.push_back(*value);
    }
    auto condition = is_in ? MayBeIn(*range, std::move(values)) : MayBeNotIn(*range, values);
    return condition ? WithValue(*range, std::move(condition)) : nullptr;
  }

  static ExpressionPtr MayBeIn(const ValueRange& range, std::vector<Value> values) {
    return HoldsOneOf(range.min->Copy(), range.max->Copy(), std::move(values));
  }

  static ExpressionPtr MayBeNotIn(const ValueRange& range, const std::vector<Value>& values) {
    if (values.size() > kNotInMax) return nullptr;
    ExpressionPtr whole;
    for (const auto& value : values) {
      auto other = MayCompare(ExpressionType::COMPARE_NOTEQUAL, range,
                              {Constant(value), Constant(value), std::nullopt});
      whole = whole ? Both(std::move(whole), std::move(other)) : std::move(other);
    }
    return whole;
  }

  // prefix, starts_with, LIKE 'abc%': as a range from the prefix to what comes behind all strings
  // that begin with it.
  ExpressionPtr OfPrefix(const duckdb::BoundFunctionExpression& filter, bool negated) {
    const auto prefix = PrefixOf(filter);
    if (!prefix || (negated && !prefix->is_all)) return nullptr;
    const auto range = RangeOf(context_, *filter.children[0], columns_, bounds_);
    if (!range || !range->column) return nullptr;
    auto condition =
        negated ? MayBeginOtherwise(*range, prefix->text) : MayBeginWith(*range, prefix->text);
    return condition ? WithValue(*range, std::move(condition)) : nullptr;
  }

  static ExpressionPtr MayBeginWith(const ValueRange& range, const std::string& prefix) {
    auto condition =
        Compare(ExpressionType::COMPARE_GREATERTHANOREQUALTO, *range.max, *Constant(Value(prefix)));
    const auto behind = BehindPrefix(prefix);
    if (!behind) return condition;
    return Both(std::move(condition), Compare(ExpressionType::COMPARE_LESSTHAN, *range.min,
                                              *Constant(Value(behind->text))));
  }

  static ExpressionPtr MayBeginOtherwise(const ValueRange& range, const std::string& prefix) {
    const auto behind = BehindPrefix(prefix);
    if (!behind || !behind->is_lowest) return nullptr;
    return Either(Compare(ExpressionType::COMPARE_LESSTHAN, *range.min, *Constant(Value(prefix))),
                  Compare(ExpressionType::COMPARE_GREATERTHANOREQUALTO, *range.max,
                          *Constant(Value(behind->text))));
  }

  duckdb::ClientContext& context_;
  const ScanColumns& columns_;
  BoundsChunk& bounds_;
};

ExpressionPtr AsExpression(const duckdb::TableFilter& filter, const Expression& column);

template <class Filter>
ExpressionPtr ConjunctionOf(ExpressionType type, const duckdb::TableFilter& filter,
                            const Expression& column) {
  auto result = duckdb::make_uniq<duckdb::BoundConjunctionExpression>(type);
  for (const auto& child : filter.Cast<Filter>().child_filters) {
    result->children.push_back(AsExpression(*child, column));
  }
  return result;
}

// As the filter's own function, which does not know that an optional filter may be empty.
ExpressionPtr AsExpression(const duckdb::TableFilter& filter, const Expression& column) {
  switch (filter.filter_type) {
    case TableFilterType::OPTIONAL_FILTER: {
      const auto& child = filter.Cast<duckdb::OptionalFilter>().child_filter;
      return child ? AsExpression(*child, column) : Constant(Value::BOOLEAN(true));
    }
    case TableFilterType::CONJUNCTION_AND:
      return ConjunctionOf<duckdb::ConjunctionAndFilter>(ExpressionType::CONJUNCTION_AND, filter,
                                                         column);
    case TableFilterType::CONJUNCTION_OR:
      return ConjunctionOf<duckdb::ConjunctionOrFilter>(ExpressionType::CONJUNCTION_OR, filter,
                                                        column);
    default:
      return filter.ToExpression(column);
  }
}

// Puts reads of a file's value in the place of the columns; false when a column has none.
bool ReplaceColumns(ExpressionPtr& expression, const ScanColumns& columns, BoundsChunk& bounds) {
  if (expression->GetExpressionClass() == ExpressionClass::BOUND_COLUMN_REF) {
    const auto column = columns.Find(*expression);
    if (!column || !column->IsConstant()) return false;
    expression = bounds.Read(*column, BoundPart::kMin);
    return true;
  }
  bool replaced = true;
  duckdb::ExpressionIterator::EnumerateChildren(*expression, [&](ExpressionPtr& child) {
    replaced = replaced && ReplaceColumns(child, columns, bounds);
  });
  return replaced;
}

}  // namespace

FileCondition::FileCondition(duckdb::ClientContext& context, const ScanColumns& columns)
    : context_(context), columns_(columns), bounds_(*columns.files) {}

void FileCondition::Require(const Expression& filter) {
  if (filter.IsVolatile() || filter.HasParameter()) return;
  auto condition = Rewriter(context_, columns_, bounds_).MayMatch(filter, false);
  if (condition) conditions_.push_back(std::move(condition));
}

void FileCondition::Require(const duckdb::TableFilter& filter, const Expression& column) {
  Require(*AsExpression(filter, column));
}

// A condition that cannot be evaluated (a bound that does not fit a type, as its row would not)
// says nothing about the file it fails for; halving the files finds that one.
void FileCondition::Evaluate(const Expression& condition, std::span<const size_t> numbers,
                             std::span<bool> keep) {
  auto& rows = bounds_.Fill(numbers);
  try {
    duckdb::ExpressionExecutor executor(context_, condition);
    duckdb::Vector result(LogicalType::BOOLEAN);
    executor.ExecuteExpression(rows, result);
    duckdb::UnifiedVectorFormat format;
    result.ToUnifiedFormat(numbers.size(), format);
    const auto* matches = duckdb::UnifiedVectorFormat::GetData<bool>(format);
    for (size_t row = 0; row < numbers.size(); ++row) {
      const auto index = format.sel->get_index(row);
      keep[row] = keep[row] && (!format.validity.RowIsValid(index) || matches[index]);
    }
  } catch (const duckdb::Exception&) {
    if (numbers.size() <= 1) return;
    const auto half = numbers.size() / 2;
    Evaluate(condition, numbers.first(half), keep.first(half));
    Evaluate(condition, numbers.subspan(half), keep.subspan(half));
  }
}

std::vector<size_t> FileCondition::Keep(std::span<const size_t> numbers) {
  std::vector<size_t> kept;
  if (conditions_.empty()) {
    kept.assign(numbers.begin(), numbers.end());
    return kept;
  }
  auto whole = conditions_.front()->Copy();
  for (size_t next = 1; next < conditions_.size(); ++next) {
    whole = Both(std::move(whole), conditions_[next]->Copy());
  }
  const auto keep = std::make_unique<bool[]>(STANDARD_VECTOR_SIZE);
  for (size_t first = 0; first < numbers.size(); first += STANDARD_VECTOR_SIZE) {
    const auto batch =
        numbers.subspan(first, std::min<size_t>(STANDARD_VECTOR_SIZE, numbers.size() - first));
    std::fill_n(keep.get(), batch.size(), true);
    Evaluate(*whole, batch, {keep.get(), batch.size()});
    for (size_t row = 0; row < batch.size(); ++row) {
      if (keep[row]) kept.push_back(batch[row]);
    }
  }
  return kept;
}

bool IsDecidedByFile(const Expression& filter, const ScanColumns& columns) {
  if (filter.IsVolatile() || filter.HasParameter() || filter.HasSubquery()) return false;
  BoundsChunk bounds(*columns.files);
  auto copy = filter.Copy();
  return ReplaceColumns(copy, columns, bounds);
}

std::optional<std::vector<size_t>> FilesThatMatch(duckdb::ClientContext& context,
                                                  const Expression& filter,
                                                  const ScanColumns& columns,
                                                  std::span<const size_t> numbers) {
  BoundsChunk bounds(*columns.files);
  auto condition = filter.Copy();
  if (!ReplaceColumns(condition, columns, bounds)) return std::nullopt;
  duckdb::ExpressionExecutor executor(context, *condition);
  duckdb::SelectionVector selected(STANDARD_VECTOR_SIZE);
  std::vector<size_t> matching;
  for (size_t first = 0; first < numbers.size(); first += STANDARD_VECTOR_SIZE) {
    const auto batch =
        numbers.subspan(first, std::min<size_t>(STANDARD_VECTOR_SIZE, numbers.size() - first));
    auto& rows = bounds.Fill(batch);
    try {
      const auto count = executor.SelectExpression(rows, selected);
      for (size_t row = 0; row < count; ++row) {
        matching.push_back(batch[selected.get_index(row)]);
      }
    } catch (const duckdb::Exception&) {
      return std::nullopt;
    }
  }
  return matching;
}

}  // namespace laguna::catalog
