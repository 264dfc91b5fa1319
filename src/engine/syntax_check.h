// SPDX-License-Identifier: Apache-2.0
// Whether statements can be read at all, before anything runs.
#pragma once

#include "engine/database.h"
#include "engine/script.h"
#include "engine/session.h"

namespace laguna::engine {

// Parses every statement of the script as Session::Run would, and runs none: no name is looked up.
// The first error of Run's kind, with its place.
void CheckSyntax(const Database& database, Session& session, const Script& script);

}  // namespace laguna::engine
