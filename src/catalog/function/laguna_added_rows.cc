// SPDX-License-Identifier: Apache-2.0
// laguna_added_rows('bronze.t', from, to): the rows that some versions added to a table; what
// streams from a table read.
//
// Files that OPTIMIZE moved (dataChange is false) are no new rows; a version that took rows away or
// rewrote them has no answer here, and the reader has to start over.
#include <fmt/format.h>

#include <memory>
#include <utility>
#include <variant>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/named_table.h"
#include "catalog/scan/table_scan.h"
#include "catalog/session_table.h"
#include "catalog/sql_function.h"
#include "delta/table.h"
#include "duckdb/function/table_function.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

struct Versions {
  int64_t from = 0;
  int64_t to = 0;
};

Versions VersionsOf(const duckdb::TableFunctionBindInput& input) {
  if (input.inputs[0].IsNull() || input.inputs[1].IsNull() || input.inputs[2].IsNull()) {
    throw Error(ErrorKind::kInvalidInput, "stream.versions",
                "laguna_added_rows needs a table and two versions, none of them NULL.");
  }
  const Versions versions{input.inputs[1].GetValue<int64_t>(), input.inputs[2].GetValue<int64_t>()};
  if (versions.from < -1 || versions.to < versions.from || versions.to < 0) {
    throw Error(ErrorKind::kInvalidInput, "stream.versions",
                fmt::format("There are no versions after {} up to {}.", versions.from, versions.to))
        .Hint("The first is excluded (-1: from the beginning), the second included.");
  }
  return versions;
}

Error Rewritten(const std::string& table, int64_t version) {
  return Error(ErrorKind::kInvalidInput, "stream.source_rewritten",
               fmt::format("Version {} of {} took rows away or rewrote them; a stream reads tables "
                           "that only grow.",
                           version, table))
      .Hint("Build what reads it anew: laguna pipeline run --full-refresh TABLE")
      .With("table", table)
      .With("version", std::to_string(version));
}

// What one commit adds.
void AddFilesOf(const delta::Table::CommitFile& commit, const std::string& table,
                const std::string& table_id, int64_t version, std::vector<delta::AddFile>& added) {
  for (const delta::Action& action : commit.actions) {
    if (const auto* add = std::get_if<delta::AddFile>(&action); add != nullptr) {
      if (add->data_change) added.push_back(*add);
    } else if (const auto* remove = std::get_if<delta::RemoveFile>(&action); remove != nullptr) {
      if (remove->data_change) throw Rewritten(table, version);
    } else if (const auto* metadata = std::get_if<delta::Metadata>(&action); metadata != nullptr) {
      if (metadata->id != table_id) throw Rewritten(table, version);
    }
  }
}

std::vector<delta::AddFile> FilesAdded(delta::Table& log, const std::string& table,
                                       const std::string& table_id, const Versions& versions) {
  std::vector<delta::AddFile> added;
  for (int64_t version = versions.from + 1; version <= versions.to; ++version) {
    const auto commit = log.ReadCommit(version);
    if (!commit) {
      throw Error(ErrorKind::kNotFound, "stream.version_gone",
                  fmt::format("Version {} of {} is no longer in its log.", version, table))
          .Hint("Build what reads it anew: laguna pipeline run --full-refresh TABLE");
    }
    AddFilesOf(*commit, table, table_id, version, added);
  }
  return added;
}

// A stream names its source as that is called. A quote in it is a letter, which DuckDB's reading of
// names cannot say.
LakeTable* PlainlyNamed(duckdb::ClientContext& context, const std::string& name) {
  const size_t dot = name.find('.');
  if (dot == std::string::npos || name.find('"') == std::string::npos) return nullptr;
  const std::string own = name.substr(dot + 1);
  const duckdb::EntryLookupInfo lookup(duckdb::CatalogType::TABLE_ENTRY, own);
  auto entry = duckdb::Catalog::GetEntry(context, LakeCatalog::kName, name.substr(0, dot), lookup,
                                         duckdb::OnEntryNotFound::RETURN_NULL);
  auto* table = entry ? dynamic_cast<LakeTable*>(entry.get()) : nullptr;
  return table != nullptr && !table->error() ? table : nullptr;
}

TableScanSource SourceOf(duckdb::ClientContext& context,
                         const duckdb::TableFunctionBindInput& input) {
  const Versions versions = VersionsOf(input);
  const auto name = input.inputs[0].GetValue<std::string>();
  LakeTable* plain = PlainlyNamed(context, name);
  LakeTable& table = plain != nullptr
                         ? *plain
                         : NamedTable(context, name, "so nothing is added to it",
                                      duckdb::QueryErrorContext(input.ref.query_location));
  LakeCatalog& catalog = table.lake_schema().lake_catalog();
  delta::Table& log = catalog.Table(table.root());
  const delta::SnapshotPtr snapshot = log.AtVersion(versions.to);
  TableView view = *ViewOf(table.root(), *snapshot);
  if (versions.from >= 0) {
    const auto added = FilesAdded(log, name, view.metadata.id, versions);
    view.files = delta::FileTable().With({}, added);
  }
  TableScanSource source;
  source.view = std::make_shared<const TableView>(std::move(view));
  source.store = &catalog.environment().store;
  return source;
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<duckdb::LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  try {
    auto scan = BindTableScan(context, SourceOf(context, input));
    types = std::move(scan.types);
    names = std::move(scan.names);
    return std::move(scan.bind_data);
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  duckdb::Connection connection(loader.GetDatabaseInstance());
  duckdb::TableFunction function;
  connection.context->RunFunctionInTransaction(
      [&] { function = MakeScanFunction(*connection.context); });
  function.name = kAddedRowsFunction;
  function.arguments = {duckdb::LogicalType::VARCHAR, duckdb::LogicalType::BIGINT,
                        duckdb::LogicalType::BIGINT};
  function.named_parameters.clear();
  function.bind = Bind;
  loader.RegisterFunction(std::move(function));
}

}  // namespace

extern const SqlFunction laguna_added_rows_function{
    .name = kAddedRowsFunction,
    .syntax = "laguna_added_rows(table VARCHAR, from BIGINT, to BIGINT)",
    .documentation =
        "The rows that the versions after `from` up to `to` added to a table of the lake.\n\n"
        "From -1 it is the whole table as version `to` has it. A version that deleted or rewrote "
        "rows in between is an error: the function is what `STREAM table` reads in pipelines.",
    .example = "SELECT count(*) FROM laguna_added_rows('bronze.sales', 0, 1)",
    .add = Add,
};

}  // namespace laguna::catalog
