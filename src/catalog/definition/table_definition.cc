// SPDX-License-Identifier: Apache-2.0
#include "catalog/definition/table_definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/alter/constraint_change.h"
#include "catalog/alter/declared_type.h"
#include "catalog/alter/property_change.h"
#include "catalog/column_value/column_definition.h"
#include "catalog/constraint/check_names.h"
#include "catalog/constraint/duckdb_expression.h"
#include "catalog/constraint/row_check.h"
#include "catalog/definition/table_properties.h"
#include "catalog/type_map.h"
#include "catalog/write/partition_text.h"
#include "delta/column_mapping.h"
#include "delta/indexed_leaf.h"
#include "delta/schema.h"
#include "duckdb/parser/constraints/check_constraint.hpp"
#include "duckdb/parser/constraints/foreign_key_constraint.hpp"
#include "duckdb/parser/constraints/not_null_constraint.hpp"
#include "duckdb/parser/constraints/unique_constraint.hpp"
#include "duckdb/parser/expression/columnref_expression.hpp"
#include "duckdb/parser/keyword_helper.hpp"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

Error UnsupportedPart(const std::string& table, const std::string& part) {
  return Error(ErrorKind::kUnsupported, "create.unsupported",
               fmt::format("Table {} cannot be created: Laguna does not keep {} yet.", table, part))
      .With("table", table);
}

std::string Quoted(const std::string& name) {
  return duckdb::KeywordHelper::WriteQuoted(name, '"');
}

std::string QuotedList(const duckdb::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(Quoted(name));
  return fmt::format("{}", fmt::join(quoted, ", "));
}

// What a constraint we do not keep is called, with the columns it names.
std::string Describe(const duckdb::Constraint& constraint, const duckdb::ColumnList& columns) {
  switch (constraint.type) {
    case duckdb::ConstraintType::UNIQUE: {
      const auto& unique = constraint.Cast<duckdb::UniqueConstraint>();
      const std::string sort = unique.IsPrimaryKey() ? "PRIMARY KEY" : "UNIQUE constraints";
      if (unique.HasIndex()) {
        return fmt::format("{} (column {})", sort,
                           Quoted(columns.GetColumn(unique.GetIndex()).Name()));
      }
      return fmt::format("{} (column {})", sort, QuotedList(unique.GetColumnNames()));
    }
    case duckdb::ConstraintType::FOREIGN_KEY: {
      const auto& key = constraint.Cast<duckdb::ForeignKeyConstraint>();
      return fmt::format("FOREIGN KEY constraints (column {})", QuotedList(key.fk_columns));
    }
    default:
      return fmt::format("this constraint ({})", constraint.ToString());
  }
}

// The collation anywhere in the type; empty when there is none.
std::string CollationOf(const duckdb::LogicalType& type) {
  switch (type.id()) {
    case duckdb::LogicalTypeId::VARCHAR:
      return duckdb::StringType::GetCollation(type);
    case duckdb::LogicalTypeId::LIST:
      return CollationOf(duckdb::ListType::GetChildType(type));
    case duckdb::LogicalTypeId::ARRAY:
      return CollationOf(duckdb::ArrayType::GetChildType(type));
    case duckdb::LogicalTypeId::MAP:
    case duckdb::LogicalTypeId::STRUCT:
      break;
    default:
      return "";
  }
  if (type.id() == duckdb::LogicalTypeId::MAP) {
    const auto of_key = CollationOf(duckdb::MapType::KeyType(type));
    return of_key.empty() ? CollationOf(duckdb::MapType::ValueType(type)) : of_key;
  }
  for (const auto& [name, child] : duckdb::StructType::GetChildTypes(type)) {
    if (auto found = CollationOf(child); !found.empty()) return found;
  }
  return "";
}

void CheckCollation(const duckdb::ColumnDefinition& column, const std::string& table) {
  const std::string collation = CollationOf(column.Type());
  if (collation.empty() || duckdb::StringUtil::CIEquals(collation, "binary")) return;
  throw Error(
      ErrorKind::kUnsupported, "create.collation",
      fmt::format("Table {} cannot be created: a Delta table keeps no collation (COLLATE {} "
                  "of column {}).",
                  table, collation, Quoted(column.Name())))
      .Hint("Write COLLATE where the column is compared or sorted instead.")
      .With("table", table)
      .With("column", column.Name());
}

delta::StructField FieldOf(const duckdb::ColumnDefinition& column, const std::string& table) {
  if (column.Generated()) {
    throw UnsupportedPart(
        table, fmt::format("generated columns without a type (column {})", Quoted(column.Name())))
        .Hint("Write the type: name type GENERATED ALWAYS AS (expression).");
  }
  CheckCollation(column, table);
  delta::StructField field{column.Name(), ToDelta(column.Type(), column.Name()), true, {}};
  if (!column.Comment().IsNull()) {
    field.metadata.push_back({"comment", nlohmann::json(column.Comment().ToString()).dump()});
  }
  return field;
}

void ApplyConstraints(const duckdb::CreateTableInfo& info, const std::string& table,
                      delta::Schema& schema) {
  for (const auto& constraint : info.constraints) {
    if (constraint->type == duckdb::ConstraintType::CHECK) continue;
    if (constraint->type != duckdb::ConstraintType::NOT_NULL) {
      throw UnsupportedPart(table, Describe(*constraint, info.columns));
    }
    const auto& not_null = constraint->Cast<duckdb::NotNullConstraint>();
    schema.fields.at(not_null.index.index).nullable = false;
  }
}

// The CHECK constraints become properties; those that stand among the properties already are
// looked at too. `name` is "bronze.t".
void AddChecks(const duckdb::CreateTableInfo& info, const engine::StatementOptions& options,
               const std::string& name, delta::Metadata& metadata) {
  for (const RowCheck& check : RowChecksOf(metadata, name)) {
    ConditionSql(check, metadata.schema, name);
  }
  const auto names = CheckNamesIn(options.source);
  size_t number = 0;
  for (const auto& constraint : info.constraints) {
    if (constraint->type != duckdb::ConstraintType::CHECK) continue;
    const auto& expression = *constraint->Cast<duckdb::CheckConstraint>().expression;
    const auto given = number < names.size() ? names[number] : std::nullopt;
    ++number;
    const auto condition = FromDuckdb(expression, metadata.schema, info.table);
    const std::string own = given ? *given : ConstraintNameFor(condition, metadata, name);
    const RowCheck check = NewConstraint(metadata, own, condition, name);
    metadata = AddConstraint(metadata, check).definition;
  }
}

Error UnknownPartition(const std::string& name, const delta::Schema& schema,
                       const std::string& table) {
  std::vector<std::string> candidates;
  for (const delta::StructField& field : schema.fields) candidates.push_back(field.name);
  return Error(ErrorKind::kInvalidInput, "create.unknown_partition_column",
               fmt::format("Table {} has no column \"{}\" to be partitioned by.", table, name))
      .Hint(base::SuggestName(name, candidates))
      .With("table", table)
      .With("column", name);
}

const delta::StructField& PartitionField(const duckdb::ParsedExpression& key,
                                         const delta::Schema& schema, const std::string& table) {
  if (key.GetExpressionClass() != duckdb::ExpressionClass::COLUMN_REF) {
    throw Error(
        ErrorKind::kUnsupported, "create.partition_expression",
        fmt::format("Table {} cannot be partitioned by {}: Delta partitions by columns, not "
                    "by expressions.",
                    table, key.ToString()))
        .Hint("Add a column with the expression's value and partition by that.")
        .With("table", table);
  }
  const std::string& name = key.Cast<duckdb::ColumnRefExpression>().GetColumnName();
  const delta::StructField* field = schema.Find(name);
  if (!field) throw UnknownPartition(name, schema, table);
  if (!CanPartitionBy(field->type)) {
    throw Error(ErrorKind::kUnsupported, "create.partition_type",
                fmt::format("Table {} cannot be partitioned by column \"{}\" of type {}.", table,
                            name, field->type.ToString()))
        .With("table", table)
        .With("column", name);
  }
  return *field;
}

std::vector<std::string> PartitionsOf(const duckdb::CreateTableInfo& info,
                                      const delta::Schema& schema, const std::string& table) {
  std::vector<std::string> partitions;
  for (const auto& key : info.partition_keys) {
    const std::string& name = PartitionField(*key, schema, table).name;
    if (std::find(partitions.begin(), partitions.end(), name) != partitions.end()) {
      throw Error(
          ErrorKind::kInvalidInput, "create.duplicate_partition_column",
          fmt::format("PARTITIONED BY of table {} names column \"{}\" twice.", table, name));
    }
    partitions.push_back(name);
  }
  if (!partitions.empty() && partitions.size() == schema.fields.size()) {
    throw Error(ErrorKind::kInvalidInput, "create.only_partition_columns",
                fmt::format("Table {} cannot be partitioned by all of its columns.", table))
        .Hint("Leave at least one column out of PARTITIONED BY.");
  }
  return partitions;
}

void CheckClauses(const duckdb::CreateTableInfo& info, const engine::StatementOptions& options,
                  const std::string& table) {
  if (!info.sort_keys.empty()) throw UnsupportedPart(table, "SORTED BY");
  const bool is_delta =
      !options.using_format || duckdb::StringUtil::CIEquals(*options.using_format, "delta");
  if (is_delta) return;
  throw Error(ErrorKind::kUnsupported, "create.format",
              fmt::format("Table {} cannot be created USING {}: all tables of a lake are Delta "
                          "tables.",
                          table, *options.using_format))
      .Hint("Write USING DELTA, or leave USING out.")
      .With("table", table);
}

// What types say beyond the engine's.
void ApplyDeclaredTypes(const engine::StatementOptions& options, delta::Schema& schema) {
  for (const engine::DeclaredColumn& column : options.declared_columns) {
    const auto index = schema.IndexOf(column.name);
    if (index) ApplyDeclared(column.type, schema.fields[*index]);
  }
}

// Spark's COMMENT clauses.
void ApplyComments(const engine::StatementOptions& options, delta::Metadata& metadata) {
  if (options.table_comment) metadata.description = options.table_comment;
  for (const auto& [column, comment] : options.column_comments) {
    const auto index = metadata.schema.IndexOf(column);
    if (!index) continue;
    metadata.schema.fields[*index].metadata.push_back({"comment", nlohmann::json(comment).dump()});
  }
}

}  // namespace

delta::Metadata DefinitionOf(const duckdb::CreateTableInfo& info,
                             const engine::StatementOptions& options, const std::string& name) {
  CheckClauses(info, options, name);
  delta::Metadata metadata;
  for (const auto& column : info.columns.Logical()) {
    metadata.schema.fields.push_back(FieldOf(column, name));
  }
  ApplyDeclaredTypes(options, metadata.schema);
  ApplyConstraints(info, name, metadata.schema);
  metadata.configuration = TablePropertiesOf(info, options, name);
  metadata.configuration.emplace("delta.enableDeletionVectors", "true");
  TakeComment(metadata);
  const bool is_mapped = delta::ColumnMappingOf(metadata) != delta::ColumnMapping::kNone;
  delta::CheckSchema(metadata.schema, is_mapped);
  metadata.partition_columns = PartitionsOf(info, metadata.schema, name);
  delta::CheckStatisticsColumns(metadata, name);
  DefineColumnValues(info, options, name, metadata);
  if (!info.comment.IsNull()) metadata.description = info.comment.ToString();
  ApplyComments(options, metadata);
  AddChecks(info, options, name, metadata);
  return metadata;
}

}  // namespace laguna::catalog
