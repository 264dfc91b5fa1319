// SPDX-License-Identifier: Apache-2.0
// Version 2: what started a run, and when it was due. One trigger starts one run at one time,
// however many programs watch it.
#include "state/migration.h"

namespace laguna::state {

extern const Migration v002_triggers_migration{.version = 2, .sql = R"(
ALTER TABLE runs ADD COLUMN trigger TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN due_ms INTEGER;
CREATE UNIQUE INDEX runs_by_trigger ON runs (flow, trigger, due_ms) WHERE due_ms IS NOT NULL;
)"};

}  // namespace laguna::state
