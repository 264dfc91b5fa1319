// SPDX-License-Identifier: Apache-2.0
// What templates see as `block`: the blocks' options without their secrets. Pure.
#pragma once

#include "connect/block.h"
#include "engine/value.h"

namespace laguna::flow {

// {<block>: {type: ..., <option>: ...}}; an option that is not given is NULL, a secret is not
// there. An empty struct when there are no blocks.
engine::ValueStruct BlockValues(const connect::Blocks& blocks);

}  // namespace laguna::flow
