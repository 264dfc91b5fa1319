// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/insert_partition.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/write/write_settings.h"
#include "delta/text_limit.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/expression/star_expression.hpp"
#include "duckdb/parser/parsed_expression_iterator.hpp"
#include "duckdb/parser/query_node/select_node.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/parser/tableref/expressionlistref.hpp"
#include "duckdb/parser/tableref/subqueryref.hpp"
#include "engine/query_plan.h"
#include "engine/sql_text.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using Item = engine::StatementOptions::PartitionItem;
using Values = duckdb::vector<duckdb::unique_ptr<duckdb::ParsedExpression>>;

Error BadPartition(const LakeTable& table, std::string sentence) {
  const std::string name = fmt::format("{}.{}", table.ParentSchema().name, table.name);
  return Error(ErrorKind::kInvalidInput, "insert.partition", std::move(sentence))
      .With("table", name);
}

bool SameName(const std::string& a, const std::string& b) {
  return duckdb::StringUtil::CIEquals(a, b);
}

void CheckNames(const std::vector<Item>& items, const LakeTable& table) {
  const std::vector<std::string>& known = table.view()->metadata.partition_columns;
  for (size_t i = 0; i < items.size(); ++i) {
    const auto is_name = [&](const std::string& name) { return SameName(name, items[i].name); };
    const auto is_item = [&](const Item& other) { return SameName(other.name, items[i].name); };
    if (std::none_of(known.begin(), known.end(), is_name)) {
      throw BadPartition(table, fmt::format("PARTITION names \"{}\", by which table {} is not "
                                            "partitioned.",
                                            items[i].name, table.name))
          .Hint(base::SuggestName(items[i].name, known))
          .With("column", items[i].name);
    }
    if (std::any_of(items.begin(), items.begin() + static_cast<long>(i), is_item)) {
      throw BadPartition(table, fmt::format("PARTITION names \"{}\" twice.", items[i].name));
    }
  }
}

bool NamesColumns(const duckdb::ParsedExpression& expression) {
  if (expression.GetExpressionClass() == duckdb::ExpressionClass::COLUMN_REF) return true;
  bool found = expression.HasSubquery();
  duckdb::ParsedExpressionIterator::EnumerateChildren(
      expression,
      [&](const duckdb::ParsedExpression& child) { found = found || NamesColumns(child); });
  return found;
}

duckdb::unique_ptr<duckdb::ParsedExpression> ValueOf(duckdb::ClientContext& context,
                                                     const Item& item, const LakeTable& table) {
  auto value = engine::ParseExpressionAt(context.GetParserOptions(), *item.value, item.offset);
  if (!NamesColumns(*value)) return value;
  throw BadPartition(table, fmt::format("The value of partition column \"{}\" must be a constant, "
                                        "not {}.",
                                        item.name, *item.value))
      .Hint("Texts stand in single quotes.")
      .With("column", item.name);
}

void AddToRows(duckdb::InsertStatement& insert, Values values) {
  if (auto list = insert.GetValuesList()) {
    for (auto& row : list->values) {
      for (const auto& value : values) row.push_back(value->Copy());
    }
    return;
  }
  auto node = duckdb::make_uniq<duckdb::SelectNode>();
  node->select_list.push_back(duckdb::make_uniq<duckdb::StarExpression>());
  for (auto& value : values) node->select_list.push_back(std::move(value));
  node->from_table =
      duckdb::make_uniq<duckdb::SubqueryRef>(std::move(insert.select_statement), "inserted");
  insert.select_statement = duckdb::make_uniq<duckdb::SelectStatement>();
  insert.select_statement->node = std::move(node);
}

// What a column of CHAR(n) or VARCHAR(n) stores of a text; nothing for other columns, and for a
// text that is too long, which its row tells.
std::optional<std::string> StoredText(const duckdb::Value& value, const std::string& column,
                                      const LakeTable& table) {
  const delta::StructField* field = table.view()->metadata.schema.Find(column);
  if (field == nullptr || value.type().id() != duckdb::LogicalTypeId::VARCHAR) return std::nullopt;
  const delta::TextLimits limits = delta::TextLimitsOf(*field);
  const delta::TextLimit* limit = delta::LimitAt(limits, {});
  const std::string text = value.ToString();
  const auto fitted = limit == nullptr ? std::nullopt : delta::FitText(text, *limit);
  if (!fitted) return std::nullopt;
  return text.substr(0, fitted->bytes) + std::string(fitted->spaces, ' ');
}

std::string Condition(const Item& item, const duckdb::ParsedExpression& value,
                      const LakeTable& table) {
  const std::string name = engine::QuotedName(item.name);
  if (value.GetExpressionClass() == duckdb::ExpressionClass::CONSTANT) {
    const duckdb::Value& constant = value.Cast<duckdb::ConstantExpression>().value;
    if (constant.IsNull()) return name + " IS NULL";
    const auto stored = StoredText(constant, item.name, table);
    if (stored) return fmt::format("{} = {}", name, engine::QuotedText(*stored));
  }
  return fmt::format("{} = ({})", name, *item.value);
}

}  // namespace

void FillPartition(const engine::Rewriting& rewriting, duckdb::InsertStatement& insert,
                   const LakeTable& table) {
  engine::StatementOptions& options = rewriting.options;
  if (options.partition.empty()) return;
  const std::vector<Item> items = std::exchange(options.partition, {});
  CheckNames(items, table);
  const bool by_name = insert.column_order == duckdb::InsertColumnOrder::INSERT_BY_NAME;
  if (by_name || !insert.columns.empty() || options.replace_where || !insert.select_statement) {
    throw BadPartition(table,
                       "PARTITION stands beside neither a column list nor BY NAME, REPLACE "
                       "WHERE or DEFAULT VALUES.");
  }
  Values values;
  std::vector<std::string> conditions;
  std::vector<std::string> given;
  for (const Item& item : items) {
    if (!item.value) continue;
    given.push_back(item.name);
    values.push_back(ValueOf(rewriting.context, item, table));
    conditions.push_back(Condition(item, *values.back(), table));
  }
  if (given.empty()) return;
  for (const delta::StructField& field : table.view()->metadata.schema.fields) {
    const auto is_field = [&](const std::string& name) { return SameName(name, field.name); };
    if (std::none_of(given.begin(), given.end(), is_field)) insert.columns.push_back(field.name);
  }
  insert.columns.insert(insert.columns.end(), given.begin(), given.end());
  AddToRows(insert, std::move(values));
  if (!options.overwrite || OverwritesPartitionsOnly(rewriting.context)) return;
  options.overwrite = false;
  options.replace_where = {fmt::format("{}", fmt::join(conditions, " AND ")), 0};
}

}  // namespace laguna::catalog
