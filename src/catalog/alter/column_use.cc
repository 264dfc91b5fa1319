// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/column_use.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/constraint/row_check.h"
#include "catalog/constraint/spark_parser.h"
#include "delta/codec/json_text.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using delta::FieldPath;

// An expression of the definition, and what it is called in messages.
struct Expression {
  std::string owner;
  std::string text;
  std::string hint;
};

// One is inside of the other, or both are the same.
bool Touch(const FieldPath& a, const FieldPath& b) {
  const auto count = static_cast<long>(std::min(a.size(), b.size()));
  return std::equal(a.begin(), a.begin() + count, b.begin(), delta::IsSameName);
}

// The field a node leads to. Whatever stands inside of an array or a map counts as all of it.
std::optional<FieldPath> PathOf(const SparkExpression& node) {
  if (node.node == SparkNode::kColumn) return FieldPath{node.text};
  if (node.node == SparkNode::kItem) return PathOf(node.parts.at(0));
  if (node.node != SparkNode::kField) return std::nullopt;
  const bool inside_item = node.parts.at(0).node == SparkNode::kItem;
  auto path = PathOf(node.parts.at(0));
  if (path && !inside_item) path->push_back(node.text);
  return path;
}

bool Names(const SparkExpression& node, const FieldPath& path);

// The indexes on the way to a field: the k of a[k].b.
bool IndexNames(const SparkExpression& node, const FieldPath& path) {
  if (node.node == SparkNode::kField) return IndexNames(node.parts.at(0), path);
  if (node.node != SparkNode::kItem) return false;
  return Names(node.parts.at(1), path) || IndexNames(node.parts.at(0), path);
}

bool Names(const SparkExpression& node, const FieldPath& path) {
  const auto own = PathOf(node);
  if (own && Touch(*own, path)) return true;
  // a.b is not a use of all of a.
  if (own && node.node == SparkNode::kField) return IndexNames(node, path);
  return std::ranges::any_of(node.parts,
                             [&](const SparkExpression& part) { return Names(part, path); });
}

bool Names(const std::string& expression, const FieldPath& path) {
  try {
    return Names(ParseSparkExpression(expression), path);
  } catch (const Error&) {
    // Beyond what we read: whatever has the column's name in it may mean it.
    const auto same = [](char a, char b) { return delta::IsSameName({&a, 1}, {&b, 1}); };
    const std::string& name = path.front();
    return std::search(expression.begin(), expression.end(), name.begin(), name.end(), same) !=
           expression.end();
  }
}

void AddGenerated(const delta::StructType& fields, std::vector<Expression>& expressions) {
  for (const delta::StructField& field : fields.fields) {
    const std::string* json = field.FindMetadata("delta.generationExpression");
    if (json == nullptr) continue;
    expressions.push_back({fmt::format("generated column {}", field.name),
                           delta::DecodeJsonString(*json).value_or(*json),
                           "The generated column would have to go first."});
  }
}

// Whether the column an invariant belongs to goes with `dropped`.
bool GoesWith(const RowCheck& check, const FieldPath& dropped) {
  const std::string name = fmt::format("{}", fmt::join(dropped, "."));
  return check.name.empty() &&
         (delta::IsSameName(check.column, name) ||
          delta::IsSameName(check.column.substr(0, name.size() + 1), name + "."));
}

std::vector<Expression> ExpressionsOf(const delta::Metadata& metadata, const FieldPath& path,
                                      ColumnFate fate, const std::string& table) {
  std::vector<Expression> expressions;
  for (const RowCheck& check : RowChecksOf(metadata, table)) {
    if (fate == ColumnFate::kDropped && GoesWith(check, path)) continue;
    const bool is_invariant = check.name.empty();
    expressions.push_back(
        {is_invariant ? fmt::format("the invariant of column {}", check.column)
                      : fmt::format("CHECK constraint {}", check.name),
         check.expression,
         is_invariant ? ""
                      : fmt::format("ALTER TABLE {} DROP CONSTRAINT {} first, and add it again "
                                    "afterwards.",
                                    table, check.name)});
  }
  AddGenerated(metadata.schema, expressions);
  return expressions;
}

std::string_view WordFor(ColumnFate fate) {
  if (fate == ColumnFate::kDropped) return "dropped";
  return fate == ColumnFate::kRenamed ? "renamed" : "given another type";
}

}  // namespace

void CheckUnused(const delta::Metadata& metadata, const delta::FieldPath& path, ColumnFate fate,
                 const std::string& table) {
  for (const Expression& expression : ExpressionsOf(metadata, path, fate, table)) {
    if (!Names(expression.text, path)) continue;
    const std::string column = delta::PathText(path);
    throw Error(ErrorKind::kInvalidInput, "alter.column_in_use",
                fmt::format("Column \"{}\" of table {} cannot be {}: {} ({}) names it.", column,
                            table, WordFor(fate), expression.owner, expression.text))
        .Hint(expression.hint)
        .With("table", table)
        .With("column", column);
  }
}

}  // namespace laguna::catalog
