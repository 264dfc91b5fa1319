// SPDX-License-Identifier: Apache-2.0
// Checks the names inside a flow's templates before it runs: parameters, tasks, blocks.
#pragma once

#include "connect/block.h"
#include "flow/definition.h"

namespace laguna::flow {

// InvalidInput "template.unknown" with place and nearest name for an unknown parameter, task, block
// or option of a block; "template.not_before" for a task that may not have ended yet;
// "template.secret" for an option that holds a secret. Null blocks are not checked.
void CheckTemplateNames(const FlowDefinition& flow, const connect::Blocks* blocks);

}  // namespace laguna::flow
