// SPDX-License-Identifier: Apache-2.0
#include "engine/copy_to_delta.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/nearest_name.h"
#include "duckdb/catalog/catalog.hpp"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/expression/columnref_expression.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/expression/star_expression.hpp"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "duckdb/parser/qualified_name.hpp"
#include "duckdb/parser/query_node/select_node.hpp"
#include "duckdb/parser/statement/copy_statement.hpp"
#include "duckdb/parser/statement/create_statement.hpp"
#include "duckdb/parser/statement/insert_statement.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/parser/tableref/basetableref.hpp"
#include "duckdb/planner/binder.hpp"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::CopyInfo;
using duckdb::ParsedExpression;

enum class Mode { kCreate, kAppend, kOverwrite };

struct CopyOptions {
  Mode mode = Mode::kCreate;
  std::vector<std::string> partition_by;
};

Error BadOption(const std::string& sentence) {
  return Error(ErrorKind::kInvalidInput, "copy.option", sentence)
      .Hint(
          "The syntax is: COPY (query) TO 'zone.table' (FORMAT delta, MODE append, PARTITION_BY "
          "(a, b)); MODE is append or overwrite.");
}

// A word or a text; nothing for other expressions.
std::optional<std::string> WordOf(const ParsedExpression* expression) {
  if (expression == nullptr) return std::nullopt;
  if (expression->GetExpressionClass() == duckdb::ExpressionClass::COLUMN_REF) {
    const auto& column = expression->Cast<duckdb::ColumnRefExpression>();
    return column.IsQualified() ? std::nullopt : std::optional(column.GetColumnName());
  }
  if (expression->GetExpressionClass() != duckdb::ExpressionClass::CONSTANT) return std::nullopt;
  const auto& value = expression->Cast<duckdb::ConstantExpression>().value;
  const bool is_text = value.type().id() == duckdb::LogicalTypeId::VARCHAR && !value.IsNull();
  return is_text ? std::optional(duckdb::StringValue::Get(value)) : std::nullopt;
}

bool WritesDelta(const duckdb::SQLStatement& statement) {
  if (statement.type != duckdb::StatementType::COPY_STATEMENT) return false;
  const CopyInfo& info = *statement.Cast<duckdb::CopyStatement>().info;
  const auto format = info.parsed_options.find("format");
  if (info.is_from || format == info.parsed_options.end()) return false;
  const auto word = WordOf(format->second.get());
  return word && duckdb::StringUtil::CIEquals(*word, "delta");
}

Mode ModeOf(const ParsedExpression* value) {
  const std::string word = duckdb::StringUtil::Lower(WordOf(value).value_or(""));
  if (word == "append") return Mode::kAppend;
  if (word == "overwrite") return Mode::kOverwrite;
  throw BadOption(fmt::format("The MODE of COPY ... (FORMAT delta) cannot be {}.",
                              value == nullptr ? "left open" : value->ToString()));
}

void AddColumn(const ParsedExpression* expression, std::vector<std::string>& columns) {
  const auto name = WordOf(expression);
  if (!name) {
    throw BadOption(
        fmt::format("PARTITION_BY of COPY ... (FORMAT delta) takes names of columns, "
                    "not {}.",
                    expression == nullptr ? "nothing" : expression->ToString()));
  }
  columns.push_back(*name);
}

std::vector<std::string> PartitionsOf(const ParsedExpression* value) {
  std::vector<std::string> columns;
  if (value != nullptr && value->GetExpressionClass() == duckdb::ExpressionClass::FUNCTION) {
    for (const auto& child : value->Cast<duckdb::FunctionExpression>().children) {
      AddColumn(child.get(), columns);
    }
  } else {
    AddColumn(value, columns);
  }
  return columns;
}

CopyOptions OptionsOf(const CopyInfo& info) {
  CopyOptions options;
  for (const auto& [name, value] : info.parsed_options) {
    const std::string word = duckdb::StringUtil::Lower(name);
    if (word == "mode") {
      options.mode = ModeOf(value.get());
    } else if (word == "partition_by") {
      options.partition_by = PartitionsOf(value.get());
    } else if (word != "format") {
      const std::vector<std::string> known = {"format", "mode", "partition_by"};
      throw BadOption(fmt::format("COPY ... (FORMAT delta) has no option {}. {}", name,
                                  base::SuggestName(word, known)));
    }
  }
  return options;
}

Error BadTarget(const std::string& path) {
  return Error(ErrorKind::kInvalidInput, "copy.target",
               fmt::format(
                   "COPY ... (FORMAT delta) writes tables of the lake, and '{}' names none.", path))
      .Hint("Write 'zone.table' (or 'zone/table'); a folder elsewhere cannot be written.")
      .With("target", path);
}

// 'zone.table', '"odd zone".table', 'zone/table'.
duckdb::QualifiedName TargetOf(const CopyInfo& info) {
  const std::string& path = info.file_path;
  if (path.empty() || info.file_path_expression) throw BadTarget("an expression");
  if (path.find('/') == std::string::npos) return duckdb::QualifiedName::Parse(path);
  const std::vector<std::string> parts = duckdb::StringUtil::Split(path, '/');
  const bool is_table = parts.size() == 2 && !parts[0].empty() && parts[0] != "." &&
                        parts[0] != ".." && !parts[1].empty() &&
                        path.find(':') == std::string::npos;
  if (!is_table) throw BadTarget(path);
  return {"", parts[0], parts[1]};
}

bool Exists(duckdb::ClientContext& context, const duckdb::QualifiedName& name) {
  bool found = false;
  context.RunFunctionInTransaction([&] {
    std::string catalog = name.catalog;
    std::string schema = name.schema;
    duckdb::Binder::BindSchemaOrCatalog(context, catalog, schema);
    const duckdb::EntryLookupInfo lookup(duckdb::CatalogType::TABLE_ENTRY, name.name);
    found = duckdb::Catalog::GetEntry(context, catalog, schema, lookup,
                                      duckdb::OnEntryNotFound::RETURN_NULL) != nullptr;
  });
  return found;
}

duckdb::unique_ptr<duckdb::QueryNode> TableQuery(const CopyInfo& info) {
  auto table = duckdb::make_uniq<duckdb::BaseTableRef>();
  table->catalog_name = info.catalog;
  table->schema_name = info.schema;
  table->table_name = info.table;
  auto node = duckdb::make_uniq<duckdb::SelectNode>();
  node->from_table = std::move(table);
  for (const std::string& column : info.select_list) {
    node->select_list.push_back(duckdb::make_uniq<duckdb::ColumnRefExpression>(column));
  }
  if (info.select_list.empty()) {
    node->select_list.push_back(duckdb::make_uniq<duckdb::StarExpression>());
  }
  return node;
}

duckdb::unique_ptr<duckdb::SelectStatement> QueryOf(CopyInfo& info) {
  auto query = duckdb::make_uniq<duckdb::SelectStatement>();
  query->node = info.select_statement ? std::move(info.select_statement) : TableQuery(info);
  return query;
}

duckdb::unique_ptr<duckdb::SQLStatement> Creating(CopyInfo& info, const CopyOptions& options,
                                                  const duckdb::QualifiedName& name) {
  auto table = duckdb::make_uniq<duckdb::CreateTableInfo>(name.catalog, name.schema, name.name);
  table->query = QueryOf(info);
  for (const std::string& column : options.partition_by) {
    table->partition_keys.push_back(duckdb::make_uniq<duckdb::ColumnRefExpression>(column));
  }
  auto create = duckdb::make_uniq<duckdb::CreateStatement>();
  create->info = std::move(table);
  return create;
}

duckdb::unique_ptr<duckdb::SQLStatement> Inserting(CopyInfo& info,
                                                   const duckdb::QualifiedName& name) {
  auto insert = duckdb::make_uniq<duckdb::InsertStatement>();
  insert->catalog = name.catalog;
  insert->schema = name.schema;
  insert->table = name.name;
  insert->select_statement = QueryOf(info);
  insert->column_order = duckdb::InsertColumnOrder::INSERT_BY_NAME;
  return insert;
}

}  // namespace

void ReplaceCopyToDelta(duckdb::ClientContext& context,
                        duckdb::unique_ptr<duckdb::SQLStatement>& statement,
                        StatementOptions& options) {
  if (!WritesDelta(*statement)) return;
  CopyInfo& info = *statement->Cast<duckdb::CopyStatement>().info;
  const CopyOptions copy = OptionsOf(info);
  const duckdb::QualifiedName name = TargetOf(info);
  auto parameters = statement->named_param_map;
  if (copy.mode == Mode::kCreate || !Exists(context, name)) {
    statement = Creating(info, copy, name);
  } else {
    options.overwrite = copy.mode == Mode::kOverwrite;
    if (!copy.partition_by.empty()) options.copy_partition_by = copy.partition_by;
    statement = Inserting(info, name);
  }
  statement->named_param_map = std::move(parameters);
}

}  // namespace laguna::engine
