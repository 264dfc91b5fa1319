// SPDX-License-Identifier: Apache-2.0
#include "ingest/read_files_function.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/error.h"
#include "duckdb/function/table_function.hpp"
#include "duckdb/main/extension/extension_loader.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/duckdb.h"
#include "engine/duckdb_value.h"
#include "engine/guard.h"
#include "engine/open_database.h"
#include "engine/written_query.h"
#include "ingest/decode/file_functions.h"
#include "ingest/decode/json_depth.h"
#include "ingest/decode/strict_types.h"
#include "ingest/decode/text_records_function.h"
#include "ingest/file_reading.h"
#include "ingest/read_files_options.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

struct ReadFilesInfo final : duckdb::TableFunctionInfo {
  explicit ReadFilesInfo(const catalog::LakeEnvironment& lake) : environment(lake) {}
  const catalog::LakeEnvironment& environment;
};

// On a connection of its own: the caller's is planning a statement.
RunText RunBeside(duckdb::ClientContext& context) {
  const auto connection = std::make_shared<duckdb::Connection>(*context.db);
  return [connection](const std::string& sql) {
    const auto result = connection->Query(sql);
    if (result->HasError()) throw engine::Translate(result->GetErrorObject());
    std::vector<engine::ValueList> rows;
    for (const auto& row : *result) {
      engine::ValueList values;
      for (duckdb::idx_t i = 0; i < result->ColumnCount(); ++i) {
        values.push_back(engine::FromDuckdb(row.GetBaseValue(i)));
      }
      rows.push_back(std::move(values));
    }
    return rows;
  };
}

engine::FunctionCall CallOf(const duckdb::TableFunctionBindInput& input) {
  engine::FunctionCall call;
  call.function = kReadFilesFunction;
  for (const duckdb::Value& argument : input.inputs) {
    call.arguments.push_back(engine::FromDuckdb(argument));
  }
  for (const auto& [name, value] : input.named_parameters) {
    call.named.emplace(name, engine::FromDuckdb(value));
  }
  return call;
}

Error NoFile(const ReadFilesOptions& options) {
  std::string patterns;
  for (const std::string& pattern : options.patterns) {
    patterns += fmt::format("{}'{}'", patterns.empty() ? "" : ", ", pattern);
  }
  return Error(ErrorKind::kNotFound, "read_files.no_file",
               fmt::format("No file with anything in it matches {}.", patterns))
      .Hint(
          "A path whose first part is a zone lies below the storage root, any other relative path "
          "starts at laguna.yaml.");
}

std::string QueryFor(duckdb::ClientContext& context, const ReadFilesInfo& info,
                     const ReadFilesOptions& options) {
  FileReading reading(info.environment, RunBeside(context));
  const std::vector<FileRecord> files = reading.reach().List(options.patterns, {});
  const auto pinned = reading.Look(files, options, {});
  if (!pinned) throw NoFile(options);
  const FileReading::Query query = reading.Read(files, *pinned, std::nullopt, {});
  if (query.bad_lines.empty()) return query.sql;
  const BadLine& bad = query.bad_lines.front();
  throw Error(
      ErrorKind::kInvalidInput, "read_files.bad_line",
      fmt::format("{}{}: {}", bad.file,
                  bad.line > 0 ? fmt::format(", line {}", bad.line) : std::string(), bad.reason))
      .With("file", bad.file);
}

duckdb::unique_ptr<duckdb::TableRef> Replace(duckdb::ClientContext& context,
                                             duckdb::TableFunctionBindInput& input) {
  try {
    const ReadFilesOptions options = ParseReadFilesOptions(CallOf(input));
    return engine::WrittenQuery(
        context, QueryFor(context, input.info->Cast<ReadFilesInfo>(), options), kReadFilesFunction);
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
}

duckdb::LogicalType TypeNamed(std::string_view name) {
  return name == "ANY" ? duckdb::LogicalType(duckdb::LogicalTypeId::ANY)
                       : engine::TypeNamed(std::string(name));
}

}  // namespace

engine::DatabaseSetup ReadFilesFunction(const catalog::LakeEnvironment& environment) {
  return [&environment](engine::OpenDatabase& database) {
    duckdb::TableFunction function;
    function.name = kReadFilesFunction;
    function.arguments = {duckdb::LogicalTypeId::ANY};
    for (const ReadFilesOption& option : AllReadFilesOptions()) {
      function.named_parameters[std::string(option.name)] = TypeNamed(option.type);
    }
    function.bind_replace = Replace;
    function.function_info = duckdb::make_shared_ptr<ReadFilesInfo>(environment);
    duckdb::ExtensionLoader loader(database.instance(), "laguna");
    loader.RegisterFunction(std::move(function));
    RegisterStrictTypes(loader);
    RegisterJsonDepth(loader);
    RegisterFileFunctions(loader);
    RegisterTextRecords(loader);
  };
}

catalog::FunctionPage ReadFilesPage() {
  return {.name = kReadFilesFunction,
          .syntax = "read_files(path VARCHAR or list [, option => value, ...])",
          .documentation =
              "Reads CSV, JSON and Parquet files by a path or a pattern (`*`, `?`, `[...]`, `**` "
              "for any folders).\n\n"
              "A path whose first part is a zone lies below the storage root, any other relative "
              "path starts at `laguna.yaml`. In a pipeline's streaming table, behind the word "
              "STREAM, each file is read once, and columns and types stay what they were found to "
              "be in the first files; here they are found anew by each query.",
          .example =
              "SELECT * FROM read_files('landing/sales/*.csv', types => {'price': "
              "'DOUBLE'}, nullstr => ['', 'NA'])"};
}

}  // namespace laguna::ingest
