// SPDX-License-Identifier: Apache-2.0
// One run while it runs: the loop around the state machine. Lives inside RunFlow, on its thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "flow/attempt.h"
#include "flow/executor.h"
#include "flow/run.h"
#include "state/run_lease.h"
#include "state/task_log.h"

namespace laguna::flow {

class Execution {
 public:
  // Resolves the parameters, takes the lease and records the run as scheduled.
  Execution(const ExecutorEnvironment& environment, const RunRequest& request);
  ~Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  RunOutcome Run();

 private:
  struct AttemptEnded {
    std::string task;
    AttemptResult result;
  };
  struct StopAsked {
    std::string reason;
  };
  using Message = std::variant<AttemptEnded, StopAsked>;

  void Record();
  // Waits for one of the flow's slots; false when the run has ended without one.
  bool TakeSlot();
  // Always false.
  bool EndWithoutStart(const std::string& message,
                       std::string_view name = state::state_name::kCancelled);
  // Whether to ask again.
  bool AwaitSlot(const std::vector<std::string>& in_the_way);

  void Handle(Message message);
  void HandleEnd(AttemptEnded ended);
  // False when they are nothing that can be kept.
  bool KeepOutputs(const std::string& task, TaskOutputs& outputs);
  void HandleDue();
  [[nodiscard]] std::optional<int64_t> NextDueMs() const;
  [[nodiscard]] Event EventOf(const std::string& task, const Attempt& attempt,
                              const base::Error& error);
  [[nodiscard]] std::optional<int64_t> RetryAtMs(const TaskDefinition& task, int attempt);

  // The state machine's wishes, and what follows from them, until there are none.
  void Apply(const Event& event);
  void Drain(std::vector<Effect> effects);
  void Do(const StartTask& effect);
  void Do(const RetryAt& effect);
  void Do(const StopTask& effect);
  void Do(const TaskChanged& effect);
  void Do(const RunChanged& effect);
  void WriteRecords();
  void Begin(const TaskDefinition& task, int attempt);
  [[nodiscard]] bool IsWanted(const TaskDefinition& task) const;
  // `run` and `block`: what is known before parameters are; and all that a template sees.
  [[nodiscard]] engine::NamedValues RunValues() const;
  [[nodiscard]] engine::NamedValues Values() const;
  [[nodiscard]] engine::ValueStruct OutputsOf(const TaskDefinition& task,
                                              state::StateType type) const;
  [[nodiscard]] TaskRunner& RunnerOf(const TaskDefinition& task) const;
  [[nodiscard]] std::shared_ptr<state::TaskLog> LogOf(const std::string& task);
  void Log(const std::string& task, const std::string& line);
  [[nodiscard]] RunOutcome Outcome();

  const ExecutorEnvironment& environment_;
  const RunRequest& request_;
  const FlowDefinition& flow_;
  const std::string run_id_;
  const int64_t created_ms_;
  const engine::ValueStruct blocks_;
  engine::ValueStruct parameters_;
  MessageQueue<Message> queue_;
  state::RunLease lease_;
  flow::Run run_;
  state::RunState state_;
  std::deque<Event> events_;
  std::map<std::string, state::TaskRunRecord> records_;
  // Changes that follow one another are written together, but before any work that they announce.
  std::vector<state::TaskRunRecord> unwritten_;
  std::map<std::string, TaskOutputs> outputs_;
  // What the last try of a task ended with.
  std::map<std::string, base::Error> errors_;
  std::map<std::string, int64_t> retries_;
  std::map<std::string, std::shared_ptr<state::TaskLog>> logs_;
  std::mutex log_mutex_;
  // Last, so that the threads end before what they use.
  std::map<std::string, std::unique_ptr<Attempt>> attempts_;
};

}  // namespace laguna::flow
