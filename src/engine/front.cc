// SPDX-License-Identifier: Apache-2.0
#include "engine/front.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/expression/star_expression.hpp"
#include "duckdb/parser/parsed_data/load_info.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/query_node/select_node.hpp"
#include "duckdb/parser/statement/create_statement.hpp"
#include "duckdb/parser/statement/load_statement.hpp"
#include "duckdb/parser/statement/prepare_statement.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "engine/check_fields.h"
#include "engine/copy_to_delta.h"
#include "engine/declared_columns.h"
#include "engine/duckdb_value.h"
#include "engine/edit/edits.h"
#include "engine/extension_file.h"
#include "engine/folder_relation.h"
#include "engine/query_plan.h"
#include "engine/table_walk.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;

// In this order: names first, so that later edits may look at them; what is refused before what is
// taken apart.
constexpr void (*kEdits[])(EditedStatement&) = {
    EditBackQuotedNames, EditPipelineStatement, EditSchemaEvolution,
    EditInsertOverwrite, EditInsertPartition,   EditReplaceWhere,
    EditColumnTypes,     EditTypedPartitions,   EditKeys,
    EditTableComment,    EditCreateTable,       EditTimeTravel,
    EditArgumentName,    EditStreamRelation,    EditChangedColumns,
    EditColumnValues,    EditPreparedMerge,
};

// How many tokens the spelling takes at the statement's begin; 0 when it does not stand there.
size_t MatchedWords(const std::vector<Token>& tokens, std::string_view spelling) {
  size_t count = 0;
  while (!spelling.empty()) {
    const size_t space = std::min(spelling.find(' '), spelling.size());
    if (count >= tokens.size() || !tokens[count].Is(spelling.substr(0, space))) {
      return 0;
    }
    ++count;
    spelling.remove_prefix(std::min(space + 1, spelling.size()));
  }
  return count;
}

struct OwnMatch {
  const OwnStatement* statement = nullptr;
  size_t words = 0;
};

bool Accepts(const OwnStatement& statement, const std::vector<Token>& tokens, size_t words) {
  return statement.accepts == nullptr || statement.accepts(std::span(tokens).subspan(words));
}

OwnMatch MatchOwn(const std::vector<const OwnStatement*>& statements,
                  const std::vector<Token>& tokens) {
  OwnMatch best;
  for (const OwnStatement* statement : statements) {
    for (const std::string_view spelling : statement->leading_words) {
      const size_t words = MatchedWords(tokens, spelling);
      if (words > best.words && Accepts(*statement, tokens, words)) {
        best = {statement, words};
      }
    }
  }
  return best;
}

// Statements of other Delta programs that will be there, and what stands in for them until then.
struct LaterStatement {
  std::string_view words;
  const char* instead;
};
constexpr std::array kLater = {
    LaterStatement{"OPTIMIZE", "INSERT OVERWRITE t FROM t writes its rows into few files."},
};

void RefuseLater(const Script& script, const ScriptStatement& statement) {
  const auto& tokens = statement.tokens;
  for (const LaterStatement& later : kLater) {
    const size_t words = MatchedWords(tokens, later.words);
    if (words == 0 || words == tokens.size() || tokens[words].kind == TokenKind::kEnd) continue;
    throw Error(ErrorKind::kUnsupported, "sql.not_yet",
                fmt::format("{} is not there yet.", later.words))
        .Hint(later.instead)
        .At(script.PlaceOf(statement.offset, tokens.front().text.size()));
  }
}

duckdb::unique_ptr<duckdb::ParsedExpression> Constant(const Value& value) {
  return duckdb::make_uniq<duckdb::ConstantExpression>(ToDuckdb(value));
}

// SELECT * FROM function(arguments...).
duckdb::unique_ptr<duckdb::SQLStatement> SelectFrom(const FunctionCall& call) {
  duckdb::vector<duckdb::unique_ptr<duckdb::ParsedExpression>> arguments;
  for (const Value& value : call.arguments) {
    arguments.push_back(Constant(value));
  }
  for (const auto& [name, value] : call.named) {
    arguments.push_back(Constant(value));
    arguments.back()->SetAlias(name);
  }
  auto table = duckdb::make_uniq<duckdb::TableFunctionRef>();
  table->function =
      duckdb::make_uniq<duckdb::FunctionExpression>(call.function, std::move(arguments));
  table->query_location = 0;
  auto node = duckdb::make_uniq<duckdb::SelectNode>();
  node->select_list.push_back(duckdb::make_uniq<duckdb::StarExpression>());
  node->from_table = std::move(table);
  auto statement = duckdb::make_uniq<duckdb::SelectStatement>();
  statement->node = std::move(node);
  return statement;
}

EditedStatement Edited(const Script& script, const ScriptStatement& statement) {
  EditedStatement edited(script, statement);
  for (const auto edit : kEdits) {
    edit(edited);
  }
  const size_t nul = edited.text().find('\0');
  if (nul != std::string::npos) {
    throw Error(ErrorKind::kInvalidInput, "sql.syntax", "The statement holds a NUL byte.")
        .At(script.PlaceOf(statement.offset + nul));
  }
  return edited;
}

void ApplyTimeTravel(duckdb::SQLStatement& statement, const TimeTravel& travel,
                     const duckdb::ParserOptions& options) {
  bool found = false;
  TableVisitor visitor;
  visitor.on_table = [&](duckdb::BaseTableRef& table) {
    if (table.query_location.IsValid() &&
        table.query_location.GetIndex() == travel.relation_offset && !table.at_clause) {
      table.at_clause = duckdb::make_uniq<duckdb::AtClause>(
          travel.unit, ParseExpressionAt(options, travel.expression, travel.expression_offset));
      found = true;
    }
  };
  WalkTables(statement, visitor);
  if (!found) {
    throw duckdb::ParserException::SyntaxError(
        statement.query, fmt::format("{} AS OF must follow a table that is read", travel.unit),
        travel.clause_offset);
  }
}

// LOAD name finds the file in our folder; nothing is ever fetched.
void RewriteLoad(duckdb::LoadInfo& info, const std::string& extension_directory) {
  if (info.load_type != duckdb::LoadType::LOAD) {
    throw Error(ErrorKind::kUnsupported, "engine.extension_install",
                "Extensions of the engine are not fetched at run time.")
        .Hint("LOAD name takes one that was set up with Laguna.");
  }
  if (info.filename.find_first_of("/\\.") == std::string::npos) {
    info.filename = ExtensionFile(extension_directory, info.filename);
  }
}

// The statement keeps the words of the user, not what the edits left of them.
void RestoreSource(duckdb::SQLStatement& statement, const std::string& source) {
  statement.query = source;
  statement.stmt_location = 0;
  statement.stmt_length = source.size();
  if (statement.type == duckdb::StatementType::CREATE_STATEMENT) {
    statement.Cast<duckdb::CreateStatement>().info->sql = source;
  }
}

}  // namespace

Front::Front(std::vector<const OwnStatement*> statements, std::string extension_directory)
    : statements_(std::move(statements)), extension_directory_(std::move(extension_directory)) {}

FrontStatement Front::Parse(duckdb::ClientContext& context, const Script& script,
                            const ScriptStatement& statement) const {
  script.CheckText(statement);
  const OwnMatch own = MatchOwn(statements_, statement.tokens);
  if (own.statement != nullptr) {
    return ParseOwn(script, statement, *own.statement, own.words);
  }
  RefuseLater(script, statement);
  return ParseDuckdb(context, script, statement);
}

FrontStatement Front::ParseOwn(const Script& script, const ScriptStatement& statement,
                               const OwnStatement& own, size_t words) const {
  std::vector<Token> rest(statement.tokens.begin() + static_cast<long>(words),
                          statement.tokens.end());
  rest.push_back({TokenKind::kEnd, {}, statement.offset + statement.text.size()});
  TokenReader reader(script, std::move(rest), own.syntax);
  const FunctionCall call = own.parse(reader);
  reader.TakeEnd();

  FrontStatement result;
  result.own = true;
  result.options.source = std::string(statement.text);
  result.statements.push_back(SelectFrom(call));
  RestoreSource(*result.statements.back(), result.options.source);
  return result;
}

FrontStatement Front::ParseDuckdb(duckdb::ClientContext& context, const Script& script,
                                  const ScriptStatement& statement) const {
  EditedStatement edited = Edited(script, statement);
  const duckdb::ParserOptions options = context.GetParserOptions();
  duckdb::Parser parser(options);
  parser.ParseQuery(edited.text());
  FrontStatement result;
  result.options = std::move(edited.options);
  for (auto& parsed : parser.statements) {
    ReplaceCopyToDelta(context, parsed, result.options);
    for (const TimeTravel& travel : edited.time_travels) {
      ApplyTimeTravel(*parsed, travel, options);
    }
    ReplaceFolderRelations(*parsed);
    SpellCheckFields(*parsed);
    if (parsed->type == duckdb::StatementType::LOAD_STATEMENT) {
      RewriteLoad(*parsed->Cast<duckdb::LoadStatement>().info, extension_directory_);
    }
    if (edited.prepared_name) {
      auto prepare = duckdb::make_uniq<duckdb::PrepareStatement>();
      prepare->name = *edited.prepared_name;
      prepare->statement = std::move(parsed);
      parsed = std::move(prepare);
    }
    RestoreSource(*parsed, result.options.source);
    RestoreDeclaredColumns(*parsed, result.options.declared_columns);
  }
  if (parser.statements.empty()) {
    throw Error(ErrorKind::kInvalidInput, "sql.syntax", "There is no statement to run here.")
        .At(script.PlaceOf(statement.offset));
  }
  context.PreprocessStatements(parser.statements);
  for (auto& parsed : parser.statements) {
    result.statements.push_back(std::move(parsed));
  }
  return result;
}

}  // namespace laguna::engine
