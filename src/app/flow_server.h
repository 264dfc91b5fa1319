// SPDX-License-Identifier: Apache-2.0
// `laguna flow serve`: the schedules of a lake's flows, kept by this program until it is ended.
//
// Lives in the command, on its thread; runs come from threads of their own, so what it tells the
// user goes through one lock.
#pragma once

#include <map>
#include <mutex>
#include <stop_token>
#include <string>

#include "app/command.h"
#include "app/compose.h"
#include "flow/scheduler.h"

namespace laguna::app {

class FlowServer {
 public:
  // Both outlive it.
  FlowServer(Composition& composition, CommandContext& context);

  // Until `stop` is requested.
  void Serve(std::stop_token stop);

 private:
  // The flows, where a file has come, gone or changed since the last time.
  flow::FlowFilesPtr Load();
  void TellFlows(const flow::FlowFiles& files);
  void TellMissed(const flow::FlowDefinition& flow, int64_t count);

  void Run(const flow::FlowDefinition& flow, const state::RunTrigger& trigger,
           std::stop_token stop);
  void TellEnd(const flow::FlowDefinition& flow, const state::RunTrigger& trigger,
               const flow::RunOutcome& outcome);
  void TellFailure(const flow::FlowDefinition& flow, const base::Error& error);

  // A line with the time before it, in the lake's time zone.
  void Say(const std::string& line);

  Composition& composition_;
  CommandContext& context_;
  const flow::ExecutorEnvironment& executor_;
  // Path, size and time of every flow file.
  std::string loaded_;
  std::mutex mutex_;
};

}  // namespace laguna::app
