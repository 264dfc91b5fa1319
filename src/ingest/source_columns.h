// SPDX-License-Identifier: Apache-2.0
// What a streaming source would give, asked before anything runs. Used on the session's thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/lake_environment.h"
#include "engine/relation.h"
#include "engine/session.h"

namespace laguna::ingest {

// The columns a streaming source gives, for checks before a run: as pinned for `table`, else as
// found in the source now; nothing while there is no file to look at. InvalidInput for a function
// that is no source, or options it does not know (with the nearest name). Reads no rows.
std::optional<std::vector<engine::ResultColumn>> SourceColumns(
    const catalog::LakeEnvironment& environment, engine::Session& session, const std::string& table,
    const engine::RelationMention& source);

}  // namespace laguna::ingest
