// SPDX-License-Identifier: Apache-2.0
#include "app/shell/shell.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/build_info.h"
#include "app/output/display_width.h"
#include "app/shell/shell_command.h"

namespace laguna::app {
namespace {

constexpr size_t kStatementBytesMax = 64 << 20;
constexpr size_t kPromptNameColumns = 24;
// What errors call the text somebody typed.
constexpr const char* kTyped = "sql";

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// Words that people type to leave other shells.
bool MeansLeave(std::string_view line) {
  if (line.ends_with(';')) line.remove_suffix(1);
  return line == "quit" || line == "exit" || line == "\\q";
}

bool MeansHelp(std::string_view line) {
  if (line.ends_with(';')) line.remove_suffix(1);
  return line == "help" || line == "?" || line == "\\?" || line == "\\h";
}

std::string ZoneList(const catalog::Lake& lake) {
  std::string list;
  for (const catalog::Zone& zone : lake.zones) {
    if (!list.empty()) list += ", ";
    list += zone.name + (zone.files ? " (files)" : "");
  }
  return list;
}

}  // namespace

Shell::Shell(const ShellParts& parts, const RunSettings& settings)
    : parts_(parts),
      settings_(settings),
      session_(std::make_unique<engine::Session>(parts.database)) {}

void Shell::Run(LineSource& lines) {
  interactive_ = lines.interactive();
  if (interactive_) Greet();
  while (!left_) {
    const InputLine line = lines.Read(Prompt(), pending_);
    if (line.kind == InputLine::Kind::kEnd) break;
    if (line.kind == InputLine::Kind::kInterrupted) {
      pending_.clear();
      continue;
    }
    TakeLine(line.text, lines);
  }
  if (!interactive_) RunRest();
  if (session_->in_transaction()) {
    parts_.console.Note("The open transaction is rolled back; COMMIT keeps one.");
  }
}

// The last semicolon of a piped script may be missing.
void Shell::RunRest() {
  if (Trimmed(pending_).empty()) return;
  try {
    RunPending();
  } catch (const base::Error& error) {
    throw Placed(error);
  }
}

void Shell::TakeLine(const std::string& line, LineSource& lines) {
  try {
    ++lines_read_;
    Take(line, lines);
  } catch (const base::Error& error) {
    if (!interactive_) throw Placed(error);
    if (error.code() == "output.closed") throw;
    Survive(error);
  }
}

void Shell::Take(const std::string& line, LineSource& lines) {
  const std::string_view words = Trimmed(line);
  if (pending_.empty()) {
    lines_before_ = lines_read_ - 1;
    if (words.empty()) return;
    if (MeansLeave(words)) return Leave();
    if (words.starts_with('.') || MeansHelp(words)) {
      lines.Remember(line);
      return RunShellCommand(*this, words.starts_with('.') ? words : ".help");
    }
  }
  pending_ += line + "\n";
  if (pending_.size() > kStatementBytesMax) {
    pending_.clear();
    throw base::Error(base::ErrorKind::kExhausted, "shell.statement_too_large",
                      fmt::format("A statement is longer than {} MiB.", kStatementBytesMax >> 20))
        .Hint("Load data from files instead of writing it into statements.");
  }
  const engine::Script script(pending_, kTyped);
  if (script.incomplete()) return;
  if (!script.statements().empty()) lines.Remember(std::string(Trimmed(pending_)));
  RunPending();
}

void Shell::RunPending() {
  RunScript(std::exchange(pending_, {}), interactive_ ? kTyped : "<stdin>");
}

void Shell::RunScript(std::string text, std::string file) {
  const engine::Script script(std::move(text), std::move(file));
  StatementRunner(*session_, parts_.console, parts_.interrupts).RunAll(script, settings_);
}

void Shell::ListTables() {
  try {
    List(in_lake() ? TablesOfLake(*session_) : TablesOfSession());
  } catch (const base::Error& error) {
    throw WithoutPlace(error);
  }
}

void Shell::List(const Listing& listing) {
  RunSettings settings = settings_;
  settings.types = false;
  settings.rows_max.reset();
  settings.see_whole = ".mode line";
  const engine::Script script(listing.query, "");
  try {
    StatementRunner(*session_, parts_.console, parts_.interrupts)
        .Run(script, script.statements().front(), settings, listing.parameters);
  } catch (const base::Error& error) {
    throw WithoutPlace(error);
  }
}

// The error with its line counted from the start of the stream.
base::Error Shell::Placed(const base::Error& error) const {
  base::Error placed = error;
  if (!placed.place() || placed.place()->file != "<stdin>") return placed;
  base::Place place = *placed.place();
  if (place.line > 0) place.line += lines_before_;
  return std::move(placed).At(std::move(place));
}

void Shell::Survive(const base::Error& error) {
  pending_.clear();
  if (error.kind() == base::ErrorKind::kCancelled) return parts_.console.Note("Interrupted.");
  parts_.console.Report(error);
  if (error.kind() != base::ErrorKind::kInternal) return;
  session_ = std::make_unique<engine::Session>(parts_.database);
  parts_.console.Note("The session begins anew: its settings and temporary tables are gone.");
}

Completion Shell::Complete(const std::string& text) {
  if (text.starts_with('.') && text.find('\n') == std::string::npos) {
    return CompleteName(text, ShellCommandNames());
  }
  return CompleteSql(*session_, text);
}

void Shell::Greet() {
  Console& console = parts_.console;
  const bool colour = console.terminal().colour_err;
  if (parts_.lake != nullptr) {
    console.Note(fmt::format("laguna {}  lake {}  {}", kVersion,
                             Painted(parts_.lake->name, Paint::kBold, colour),
                             Painted(parts_.lake->folder.string(), Paint::kDim, colour)));
    console.Note(fmt::format("Zones: {}.", ZoneList(*parts_.lake)));
  } else {
    console.Note(fmt::format(
        "laguna {}  {}", kVersion,
        Painted("no lake here: an in-memory session, nothing is kept", Paint::kYellow, colour)));
    console.Note("'laguna init DIR' makes a lake; delta_scan('path') reads any Delta table.");
  }
  console.Note("End statements with ; and leave with .quit or Ctrl-D; .help shows more.\n");
}

std::string Shell::Prompt() const {
  std::string name = parts_.lake == nullptr ? "laguna" : Printable(parts_.lake->name);
  name = CutToWidth(name, kPromptNameColumns);
  if (session_->in_transaction()) name += "*";
  if (pending_.empty()) return name + "> ";
  const std::string more = "-> ";
  const size_t width = DisplayWidth(name) + 2;
  return std::string(width - std::min(width, more.size()), ' ') + more;
}

}  // namespace laguna::app
