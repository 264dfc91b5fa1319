// SPDX-License-Identifier: Apache-2.0
#include "catalog/table_operand.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "catalog/named_argument.h"
#include "duckdb/parser/keyword_helper.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

constexpr const char* kPath = "path";

struct OperandInfo final : duckdb::TableFunctionInfo {
  explicit OperandInfo(const LakeEnvironment& lake_environment) : environment(lake_environment) {}
  const LakeEnvironment& environment;
};

// delta.`path`: Spark's name for the table in a folder. A plain word behind the dot is a table of a
// schema called delta.
bool AcceptFolder(engine::TokenReader& tokens, engine::FunctionCall& call) {
  if (tokens.Peek().kind == engine::TokenKind::kString) {
    call.named[kPath] = engine::Value(tokens.TakeString());
    return true;
  }
  if (!tokens.Accept("DELTA")) return false;
  if (!tokens.AcceptOperator(".")) {
    call.arguments.emplace_back("delta");
    return true;
  }
  if (tokens.Peek().kind == engine::TokenKind::kQuotedIdentifier) {
    call.named[kPath] = engine::Value(tokens.TakeIdentifier());
    return true;
  }
  auto name = tokens.TakeQualifiedName();
  name.parts.insert(name.parts.begin(), "delta");
  call.arguments.emplace_back(QuotedName(name));
  return true;
}

}  // namespace

std::string QuotedName(const engine::QualifiedName& name) {
  std::string text;
  for (const auto& part : name.parts) {
    if (!text.empty()) text += '.';
    text += duckdb::KeywordHelper::WriteOptionallyQuoted(part);
  }
  return text;
}

void TakeTableOperand(engine::TokenReader& tokens, engine::FunctionCall& call) {
  if (AcceptFolder(tokens, call)) return;
  call.arguments.emplace_back(QuotedName(tokens.TakeQualifiedName()));
}

void RegisterWithTableOperand(duckdb::ExtensionLoader& loader, duckdb::TableFunction function,
                              const LakeEnvironment& environment) {
  duckdb::TableFunctionSet functions(function.name);
  function.named_parameters[kPath] = duckdb::LogicalType::VARCHAR;
  function.function_info = duckdb::make_shared_ptr<OperandInfo>(environment);
  functions.AddFunction(function);
  function.arguments.insert(function.arguments.begin(), duckdb::LogicalType::VARCHAR);
  functions.AddFunction(std::move(function));
  loader.RegisterFunction(std::move(functions));
}

const LakeEnvironment& EnvironmentOf(const duckdb::TableFunctionBindInput& input) {
  return input.info->Cast<OperandInfo>().environment;
}

OpenedTable OpenTableOperand(duckdb::ClientContext& context,
                             const duckdb::TableFunctionBindInput& input,
                             const std::string& what_for) {
  const duckdb::Value* path = GivenArgument(input, kPath);
  const bool by_path = path != nullptr;
  const bool by_name = !input.inputs.empty() && !input.inputs[0].IsNull();
  if (by_path == by_name) {
    throw Error(ErrorKind::kInvalidInput, "catalog.unknown_table",
                fmt::format("{} needs either the name of a table or path => its folder, not NULL.",
                            input.table_function.name));
  }
  if (by_path) {
    return OpenTableFolder(context, EnvironmentOf(input), path->GetValue<std::string>());
  }
  return OpenNamedTable(context, input.inputs[0].GetValue<std::string>(), what_for,
                        duckdb::QueryErrorContext(input.ref.query_location));
}

}  // namespace laguna::catalog
