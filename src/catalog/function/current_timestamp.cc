// SPDX-License-Identifier: Apache-2.0
// current_timestamp(): Spark writes the brackets, which DuckDB's parser takes for a function that
// it does not have.
#include "catalog/sql_function.h"
#include "duckdb/catalog/default/default_functions.hpp"
#include "duckdb/parser/parsed_data/create_macro_info.hpp"

namespace laguna::catalog {
namespace {

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  static const duckdb::DefaultMacro macro{
      DEFAULT_SCHEMA, "current_timestamp", {nullptr}, {{nullptr, nullptr}}, "now()"};
  const auto info = duckdb::DefaultFunctionGenerator::CreateInternalMacroInfo(macro);
  loader.RegisterFunction(*info);
}

}  // namespace

extern const SqlFunction current_timestamp_function{
    .name = "current_timestamp",
    .syntax = "current_timestamp()",
    .documentation = "The time at which the transaction began, as Spark spells it: `now()`.",
    .example = "SELECT current_timestamp() - INTERVAL 7 DAYS",
    .add = Add,
};

}  // namespace laguna::catalog
