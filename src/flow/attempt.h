// SPDX-License-Identifier: Apache-2.0
// One try of one task, on a thread of its own.
//
// Owned by the executor. The thread calls `on_end` as its last act; the destructor asks the task to
// stop and waits for it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <variant>

#include "base/error.h"
#include "base/yaml.h"
#include "connect/option.h"
#include "flow/task_type.h"

namespace laguna::flow {

using AttemptResult = std::variant<TaskOutputs, base::Error>;

class Attempt {
 public:
  struct Work {
    TaskRunner* runner = nullptr;
    std::string flow;
    std::string run_id;
    std::string task;
    int attempt = 1;
    connect::Options options;
    const base::YamlNode* node = nullptr;
    std::function<void(std::string_view line)> log;
    std::function<void(AttemptResult result)> on_end;
  };

  // `deadline_ms`: when its time is over, by the executor's clock.
  Attempt(Work work, std::optional<int64_t> deadline_ms);
  ~Attempt();
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  [[nodiscard]] int number() const { return work_.attempt; }
  // Nothing once it was stopped for it.
  [[nodiscard]] std::optional<int64_t> deadline_ms() const { return deadline_ms_; }
  [[nodiscard]] bool timed_out() const { return timed_out_; }
  [[nodiscard]] bool stop_asked() const { return stop_.stop_requested(); }
  void Stop() { stop_.request_stop(); }
  void StopForTime();

 private:
  [[nodiscard]] AttemptResult Run() const;

  const Work work_;
  std::optional<int64_t> deadline_ms_;
  bool timed_out_ = false;
  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace laguna::flow
