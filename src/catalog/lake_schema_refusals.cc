// SPDX-License-Identifier: Apache-2.0
// What a schema of the lake does not keep. Each refusal names the object and the place that does
// keep such things.
#include <fmt/format.h>

#include "base/error.h"
#include "catalog/lake_schema.h"
#include "duckdb/parser/parsed_data/create_collation_info.hpp"
#include "duckdb/parser/parsed_data/create_copy_function_info.hpp"
#include "duckdb/parser/parsed_data/create_function_info.hpp"
#include "duckdb/parser/parsed_data/create_index_info.hpp"
#include "duckdb/parser/parsed_data/create_pragma_function_info.hpp"
#include "duckdb/parser/parsed_data/create_sequence_info.hpp"
#include "duckdb/parser/parsed_data/create_table_function_info.hpp"
#include "duckdb/parser/parsed_data/create_type_info.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

[[noreturn]] void Refuse(std::string_view what, const std::string& name, std::string hint) {
  engine::ThrowAsDuckdb(base::Error(base::ErrorKind::kUnsupported, "catalog.unsupported_object",
                                    fmt::format("A lake keeps tables and views; {} \"{}\" cannot "
                                                "be made in it.",
                                                what, name))
                            .Hint(std::move(hint)));
}

std::string TemporaryHint(std::string_view statement) {
  return fmt::format("CREATE TEMP {} keeps it for this session.", statement);
}

}  // namespace

duckdb::optional_ptr<duckdb::CatalogEntry> LakeSchema::CreateIndex(duckdb::CatalogTransaction,
                                                                   duckdb::CreateIndexInfo& info,
                                                                   duckdb::TableCatalogEntry&) {
  Refuse("index", info.index_name,
         "Partition the table instead: file statistics already skip files on selective filters.");
}

duckdb::optional_ptr<duckdb::CatalogEntry> LakeSchema::CreateFunction(
    duckdb::CatalogTransaction, duckdb::CreateFunctionInfo& info) {
  Refuse("macro", info.name, TemporaryHint("MACRO"));
}

duckdb::optional_ptr<duckdb::CatalogEntry> LakeSchema::CreateSequence(
    duckdb::CatalogTransaction, duckdb::CreateSequenceInfo& info) {
  Refuse("sequence", info.name, TemporaryHint("SEQUENCE"));
}

duckdb::optional_ptr<duckdb::CatalogEntry> LakeSchema::CreateTableFunction(
    duckdb::CatalogTransaction, duckdb::CreateTableFunctionInfo& info) {
  Refuse("table function", info.name, TemporaryHint("MACRO"));
}

duckdb::optional_ptr<duckdb::CatalogEntry> LakeSchema::CreateCopyFunction(
    duckdb::CatalogTransaction, duckdb::CreateCopyFunctionInfo& info) {
  Refuse("copy function", info.name, "");
}

duckdb::optional_ptr<duckdb::CatalogEntry> LakeSchema::CreatePragmaFunction(
    duckdb::CatalogTransaction, duckdb::CreatePragmaFunctionInfo& info) {
  Refuse("pragma", info.name, "");
}

duckdb::optional_ptr<duckdb::CatalogEntry> LakeSchema::CreateCollation(
    duckdb::CatalogTransaction, duckdb::CreateCollationInfo& info) {
  Refuse("collation", info.name, "");
}

duckdb::optional_ptr<duckdb::CatalogEntry> LakeSchema::CreateType(duckdb::CatalogTransaction,
                                                                  duckdb::CreateTypeInfo& info) {
  Refuse("type", info.name, TemporaryHint("TYPE"));
}

}  // namespace laguna::catalog
