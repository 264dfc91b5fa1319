// SPDX-License-Identifier: Apache-2.0
#include "app/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/output/count_text.h"
#include "app/output/display_width.h"
#include "app/terminal.h"

namespace laguna::app {
namespace {

constexpr size_t kBarColumns = 24;
constexpr std::chrono::seconds kLineEvery{10};

// A bar in eighths of a column.
std::string Bar(double percent) {
  constexpr std::array<std::string_view, 8> kParts{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<size_t>(percent / 100 * kBarColumns * 8);
  std::string bar;
  for (size_t i = 0; i < eighths / 8; ++i) bar += "█";
  bar += kParts[eighths % 8];
  const size_t used = eighths / 8 + (eighths % 8 > 0 ? 1 : 0);
  return bar + std::string(kBarColumns - std::min(used, kBarColumns), ' ');
}

bool IsKnown(const engine::Progress& progress) {
  return progress.percent > 0 && progress.percent <= 100;
}

}  // namespace

std::string ProgressLine(const engine::Progress& progress, double elapsed_seconds) {
  std::string line = IsKnown(progress) ? fmt::format("{:.0f} %  ", progress.percent) : "";
  if (progress.rows_done > 0) line += Counted(progress.rows_done, "row") + "  ";
  line += SecondsText(elapsed_seconds);
  if (IsKnown(progress) && progress.percent >= 2 && progress.percent < 100) {
    const double left = elapsed_seconds * (100 - progress.percent) / progress.percent;
    line += fmt::format(", about {} left", SecondsText(std::max(left, 1.0)));
  }
  return line;
}

std::string ProgressBar(const engine::Progress& progress, double elapsed_seconds, size_t width) {
  const std::string bar = IsKnown(progress) ? Bar(progress.percent) + " " : "";
  return CutToWidth(bar + ProgressLine(progress, elapsed_seconds), width);
}

void ProgressDisplay::Show(const engine::Progress& progress,
                           std::chrono::steady_clock::duration elapsed) {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  if (terminal_) {
    output_.Write("\r" + ProgressBar(progress, seconds, TerminalWidth() - 1) + "\x1b[K");
    drawn_ = true;
  } else if (elapsed - last_line_ >= kLineEvery) {
    output_.Write(ProgressLine(progress, seconds) + "\n");
    last_line_ = elapsed;
  }
  output_.Flush();
}

void ProgressDisplay::Clear() {
  if (!drawn_) return;
  output_.Write("\r\x1b[K");
  output_.Flush();
  drawn_ = false;
}

}  // namespace laguna::app
