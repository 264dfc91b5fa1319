// SPDX-License-Identifier: Apache-2.0
#include "flow/attempt.h"

#include <new>

namespace laguna::flow {

Attempt::Attempt(Work work, std::optional<int64_t> deadline_ms)
    : work_(std::move(work)), deadline_ms_(deadline_ms), thread_([this] { work_.on_end(Run()); }) {}

Attempt::~Attempt() {
  stop_.request_stop();
  thread_.join();
}

void Attempt::StopForTime() {
  deadline_ms_.reset();
  timed_out_ = true;
  stop_.request_stop();
}

// The top of the thread: whatever is thrown becomes a value.
AttemptResult Attempt::Run() const {
  try {
    const TaskContext context{.flow = work_.flow,
                              .run_id = work_.run_id,
                              .task = work_.task,
                              .attempt = work_.attempt,
                              .options = work_.options,
                              .node = *work_.node,
                              .stop = stop_.get_token(),
                              .log = work_.log};
    return work_.runner->Run(context);
  } catch (const base::Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return base::Error(base::ErrorKind::kExhausted, "task.memory", "There is not enough memory.");
  } catch (const std::exception& exception) {
    return base::Error(base::ErrorKind::kInternal, "task.exception", exception.what());
  }
}

}  // namespace laguna::flow
