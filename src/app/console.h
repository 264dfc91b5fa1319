// SPDX-License-Identifier: Apache-2.0
// How a command talks to its user: data on stdout, everything else (notes, errors, progress) on
// stderr. Made in main, used by the main thread.
#pragma once

#include <string>
#include <string_view>

#include "app/output/output.h"
#include "app/output/paint.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/error_report.h"

namespace laguna::app {

struct ConsoleManner {
  // Errors as JSON, no notes.
  bool json = false;
  // No notes, no progress.
  bool quiet = false;
};

class Console {
 public:
  Console(Output& out, Output& err, const Terminal& terminal, ConsoleManner manner)
      : out_(out), err_(err), terminal_(terminal), manner_(manner) {}

  [[nodiscard]] Output& out() { return out_; }
  [[nodiscard]] Output& err() { return err_; }
  [[nodiscard]] const Terminal& terminal() const { return terminal_; }
  [[nodiscard]] bool json() const { return manner_.json; }
  // Nobody wants to read along.
  [[nodiscard]] bool silent() const { return manner_.quiet || manner_.json; }

  // One line for the user on stderr; nothing when silent.
  void Note(std::string_view line);
  // The error on stderr, as text or as one line of JSON, after what stdout still holds.
  void Report(const base::Error& error);

 private:
  Output& out_;
  Output& err_;
  Terminal terminal_;
  ConsoleManner manner_;
};

// A help page: as it is, or for programs as {"help": page}.
void WritePage(Console& console, std::string_view page);

// {"error": {kind, code, message, hint, place, values}} in one line.
std::string ErrorAsJson(const base::Error& error);
// The inner object alone.
std::string ErrorFieldsAsJson(const base::Error& error);
// The report of an error with its marks painted.
std::string ErrorAsText(const base::Error& error, bool colour,
                        size_t columns = base::kReportColumns);

}  // namespace laguna::app
