// SPDX-License-Identifier: Apache-2.0
// The interactive shell: reads statements, runs them, shows what comes back, and stays alive.
//
// A statement ends with a semicolon and may span lines; a line that begins with a dot is a command
// of the shell (shell_command.h). With a person at the other end an error is shown and the shell
// goes on; from a pipe the first error ends it. Used by one thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/console.h"
#include "app/interrupts.h"
#include "app/listings.h"
#include "app/shell/completion.h"
#include "app/shell/line_source.h"
#include "app/statement_runner.h"
#include "catalog/lake.h"
#include "engine/database.h"

namespace laguna::app {

// What a shell works with; all of it outlives the shell.
struct ShellParts {
  engine::Database& database;
  // Null outside a lake.
  const catalog::Lake* lake = nullptr;
  Console& console;
  Interrupts& interrupts;
};

class Shell {
 public:
  Shell(const ShellParts& parts, const RunSettings& settings);

  // Until the lines end or the user leaves.
  void Run(LineSource& lines);
  Completion Complete(const std::string& text);

  // For the dot commands.
  [[nodiscard]] RunSettings& settings() { return settings_; }
  [[nodiscard]] Console& console() { return parts_.console; }
  [[nodiscard]] bool in_lake() const { return parts_.lake != nullptr; }
  void Leave() { left_ = true; }
  void RunScript(std::string text, std::string file);
  // A query of this program that lists something; errors have no place.
  void List(const Listing& listing);
  // Every table and view there is.
  void ListTables();

 private:
  void Greet();
  [[nodiscard]] std::string Prompt() const;
  // One line of input; throws what running it throws.
  void Take(const std::string& line, LineSource& lines);
  void RunPending();
  void RunRest();
  void TakeLine(const std::string& line, LineSource& lines);
  void Survive(const base::Error& error);
  [[nodiscard]] base::Error Placed(const base::Error& error) const;

  ShellParts parts_;
  RunSettings settings_;
  std::unique_ptr<engine::Session> session_;
  // The lines of a statement that is not complete yet.
  std::string pending_;
  // Lines read before `pending_`, so that errors of a piped script name its own lines.
  int lines_before_ = 0;
  int lines_read_ = 0;
  bool interactive_ = false;
  bool left_ = false;
};

}  // namespace laguna::app
