// SPDX-License-Identifier: Apache-2.0
// Values as JSON text, by the rule that results of queries follow: numbers are bare whatever their
// size, moments in time are as RFC 3339 writes them, all else that JSON has no word for is text.
#pragma once

#include <string>

#include "engine/value.h"

namespace laguna::engine {

// On one line. InvalidInput when a text in it is not UTF-8.
std::string ToJsonText(const Value& value);

}  // namespace laguna::engine
