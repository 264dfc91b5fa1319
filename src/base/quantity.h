// SPDX-License-Identifier: Apache-2.0
// Numbers with a unit as people write them in configuration: "500ms", "2h", "512MB". Pure
// functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace laguna::base {

// One or more numbers with a unit each, no spaces: ms, s, m, h, d ("1h30m", "1.5s"). Nothing for
// all else, a negative or too large value (more than 10,000 days) included.
std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);

// A number and a unit, a space between allowed: B, KB, MB, GB, TB (powers of 1000), KiB, MiB, GiB,
// TiB (powers of 1024); letter case does not count, a fraction is allowed ("1.5GB"). Nothing for
// all else, a value over 2^62 included.
std::optional<uint64_t> ParseBytes(std::string_view text);

}  // namespace laguna::base
