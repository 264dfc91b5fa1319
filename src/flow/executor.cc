// SPDX-License-Identifier: Apache-2.0
#include "flow/executor.h"

#include "flow/execution.h"

namespace laguna::flow {

RunOutcome RunFlow(const ExecutorEnvironment& environment, const RunRequest& request) {
  return Execution(environment, request).Run();
}

}  // namespace laguna::flow
