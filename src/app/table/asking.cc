// SPDX-License-Identifier: Apache-2.0
#include "app/table/asking.h"

#include "app/listings.h"
#include "app/output/result_writer.h"
#include "app/statement_runner.h"
#include "app/table_name.h"
#include "base/error.h"
#include "engine/script.h"
#include "engine/sql_text.h"

namespace laguna::app {
namespace {

template <class Body>
void Placeless(const Body& body) {
  try {
    body();
  } catch (const base::Error& error) {
    throw WithoutPlace(error);
  }
}

}  // namespace

bool IsFolderName(const std::string& typed) {
  return typed.find('/') != std::string::npos || typed == "." || typed == "..";
}

TableOperand::TableOperand(const std::string& typed)
    : is_folder(IsFolderName(typed)),
      name(is_folder ? typed : TableName(typed)),
      argument((is_folder ? "path => " : "") + engine::QuotedText(name)),
      in_statement(is_folder ? engine::QuotedText(name) : name) {}

Asking::Asking(CommandContext& context)
    : context_(context),
      composition_(Composition::InLake(context.options, context.end, context.log)),
      session_(composition_->database()) {}

Asking::Asking(CommandContext& context, const TableOperand& table)
    : context_(context),
      composition_(table.is_folder
                       ? Composition::WithOrWithoutLake(context.options, context.end, context.log)
                       : Composition::InLake(context.options, context.end, context.log)),
      session_(composition_->database()) {}

void Asking::Show(const std::string& query, const engine::NamedValues& parameters) {
  const engine::Script script(query, "");
  StatementRunner runner(session_, context_.console, context_.interrupts);
  RunSettings settings;
  settings.format = &FindOutputFormat(context_.options.json ? "json" : "table");
  settings.types = false;
  settings.rows_max.reset();
  settings.see_whole = "--json";
  Placeless([&] { runner.Run(script, script.statements().front(), settings, parameters); });
}

void Asking::ShowTables() {
  Listing tables;
  Placeless([&] { tables = TablesOfLake(session_); });
  Show(tables.query, tables.parameters);
}

std::vector<engine::Value> Asking::Row(const std::string& query) {
  std::vector<engine::Value> row;
  Placeless([&] { row = session_.Run(query).Drain().at(0); });
  return row;
}

}  // namespace laguna::app
