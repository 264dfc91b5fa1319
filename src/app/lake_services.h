// SPDX-License-Identifier: Apache-2.0
// What the work on a lake needs beside its data: control state, blocks, flows, and the engine's
// set-up that shows them as system tables.
//
// Nothing is opened or made before it is asked for: a query that reads no system table opens no
// control state. Owned by app/compose, outlives the lake's Database. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "catalog/lake_database.h"
#include "catalog/lake_environment.h"
#include "connect/block.h"
#include "connect/secret.h"
#include "engine/database.h"
#include "flow/flow_files.h"
#include "state/control_state.h"

namespace laguna::app {

class LakeServices {
 public:
  // Both outlive it. Unavailable "lake.no_storage" when the lake's storage root is not there; the
  // default one, <lake>/lake, is made by the first write.
  LakeServices(const catalog::LakeEnvironment& environment, connect::Environment variables);

  // <lake>/.laguna, made if need be with all that is in it.
  state::ControlState& state();
  // Null while the lake has none.
  const state::ControlState* FindState();
  // <lake>/blocks. Errors of Blocks::Load.
  const connect::Blocks& blocks();
  // Where secrets come from.
  [[nodiscard]] const connect::Environment& variables() const { return variables_; }
  // <lake>/flows, read anew, checked against the task types and blocks there are.
  flow::FlowFiles LoadFlows();
  // Another one when one of their files is another.
  std::string FlowsFingerprint();

  // How the lake's engine is opened: `opening`, and the system tables.
  engine::DatabaseConfig ConfigFor(catalog::LakeOpening opening);

 private:
  const catalog::LakeEnvironment& environment_;
  const connect::Environment variables_;
  std::mutex mutex_;
  std::unique_ptr<state::ControlState> state_;
  std::unique_ptr<const connect::Blocks> blocks_;
};

// The variables of this process.
connect::Environment ProcessEnvironment();

}  // namespace laguna::app
