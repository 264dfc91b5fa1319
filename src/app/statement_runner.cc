// SPDX-License-Identifier: Apache-2.0
#include "app/statement_runner.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "app/output/count_text.h"
#include "app/output/plan_text.h"
#include "app/query_watch.h"

namespace laguna::app {
namespace {

using Clock = std::chrono::steady_clock;

TableStyle StyleFor(const Terminal& terminal, const RunSettings& settings) {
  TableStyle style{.colour = terminal.colour_out};
  if (!terminal.out) return style;
  style.types = settings.types;
  style.width = TerminalWidth();
  style.rows_max = settings.rows_max;
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

void SayChanged(int64_t rows, Console& console, const RunSettings& settings) {
  const std::string sentence =
      fmt::format("{} changed.", Counted(static_cast<uint64_t>(rows), "row"));
  if (settings.format->name != "table") {
    console.Note(sentence);
  } else if (!console.silent()) {
    console.out().Write(sentence + "\n");
  }
}

void Show(engine::Result& result, Console& console, const RunSettings& settings,
          QueryWatch& watch) {
  switch (result.kind()) {
    case engine::ResultKind::kRows:
      WriteRows(result, console, settings, watch);
      break;
    case engine::ResultKind::kChanged: {
      const int64_t rows = result.ChangedRows();
      watch.Pause();
      SayChanged(rows, console, settings);
      break;
    }
    case engine::ResultKind::kNothing:
      watch.Pause();
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
  Show(result, console_, settings, watch);
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
