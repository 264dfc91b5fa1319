// SPDX-License-Identifier: Apache-2.0
// What the commands that show flows and runs share.
#pragma once

#include <string>

#include "app/command.h"
#include "app/compose.h"
#include "engine/value.h"

namespace laguna::app {

// The rows of one query of this program, as a table or with --json as an array of objects.
void ListRows(Composition& composition, CommandContext& context, const std::string& query,
              const engine::NamedValues& parameters = {});

// Ends the runs whose process is gone as CRASHED and says which. Makes no control state.
void RecoverRuns(Composition& composition, CommandContext& context);

// The first letters of a run's id: enough to find it, short enough to type.
std::string ShortId(const std::string& run_id);

}  // namespace laguna::app
