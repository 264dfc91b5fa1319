// SPDX-License-Identifier: Apache-2.0
// The program's entry and its last guard: every failure leaves here as a report and an exit code.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/command_line.h"
#include "app/command_log.h"
#include "app/compose.h"
#include "app/console.h"
#include "app/interrupts.h"
#include "app/process_end.h"
#include "app/terminal.h"

namespace laguna::app {
namespace {

// A standard stream that is closed would be the number of the next file opened, and take what is
// written to the stream. Opened this way, writing to it fails.
void FillClosedStreams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    if (fcntl(stream, F_GETFD) != -1) continue;
    [[maybe_unused]] const int filled = open("/dev/null", O_RDONLY);
  }
}

// A reader that went away (| head) ends us as it ends any Unix program.
[[noreturn]] void EndByBrokenPipe() {
  std::signal(SIGPIPE, SIG_DFL);
  raise(SIGPIPE);
  _exit(128 + SIGPIPE);
}

int ReportAndCode(Console& console, const base::Error& error) {
  if (error.code() == "output.closed") EndByBrokenPipe();
  console.Report(error);
  return base::InfoOf(error.kind()).exit_code;
}

std::optional<std::filesystem::path> LogFolder(const ParsedCommandLine& parsed) {
  if (parsed.logged_command.empty()) return std::nullopt;
  try {
    return FindLake(parsed.options);
  } catch (const base::Error&) {  // the command will say it
    return std::nullopt;
  }
}

int RunLogged(const ParsedCommandLine& parsed, Console& console, Interrupts& interrupts,
              ProcessEnd& end) {
  const base::SystemClock clock;
  const CommandLog log(clock, LogFolder(parsed), parsed.logged_command);
  CommandContext context{parsed.options, console, interrupts, log.logger(), end};
  try {
    const int code = parsed.action(context);
    console.out().Flush();
    log.Ended(code);
    return code;
  } catch (const base::Error& error) {
    log.Failed(error);
    throw;
  }
}

int RunGuarded(const std::vector<std::string>& arguments, Console& console, Interrupts& interrupts,
               ProcessEnd& end) try {
  return RunLogged(ParseCommandLine(arguments, Commands()), console, interrupts, end);
} catch (const base::Error& error) {
  return ReportAndCode(console, error);
} catch (const std::bad_alloc&) {
  return ReportAndCode(console, base::Error(base::ErrorKind::kExhausted, "memory.exhausted",
                                            "There is not enough memory."));
} catch (const std::exception& exception) {
  return ReportAndCode(console,
                       base::Error(base::ErrorKind::kInternal, "internal.exception",
                                   fmt::format("An unexpected failure: {}.", exception.what()))
                           .Hint("This is a mistake in laguna; please report it."));
}

int Main(const std::vector<std::string>& arguments, ProcessEnd& end) {
  FillClosedStreams();
  const EarlyOptions early = FindEarlyOptions(arguments);
  FileOutput out(STDOUT_FILENO);
  FileOutput err(STDERR_FILENO);
  Interrupts interrupts;
  Console console(out, err, DetectTerminal(early.no_color), {early.json, early.quiet});
  try {
    return RunGuarded(arguments, console, interrupts, end);
  } catch (const base::Error& error) {  // the report itself could not be written
    if (error.code() == "output.closed") EndByBrokenPipe();
    return 1;
  }
}

}  // namespace
}  // namespace laguna::app

int main(int count, char** values) {
  laguna::app::ProcessEnd end(laguna::app::ProcessEnd::Engines::kAtExit);
  end.Exit(laguna::app::Main(std::vector<std::string>(values + (count > 0), values + count), end));
}
