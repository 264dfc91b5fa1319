// SPDX-License-Identifier: Apache-2.0
// How the commands that are about a table speak with the engine: the table that NAME means, and a
// session whose statements are ours, so that their errors have no place. Used by the main thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/compose.h"
#include "engine/session.h"
#include "engine/value.h"

namespace laguna::app {

// A name with a slash, and "." and "..".
bool IsFolderName(const std::string& typed);

// What NAME says: a table of the lake, or a folder.
struct TableOperand {
  // InvalidInput "usage.table_name", "sql.syntax".
  explicit TableOperand(const std::string& typed);

  bool is_folder;
  std::string name;
  // As our functions take it: 'bronze.sales', path => '/data/sales'.
  std::string argument;
  // As statements take it: bronze.sales, '/data/sales'.
  std::string in_statement;
};

class Asking {
 public:
  explicit Asking(CommandContext& context);
  // About a table by its folder, for which there need be no lake.
  Asking(CommandContext& context, const TableOperand& table);

  // What comes back goes to stdout, as a table or as JSON.
  void Show(const std::string& query, const engine::NamedValues& parameters = {});
  // Every table of the lake.
  void ShowTables();
  // The only row of the query.
  std::vector<engine::Value> Row(const std::string& query);

  [[nodiscard]] engine::Session& session() { return session_; }

 private:
  CommandContext& context_;
  std::unique_ptr<Composition> composition_;
  engine::Session session_;
};

}  // namespace laguna::app
