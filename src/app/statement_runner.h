// SPDX-License-Identifier: Apache-2.0
// Runs scripts in a session and shows what comes back, for the shell, one-shot SQL and the commands
// that are made of SQL.
//
// Rows go to stdout in the format asked for. What a statement without rows has done is said there
// too: in a sentence with the formats for people, as an object with `json`. With the others stdout
// is nothing but rows, and the sentence is a note. Used by one thread.
#pragma once

#include <optional>

#include "app/console.h"
#include "app/interrupts.h"
#include "app/output/result_writer.h"
#include "engine/session.h"

namespace laguna::app {

struct RunSettings {
  const OutputFormat* format = nullptr;
  // Says how long each statement took.
  bool timer = false;
  // On a terminal, tables say the types of their columns.
  bool types = true;
  // Rows of a table shown on a terminal; nothing: all.
  std::optional<size_t> rows_max = 40;
  // TableStyle's.
  std::string_view see_whole = {};
};

class StatementRunner {
 public:
  StatementRunner(engine::Session& session, Console& console, Interrupts& interrupts)
      : session_(session), console_(console), interrupts_(interrupts) {}

  // All statements; the first failure ends it. Cancelled "sql.interrupted" when Ctrl-C came too
  // late for a statement, but others are left.
  void RunAll(const engine::Script& script, const RunSettings& settings);
  void Run(const engine::Script& script, const engine::ScriptStatement& statement,
           const RunSettings& settings, const engine::NamedValues& parameters = {});

 private:
  engine::Session& session_;
  Console& console_;
  Interrupts& interrupts_;
};

}  // namespace laguna::app
