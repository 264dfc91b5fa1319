// SPDX-License-Identifier: Apache-2.0
// The examination behind `laguna doctor`: small checks of a lake and of this installation, each
// with what to do about it.
//
// A check never throws: a failure is a finding. Nothing is changed (the probe file that is written
// is deleted again) but what `clean` asks for. Used by one thread.
#pragma once

#include <vector>

#include "app/command.h"
#include "app/doctor/finding.h"

namespace laguna::app {

struct DoctorOptions {
  // Deletes what killed processes have left, and what was dropped long ago.
  bool clean = false;
};

// In the order a person would look: installation, lake, storage, engine.
std::vector<Finding> Examine(CommandContext& context, const DoctorOptions& doctor = {});

}  // namespace laguna::app
