// SPDX-License-Identifier: Apache-2.0
#include "app/statement_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>

#include "app/output/count_text.h"
#include "app/output/display_width.h"
#include "app/output/plan_text.h"
#include "app/query_watch.h"
#include "engine/notice.h"

namespace laguna::app {
namespace {

using Clock = std::chrono::steady_clock;

TableStyle StyleFor(const Terminal& terminal, const RunSettings& settings) {
  TableStyle style{.colour = terminal.colour_out};
  if (!terminal.out) return style;
  style.types = settings.types;
  style.width = TerminalWidth();
  style.rows_max = settings.rows_max;
  style.see_whole = settings.see_whole;
  return style;
}

std::unique_ptr<ResultWriter> WriterFor(const engine::Result& result, Console& console,
                                        const RunSettings& settings) {
  if (settings.format->name == "table" && IsPlan(result.columns())) {
    return std::make_unique<PlanText>(console.out());
  }
  return settings.format->make(console.out(), StyleFor(console.terminal(), settings));
}

void WriteRows(engine::Result& result, Console& console, const RunSettings& settings,
               QueryWatch& watch) {
  const auto writer = WriterFor(result, console, settings);
  writer->Begin(result.columns());
  while (const engine::ResultBatch* batch = result.Next()) {
    watch.Pause();
    writer->Rows(*batch);
    // Rows on the screen are not drawn over.
    if (settings.format->name == "table" || !console.terminal().out) watch.Resume();
  }
  watch.Pause();
  writer->End();
}

// The name behind CREATE TABLE, as it is written; empty for other statements.
std::string_view CreatedTable(const engine::ScriptStatement& statement) {
  const std::vector<engine::Token>& tokens = statement.tokens;
  if (tokens.empty() || !tokens.front().Is("CREATE")) return {};
  auto at =
      std::ranges::find_if(tokens, [](const engine::Token& token) { return token.Is("TABLE"); });
  const auto is = [&](std::string_view word) { return at != tokens.end() && at->Is(word); };
  if (at != tokens.end()) ++at;
  while (is("IF") || is("NOT") || is("EXISTS")) ++at;
  if (at == tokens.end()) return {};
  const size_t begin = at->offset;
  size_t end = at->end();
  while (std::distance(at, tokens.end()) > 2 && std::next(at)->IsOperator(".")) {
    at += 2;
    end = at->end();
  }
  return statement.text.substr(begin - statement.offset, end - begin);
}

std::string ChangedSentence(int64_t rows, const engine::ScriptStatement& statement) {
  const std::string counted = Counted(static_cast<uint64_t>(rows), "row");
  const std::string_view table = CreatedTable(statement);
  if (table.empty()) return fmt::format("{} changed.", counted);
  return fmt::format("{}: {}.", Printable(table), counted);
}

void SayChanged(int64_t rows, const engine::ScriptStatement& statement, Console& console,
                const RunSettings& settings) {
  if (settings.format->name == "json") {
    console.out().Write(fmt::format("{{\"changed\": {}}}\n", rows));
    return;
  }
  const std::string sentence = ChangedSentence(rows, statement);
  if (settings.format->name != "table" && settings.format->name != "line") {
    console.Note(sentence);
  } else if (!console.silent()) {
    console.out().Write(sentence + "\n");
  }
}

void Show(engine::Result& result, const engine::ScriptStatement& statement, Console& console,
          const RunSettings& settings, QueryWatch& watch) {
  switch (result.kind()) {
    case engine::ResultKind::kRows:
      WriteRows(result, console, settings, watch);
      break;
    case engine::ResultKind::kChanged: {
      const int64_t rows = result.ChangedRows();
      watch.Pause();
      SayChanged(rows, statement, console, settings);
      break;
    }
    case engine::ResultKind::kNothing:
      watch.Pause();
      if (settings.format->name == "json") console.out().Write("{\"done\": true}\n");
      break;
  }
}

void SayTime(Clock::duration elapsed, Console& console) {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  console.Note(Painted(fmt::format("Took {}.", SecondsText(seconds)), Paint::kDim,
                       console.terminal().colour_err));
}

}  // namespace

void StatementRunner::RunAll(const engine::Script& script, const RunSettings& settings) {
  for (const engine::ScriptStatement& statement : script.statements()) {
    Run(script, statement, settings);
  }
}

void StatementRunner::Run(const engine::Script& script, const engine::ScriptStatement& statement,
                          const RunSettings& settings, const engine::NamedValues& parameters) {
  const Clock::time_point start = Clock::now();
  QueryWatch watch(session_, console_, interrupts_);
  engine::Result result = session_.Run(script, statement, parameters);
  Show(result, statement, console_, settings, watch);
  for (const std::string& notice : engine::TakeNotices(session_)) {
    console_.Note("note: " + notice);
  }
  if (settings.timer) SayTime(Clock::now() - start, console_);
  console_.out().Flush();
  const bool last = &statement == &script.statements().back();
  if (watch.interrupted() && !last) {
    throw base::Error(base::ErrorKind::kCancelled, "sql.interrupted",
                      "Interrupted; the statements that were left did not run.")
        .At(script.PlaceOf(statement.offset, statement.text.size()));
  }
}

}  // namespace laguna::app
