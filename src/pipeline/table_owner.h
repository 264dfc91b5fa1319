// SPDX-License-Identifier: Apache-2.0
// Whose the table is that lies under a definition's name: a pipeline fills and replaces only what a
// pipeline made.
#pragma once

#include <optional>

#include "catalog/session_table.h"
#include "engine/session.h"
#include "pipeline/definition.h"

namespace laguna::pipeline {

// Exists "pipeline.foreign_table" when `existing`, or a side table of one that is not there yet, is
// somebody else's. A streaming table that is `made_anew` may be any table, but no view.
void CheckOwner(engine::Session& session, const Definition& definition,
                const std::optional<catalog::TableState>& existing, bool made_anew);

}  // namespace laguna::pipeline
