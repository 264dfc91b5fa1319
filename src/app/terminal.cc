// SPDX-License-Identifier: Apache-2.0
#include "app/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace laguna::app {
namespace {

constexpr size_t kDefaultWidth = 80;
constexpr size_t kWidthMin = 20;
constexpr size_t kWidthMax = 10'000;

std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

size_t WidthInEnvironment() {
  const std::string_view text = Environment("COLUMNS");
  size_t width = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), width);
  const bool usable = error == std::errc() && end == text.data() + text.size();
  return usable && width >= kWidthMin && width <= kWidthMax ? width : kDefaultWidth;
}

// Nothing for what is no terminal, or one that does not say.
std::optional<size_t> WidthOf(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col < kWidthMin) return std::nullopt;
  return size.ws_col;
}

}  // namespace

Terminal DetectTerminal(bool no_color) {
  Terminal terminal{.in = isatty(STDIN_FILENO) == 1,
                    .out = isatty(STDOUT_FILENO) == 1,
                    .err = isatty(STDERR_FILENO) == 1};
  if (terminal.err) terminal.report_columns = WidthOf(STDERR_FILENO).value_or(WidthInEnvironment());
  const std::string_view kind = Environment("TERM");
  // One that cannot go back in its line gets plain lines, as a file does.
  if (kind == "dumb") terminal.err = false;
  const bool colour =
      !no_color && Environment("NO_COLOR").empty() && !kind.empty() && kind != "dumb";
  terminal.colour_out = terminal.out && colour;
  terminal.colour_err = terminal.err && colour;
  return terminal;
}

size_t TerminalWidth() {
  return WidthOf(STDOUT_FILENO).value_or(WidthInEnvironment());
}

}  // namespace laguna::app
