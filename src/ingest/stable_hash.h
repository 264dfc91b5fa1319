// SPDX-License-Identifier: Apache-2.0
// A hash for what is written down: the same on every machine and in every version. Pure; no defence
// against texts made to collide.
#pragma once

#include <string>
#include <string_view>

namespace laguna::ingest {

// FNV-1a with 64 bits, as 16 hexadecimal digits.
std::string StableHash(std::string_view text);

}  // namespace laguna::ingest
