// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/rewrite_insert.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/column_value/default_keyword.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_schema.h"
#include "catalog/lake_table.h"
#include "catalog/lake_transaction.h"
#include "catalog/type_map.h"
#include "catalog/write/evolved_target.h"
#include "catalog/write/insert_casts.h"
#include "catalog/write/insert_fit.h"
#include "catalog/write/insert_partition.h"
#include "catalog/write/store_assignment.h"
#include "delta/column_mapping.h"
#include "delta/schema_evolution.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/statement/explain_statement.hpp"
#include "duckdb/parser/statement/insert_statement.hpp"
#include "duckdb/parser/statement/prepare_statement.hpp"
#include "duckdb/parser/tableref/expressionlistref.hpp"
#include "duckdb/planner/binder.hpp"
#include "duckdb/planner/bound_parameter_map.hpp"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using duckdb::InsertStatement;

struct FoundInsert {
  InsertStatement* statement = nullptr;
  bool prepared = false;
};

FoundInsert InsertIn(duckdb::SQLStatement& statement) {
  switch (statement.type) {
    case duckdb::StatementType::INSERT_STATEMENT:
      return {&statement.Cast<InsertStatement>(), false};
    case duckdb::StatementType::EXPLAIN_STATEMENT:
      return InsertIn(*statement.Cast<duckdb::ExplainStatement>().stmt);
    case duckdb::StatementType::PREPARE_STATEMENT:
      return {InsertIn(*statement.Cast<duckdb::PrepareStatement>().statement).statement, true};
    default:
      return {};
  }
}

// The lake's table that the statement writes to; null for others and for names that nothing has.
LakeTable* TargetOf(duckdb::ClientContext& context, const InsertStatement& insert) {
  std::string catalog = insert.catalog;
  std::string schema = insert.schema;
  duckdb::Binder::BindSchemaOrCatalog(context, catalog, schema);
  const duckdb::EntryLookupInfo lookup(duckdb::CatalogType::TABLE_ENTRY, insert.table);
  auto entry = duckdb::Catalog::GetEntry(context, catalog, schema, lookup,
                                         duckdb::OnEntryNotFound::RETURN_NULL);
  return entry ? dynamic_cast<LakeTable*>(entry.get()) : nullptr;
}

std::string SqlNameOf(const LakeTable& table) {
  return fmt::format("{}.{}", table.ParentSchema().name, table.name);
}

const std::vector<delta::StructField>& FieldsOf(const LakeTable& table) {
  return table.view()->metadata.schema.fields;
}

void RefuseConflictClause(const InsertStatement& insert, const LakeTable& table) {
  if (!insert.on_conflict_info) return;
  throw Error(ErrorKind::kUnsupported, "insert.on_conflict",
              fmt::format("INSERT OR REPLACE, INSERT OR IGNORE and ON CONFLICT need a key, which "
                          "the Delta table {} cannot have.",
                          SqlNameOf(table)))
      .Hint(fmt::format("MERGE INTO {} USING ... ON ... says by which columns rows are the same.",
                        SqlNameOf(table)))
      .With("table", SqlNameOf(table));
}

// The table's fields that the values of the statement go to, one after the other.
std::vector<delta::StructField> WantedFields(const InsertStatement& insert,
                                             const LakeTable& table) {
  if (insert.columns.empty()) return FieldsOf(table);
  std::vector<delta::StructField> wanted;
  for (const std::string& name : insert.columns) {
    const delta::StructField* field = table.view()->metadata.schema.Find(name);
    if (field != nullptr) wanted.push_back(*field);
  }
  return wanted;
}

using Row = duckdb::vector<duckdb::unique_ptr<duckdb::ParsedExpression>>;

void CheckRow(const Row& row, const LakeTable& table, const std::vector<delta::StructField>& wanted,
              const std::vector<duckdb::LogicalType>& types) {
  for (size_t i = 0; i < std::min(row.size(), types.size()); ++i) {
    if (row[i]->GetExpressionClass() != duckdb::ExpressionClass::CONSTANT) continue;
    const auto& value = row[i]->Cast<duckdb::ConstantExpression>().value;
    const auto lost = LossyAssignment(value, types[i]);
    if (!lost) continue;
    throw Error(ErrorKind::kInvalidInput, "write.value",
                fmt::format("A value does not fit column \"{}\" of table {}: {}.", wanted[i].name,
                            SqlNameOf(table), *lost))
        .With("table", SqlNameOf(table))
        .With("column", wanted[i].name);
  }
}

// DuckDB rounds and cuts the constants of VALUES while it plans; then nobody sees it any more.
void CheckConstants(const InsertStatement& insert, const LakeTable& table) {
  const auto values = insert.GetValuesList();
  if (!values) return;
  const std::vector<delta::StructField> wanted = WantedFields(insert, table);
  std::vector<duckdb::LogicalType> types;
  for (const auto& field : wanted) types.push_back(ToDuckdb(field.type, field.name));
  for (const Row& row : values->values) CheckRow(row, table, wanted, types);
}

// The query with the statement's common table expressions, as the binder sees it.
duckdb::unique_ptr<duckdb::SQLStatement> SourceOf(const InsertStatement& insert) {
  auto source = insert.select_statement->Copy();
  auto& node = *source->Cast<duckdb::SelectStatement>().node;
  auto above = insert.cte_map.Copy();
  for (auto& [name, expression] : above.map) {
    if (!node.cte_map.map.contains(name)) node.cte_map.map.insert(name, std::move(expression));
  }
  return source;
}

std::vector<GivenColumn> ColumnsOf(const engine::Rewriting& rewriting,
                                   const InsertStatement& insert) {
  const auto source = SourceOf(insert);
  duckdb::BoundParameterMap parameters(rewriting.parameters);
  const auto binder = duckdb::Binder::CreateBinder(rewriting.context);
  binder->SetParameters(parameters);
  const duckdb::BoundStatement bound = binder->Bind(*source);
  std::vector<GivenColumn> columns;
  for (size_t i = 0; i < bound.names.size(); ++i) {
    columns.push_back({bound.names[i], bound.types[i]});
  }
  return columns;
}

// The columns of the rows by the names that they have in the table, or will have: by position the
// first ones take the table's.
delta::Schema IncomingSchema(const InsertStatement& insert, const LakeTable& table,
                             const std::vector<GivenColumn>& given) {
  const bool by_name = insert.column_order == duckdb::InsertColumnOrder::INSERT_BY_NAME;
  const auto& fields = FieldsOf(table);
  delta::Schema schema;
  for (size_t i = 0; i < given.size(); ++i) {
    std::string name = given[i].name;
    if (!by_name && !insert.columns.empty()) {
      if (i < insert.columns.size()) name = insert.columns[i];
    } else if (!by_name && i < fields.size()) {
      name = fields[i].name;
    }
    const delta::StructField* known = table.view()->metadata.schema.Find(name);
    const bool untyped = given[i].type.id() == duckdb::LogicalTypeId::SQLNULL;
    schema.fields.push_back(
        {name, known != nullptr && untyped ? known->type : ToDelta(given[i].type, name), true, {}});
  }
  return schema;
}

// The columns of VALUES have no names, so none of them can be new.
bool MayEvolve(const InsertStatement& insert) {
  return insert.select_statement && !insert.GetValuesList();
}

void EvolveTarget(const engine::Rewriting& rewriting, InsertStatement& insert, LakeTable& table) {
  auto& transaction = LakeTransaction::Get(rewriting.context, table.ParentCatalog());
  const TableViewPtr before = transaction.View(table.root());
  if (!before) return;
  auto after = std::make_shared<TableView>(*before);
  const delta::Schema incoming = IncomingSchema(insert, table, ColumnsOf(rewriting, insert));
  if (!delta::EvolveSchema(after->metadata, incoming)) return;
  const bool is_mapped = delta::ColumnMappingOf(after->metadata) != delta::ColumnMapping::kNone;
  delta::CheckSchema(after->metadata.schema, is_mapped);
  delta::MapColumns(after->metadata, &before->metadata,
                    table.lake_schema().lake_catalog().environment().random);
  LakeTable& evolved = table.lake_schema().EntryFor(table.name, after);
  insert.catalog = table.ParentCatalog().GetName();
  insert.schema = table.ParentSchema().name;
  insert.table = NameOfTarget(rewriting.context, evolved);
}

void CheckPartitions(const engine::StatementOptions& options, const LakeTable& table) {
  if (!options.copy_partition_by) return;
  const std::vector<std::string>& has = table.view()->metadata.partition_columns;
  const bool same =
      std::equal(has.begin(), has.end(), options.copy_partition_by->begin(),
                 options.copy_partition_by->end(), [](const std::string& a, const std::string& b) {
                   return duckdb::StringUtil::CIEquals(a, b);
                 });
  if (same) return;
  throw Error(ErrorKind::kInvalidInput, "copy.partitions",
              fmt::format("Table {} is partitioned by ({}), not by ({}) as PARTITION_BY says.",
                          SqlNameOf(table), fmt::join(has, ", "),
                          fmt::join(*options.copy_partition_by, ", ")))
      .Hint("Leave PARTITION_BY out: a table that is there keeps its partitions.")
      .With("table", SqlNameOf(table));
}

void RefusePrepared(const LakeTable& table) {
  throw Error(ErrorKind::kUnsupported, "insert.prepared_evolution",
              fmt::format("PREPARE ... AS INSERT WITH SCHEMA EVOLUTION INTO {} cannot be done: the "
                          "columns are found when the statement runs.",
                          SqlNameOf(table)))
      .Hint("Run the INSERT without PREPARE.")
      .With("table", SqlNameOf(table));
}

}  // namespace

void RewriteInsert(const engine::Rewriting& rewriting) {
  const auto [insert, prepared] = InsertIn(rewriting.statement);
  if (insert == nullptr) return;
  LakeTable* table = TargetOf(rewriting.context, *insert);
  if (table == nullptr || table->error() || table->fixed()) return;
  RefuseConflictClause(*insert, *table);
  CheckPartitions(rewriting.options, *table);
  FillPartition(rewriting, *insert, *table);
  TakeOwnValuesOut(*insert, *table);
  CheckConstants(*insert, *table);
  KeepWrittenCasts(*insert);
  if (!rewriting.options.schema_evolution || !MayEvolve(*insert)) return;
  if (prepared) RefusePrepared(*table);
  EvolveTarget(rewriting, *insert, *table);
}

std::optional<Error> ReadInsertFailure(const engine::Rewriting& rewriting) try {
  const auto [insert, prepared] = InsertIn(rewriting.statement);
  if (insert == nullptr || !insert->select_statement) return std::nullopt;
  const LakeTable* table = TargetOf(rewriting.context, *insert);
  if (table == nullptr || table->error() || table->fixed()) return std::nullopt;
  std::vector<GivenColumn> given = ColumnsOf(rewriting, *insert);
  if (insert->column_order == duckdb::InsertColumnOrder::INSERT_BY_NAME) {
    return MisfitOf(SqlNameOf(*table), FieldsOf(*table), given, InsertMatch::kByName);
  }
  const std::vector<delta::StructField> wanted = WantedFields(*insert, *table);
  const bool names_unknown = wanted.size() < insert->columns.size();
  if (!names_unknown) {
    return MisfitOf(SqlNameOf(*table), wanted, given, InsertMatch::kByPosition);
  }
  if (given.size() != insert->columns.size()) return std::nullopt;
  for (size_t i = 0; i < given.size(); ++i) given[i].name = insert->columns[i];
  return MisfitOf(SqlNameOf(*table), FieldsOf(*table), given, InsertMatch::kByName);
} catch (const std::exception&) {
  // The query itself cannot be bound; DuckDB has said why.
  return std::nullopt;
}

}  // namespace laguna::catalog
