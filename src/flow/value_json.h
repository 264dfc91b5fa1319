// SPDX-License-Identifier: Apache-2.0
// A SQL value as JSON, for the control state. Types that JSON does not have become text. Pure.
#pragma once

#include "base/json.h"
#include "engine/value.h"

namespace laguna::flow {

base::Json ToJson(const engine::Value& value);

}  // namespace laguna::flow
