// SPDX-License-Identifier: Apache-2.0
#include "app/run_display.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/output/count_text.h"
#include "app/output/display_width.h"
#include "app/terminal.h"

namespace laguna::app {
namespace {

using state::StateType;

constexpr std::array<std::string_view, 10> kFrames{"⠋", "⠙", "⠹", "⠸", "⠼",
                                                   "⠴", "⠦", "⠧", "⠇", "⠏"};
constexpr double kMsPerSecond = 1000;

std::string Took(const state::TaskRunRecord& task_run, std::string_view preposition) {
  if (!task_run.started_ms || !task_run.ended_ms) return "";
  const auto ms = static_cast<double>(*task_run.ended_ms - *task_run.started_ms);
  return fmt::format(" {} {}", preposition, SecondsText(ms / kMsPerSecond));
}

std::string Because(const state::TaskRunRecord& task_run) {
  return task_run.state.message.empty() ? "" : ": " + task_run.state.message;
}

Paint PaintOf(StateType type) {
  switch (type) {
    case StateType::kCompleted:
      return Paint::kGreen;
    case StateType::kFailed:
    case StateType::kCrashed:
      return Paint::kRed;
    case StateType::kScheduled:
    case StateType::kCancelling:
    case StateType::kCancelled:
      return Paint::kYellow;
    case StateType::kPending:
    case StateType::kRunning:
      return Paint::kDim;
  }
  return Paint::kPlain;
}

std::string EndNews(const state::TaskRunRecord& task_run) {
  const std::string& name = task_run.state.name;
  if (name == state::state_name::kSkipped) return "skipped";
  if (name == state::state_name::kUpstreamFailed) return "not run" + Because(task_run);
  if (task_run.state.type == StateType::kCompleted) return "completed" + Took(task_run, "in");
  if (task_run.state.type == StateType::kCancelled) return "cancelled" + Took(task_run, "after");
  if (task_run.state.type == StateType::kCrashed) {
    return "crashed" + Took(task_run, "after") + Because(task_run);
  }
  return "failed" + Took(task_run, "after") + Because(task_run);
}

}  // namespace

std::string TaskNews(const state::TaskRunRecord& task_run) {
  if (state::IsTerminal(task_run.state.type)) return EndNews(task_run);
  if (task_run.state.name == state::state_name::kAwaitingRetry) {
    return "will be tried again" + Because(task_run);
  }
  if (task_run.state.type != StateType::kRunning) return "";
  return task_run.attempt > 1 ? fmt::format("running, try {}", task_run.attempt) : "running";
}

RunDisplay::RunDisplay(Console& console, bool with_logs)
    : console_(console), with_logs_(with_logs), spins_(console.terminal().err) {}

void RunDisplay::ShowRun(const state::RunState& state) {
  if (state.name != state::state_name::kAwaitingSlot) return;
  Say(state.message);
}

void RunDisplay::ShowTask(const state::TaskRunRecord& task_run) {
  const std::lock_guard lock(mutex_);
  if (task_run.state.type == StateType::kRunning) {
    running_[task_run.task] = Clock::now();
  } else {
    running_.erase(task_run.task);
  }
  const std::string news = TaskNews(task_run);
  if (news.empty()) return;
  const bool colour = console_.terminal().colour_err;
  WriteLine(fmt::format("{}: {}", task_run.task,
                        Painted(Printable(news), PaintOf(task_run.state.type), colour)));
}

void RunDisplay::ShowLog(std::string_view task, std::string_view line) {
  if (!with_logs_) return;
  const std::lock_guard lock(mutex_);
  const bool colour = console_.terminal().colour_err;
  do {
    const size_t end = std::min(line.find('\n'), line.size());
    const std::string text = fmt::format("{} | {}", task, Printable(line.substr(0, end)));
    WriteLine(Painted(text, Paint::kDim, colour));
    line.remove_prefix(std::min(end + 1, line.size()));
  } while (!line.empty());
}

void RunDisplay::Say(std::string_view line) {
  const std::lock_guard lock(mutex_);
  WriteLine(line);
}

void RunDisplay::Tick() {
  const std::lock_guard lock(mutex_);
  if (!spins_ || ended_ || console_.silent() || running_.empty()) return;
  frame_ = (frame_ + 1) % kFrames.size();
  WriteRaw("\r" + CutToWidth(SpinnerText(), TerminalWidth() - 1) + "\x1b[K");
  drawn_ = true;
}

void RunDisplay::End() {
  const std::lock_guard lock(mutex_);
  EraseSpinner();
  ended_ = true;
}

void RunDisplay::WriteLine(std::string_view line) {
  EraseSpinner();
  if (!console_.silent()) WriteRaw(fmt::format("{}\n", line));
}

// Nobody reads any more (a pipe that closed, a full disk): the run goes on without a display.
void RunDisplay::WriteRaw(std::string_view text) {
  if (gone_) return;
  try {
    console_.err().Write(text);
    console_.err().Flush();
  } catch (const base::Error&) {
    gone_ = true;
  }
}

void RunDisplay::EraseSpinner() {
  if (!drawn_) return;
  WriteRaw("\r\x1b[K");
  drawn_ = false;
}

std::string RunDisplay::SpinnerText() const {
  const auto now = Clock::now();
  std::string text(kFrames[frame_]);
  for (const auto& [task, since] : running_) {
    const double seconds = std::chrono::duration<double>(now - since).count();
    text += fmt::format("  {} {}", task, SecondsText(seconds));
  }
  return text;
}

}  // namespace laguna::app
