// SPDX-License-Identifier: Apache-2.0
#include "app/pipeline_watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>

#include "app/output/count_text.h"
#include "app/output/display_width.h"
#include "app/terminal.h"
#include "base/error.h"

namespace laguna::app {
namespace {

constexpr std::array<std::string_view, 10> kFrames{"⠋", "⠙", "⠹", "⠸", "⠼",
                                                   "⠴", "⠦", "⠧", "⠇", "⠏"};
constexpr int kRedrawMs = 100;
// What is done sooner needs no moving line.
constexpr std::chrono::milliseconds kFirstShown{500};

}  // namespace

PipelineWatch::PipelineWatch(engine::Session& session, Console& console, Interrupts& interrupts)
    : session_(session),
      console_(console),
      interrupts_(interrupts),
      catching_(interrupts),
      end_descriptor_(eventfd(0, EFD_CLOEXEC)),
      thread_([this] { Watch(); }) {}

PipelineWatch::~PipelineWatch() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(end_descriptor_, &one, sizeof one);
  thread_.join();
  close(end_descriptor_);
  Erase();
}

void PipelineWatch::Plan(size_t tables) {
  const std::lock_guard lock(mutex_);
  tables_ = tables;
}

void PipelineWatch::Begin(std::string_view table) {
  const std::lock_guard lock(mutex_);
  table_ = table;
  batches_ = 0;
  rows_ = 0;
  since_ = Clock::now();
}

void PipelineWatch::Advance(int64_t batches, int64_t rows) {
  const std::lock_guard lock(mutex_);
  batches_ = batches;
  rows_ = rows;
}

void PipelineWatch::End(const std::string& line) {
  const std::lock_guard lock(mutex_);
  Erase();
  table_.clear();
  ++done_;
  if (console_.silent() || gone_) return;
  try {
    console_.out().Write(line + "\n");
    console_.out().Flush();
  } catch (const base::Error&) {  // nobody reads any more: the run goes on
    gone_ = true;
  }
}

void PipelineWatch::Note(std::string_view line) {
  const std::lock_guard lock(mutex_);
  Erase();
  console_.Note(line);
}

void PipelineWatch::Watch() try {
  std::array<pollfd, 2> wakers{pollfd{end_descriptor_, POLLIN, 0},
                               pollfd{interrupts_.descriptor(), POLLIN, 0}};
  nfds_t watched = wakers.size();
  const int wait_ms = console_.terminal().err && !console_.silent() ? kRedrawMs : -1;
  for (;;) {
    const int woken = poll(wakers.data(), watched, wait_ms);
    if (wakers[0].revents != 0) return;
    if (woken > 0 && watched == wakers.size()) {
      watched = 1;  // it stays readable
      Stop();
    }
    Draw();
  }
} catch (const base::Error&) {  // stderr is gone: the run goes on without a display
}

void PipelineWatch::Stop() {
  stop_.request_stop();
  session_.Interrupt();
  Note("Stopping what runs; Ctrl-C once more ends at once.");
}

void PipelineWatch::Draw() {
  const std::lock_guard lock(mutex_);
  const auto elapsed = Clock::now() - since_;
  if (!console_.terminal().err || console_.silent() || table_.empty() || elapsed < kFirstShown) {
    return;
  }
  frame_ = (frame_ + 1) % kFrames.size();
  const double seconds = std::chrono::duration<double>(elapsed).count();
  std::string text = fmt::format("{} {}  {}, table {} of {}", kFrames[frame_], table_,
                                 SecondsText(seconds), done_ + 1, tables_);
  if (batches_ > 0) {
    text += fmt::format(", {} rows in {} batch{} so far", fmt::group_digits(rows_), batches_,
                        batches_ == 1 ? "" : "es");
  }
  console_.err().Write("\r" + CutToWidth(text, TerminalWidth() - 1) + "\x1b[K");
  console_.err().Flush();
  drawn_ = true;
}

void PipelineWatch::Erase() {
  if (!drawn_) return;
  drawn_ = false;
  console_.err().Write("\r\x1b[K");
  console_.err().Flush();
}

}  // namespace laguna::app
