// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/partition_condition.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "catalog/optimize/nested_query.h"
#include "catalog/scan/scan_files.h"
#include "catalog/type_map.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/common/types/column/column_data_collection.hpp"
#include "duckdb/parser/expression/columnref_expression.hpp"
#include "duckdb/parser/parsed_expression_iterator.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/query_node/select_node.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/parser/tableref/column_data_ref.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

constexpr const char* kNumber = "__laguna_partition";

Error NoPartitionColumn(const std::string& name, const delta::Metadata& metadata,
                        const std::string& table) {
  const auto& columns = metadata.partition_columns;
  Error error(
      ErrorKind::kInvalidInput, "optimize.where_column",
      fmt::format("The WHERE of OPTIMIZE names \"{}\", by which table {} is not partitioned.", name,
                  table));
  return std::move(error)
      .Hint(columns.empty() ? "The table is not partitioned; leave WHERE out."
                            : fmt::format("WHERE takes conditions over its partition columns: {}.",
                                          fmt::join(columns, ", ")))
      .With("table", table)
      .With("column", name);
}

// Leaves of the names only the column's, so that it may be written with its table.
void UsePartitionColumns(duckdb::ParsedExpression& expression, const delta::Metadata& metadata,
                         const std::string& table) {
  if (expression.GetExpressionClass() == duckdb::ExpressionClass::COLUMN_REF) {
    auto& names = expression.Cast<duckdb::ColumnRefExpression>().column_names;
    const bool is_known =
        std::ranges::any_of(metadata.partition_columns, [&](const std::string& column) {
          return duckdb::StringUtil::CIEquals(column, names.back());
        });
    if (!is_known) throw NoPartitionColumn(names.back(), metadata, table);
    names = {names.back()};
    return;
  }
  duckdb::ParsedExpressionIterator::EnumerateChildren(
      expression, [&](duckdb::unique_ptr<duckdb::ParsedExpression>& child) {
        UsePartitionColumns(*child, metadata, table);
      });
}

duckdb::unique_ptr<duckdb::ParsedExpression> Parsed(duckdb::ClientContext& context,
                                                    const std::string& condition,
                                                    const delta::Metadata& metadata,
                                                    const std::string& table) {
  auto expressions = duckdb::Parser::ParseExpressionList(condition, context.GetParserOptions());
  if (expressions.size() != 1) {
    throw Error(ErrorKind::kInvalidInput, "optimize.where",
                fmt::format("({}) is not one condition.", condition));
  }
  if (expressions[0]->HasSubquery()) {
    throw Error(ErrorKind::kUnsupported, "optimize.where_query",
                "The WHERE of OPTIMIZE takes a condition over partition columns, without queries "
                "inside.")
        .Hint(
            "Compute the value first (SET VARIABLE v = (SELECT ...)) and write getvariable('v').");
  }
  UsePartitionColumns(*expressions[0], metadata, table);
  return std::move(expressions[0]);
}

// A row for each partition: its number, then its values.
struct PartitionRows {
  duckdb::vector<duckdb::string> names;
  duckdb::vector<LogicalType> types;
  std::vector<size_t> columns;
};

PartitionRows RowsOf(const delta::Metadata& metadata) {
  PartitionRows rows{{kNumber}, {LogicalType::UBIGINT}, {}};
  for (const std::string& name : metadata.partition_columns) {
    const auto index = metadata.schema.IndexOf(name);
    if (!index) continue;
    const delta::StructField& field = metadata.schema.fields[*index];
    rows.columns.push_back(*index);
    rows.names.push_back(field.name);
    rows.types.push_back(ToDuckdb(field.type, field.name));
  }
  return rows;
}

duckdb::unique_ptr<duckdb::ColumnDataCollection> Collect(
    duckdb::ClientContext& context, const PartitionRows& rows, const ScanFiles& files,
    const std::vector<delta::Partition>& partitions) {
  auto collection =
      duckdb::make_uniq<duckdb::ColumnDataCollection>(duckdb::Allocator::Get(context), rows.types);
  duckdb::DataChunk chunk;
  chunk.Initialize(context, rows.types);
  const auto flush = [&] {
    collection->Append(chunk);
    chunk.Reset();
  };
  for (size_t number = 0; number < partitions.size(); ++number) {
    const duckdb::idx_t row = chunk.size();
    chunk.SetValue(0, row, Value::UBIGINT(number));
    const size_t file = partitions[number].files.front();
    for (size_t i = 0; i < rows.columns.size(); ++i) {
      chunk.SetValue(i + 1, row, *files.PartitionValue(file, rows.columns[i]));
    }
    chunk.SetCardinality(row + 1);
    if (chunk.size() == STANDARD_VECTOR_SIZE) flush();
  }
  if (chunk.size() > 0) flush();
  return collection;
}

duckdb::unique_ptr<duckdb::SelectStatement> Selection(
    duckdb::unique_ptr<duckdb::ColumnDataCollection> rows, duckdb::vector<duckdb::string> names,
    duckdb::unique_ptr<duckdb::ParsedExpression> condition) {
  auto node = duckdb::make_uniq<duckdb::SelectNode>();
  node->select_list.push_back(duckdb::make_uniq<duckdb::ColumnRefExpression>(kNumber));
  node->from_table = duckdb::make_uniq<duckdb::ColumnDataRef>(
      duckdb::optionally_owned_ptr<duckdb::ColumnDataCollection>(std::move(rows)),
      std::move(names));
  node->from_table->alias = "partitions";
  node->where_clause = std::move(condition);
  auto statement = duckdb::make_uniq<duckdb::SelectStatement>();
  statement->node = std::move(node);
  return statement;
}

Error BadCondition(const std::exception& failure, const std::string& condition) {
  const duckdb::ErrorData data(failure);
  return Error(ErrorKind::kInvalidInput, "optimize.where",
               fmt::format("WHERE {}: {}", condition, data.RawMessage()));
}

}  // namespace

std::vector<delta::Partition> PartitionsThatMeet(duckdb::ClientContext& context,
                                                 const TableViewPtr& view, io::ObjectStore& store,
                                                 std::vector<delta::Partition> partitions,
                                                 const std::string& condition,
                                                 const std::string& table) {
  NestedQuery query(context);
  PartitionRows rows = RowsOf(view->metadata);
  duckdb::unique_ptr<duckdb::ParsedExpression> parsed;
  try {
    parsed = Parsed(context, condition, view->metadata, table);
  } catch (const duckdb::Exception& failure) {
    throw BadCondition(failure, condition);
  }
  const ScanFiles files(view, store);
  auto collection = Collect(context, rows, files, partitions);
  const auto kept =
      query.Run(Selection(std::move(collection), std::move(rows.names), std::move(parsed)));
  std::vector<delta::Partition> met;
  for (duckdb::DataChunk& chunk : kept->Collection().Chunks()) {
    for (duckdb::idx_t row = 0; row < chunk.size(); ++row) {
      met.push_back(std::move(partitions[chunk.GetValue(0, row).GetValue<uint64_t>()]));
    }
  }
  return met;
}

}  // namespace laguna::catalog
