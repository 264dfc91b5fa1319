// SPDX-License-Identifier: Apache-2.0
// How a Session hands a statement's options to the hooks. Only the engine includes this.
#pragma once

#include "engine/statement_options.h"

namespace laguna::engine {

// They hold until the next statement of `context` ends. No statement may be open.
void SetStatementOptions(duckdb::ClientContext& context, StatementOptions options);

}  // namespace laguna::engine
