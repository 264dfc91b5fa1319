// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace laguna::base {

// 1234567 -> "1,234,567".
std::string Grouped(uint64_t number);
// 1, "row" -> "1 row"; 2, "row" -> "2 rows".
std::string Counted(uint64_t number, std::string_view noun);
// 1536 -> "1.5 KiB".
std::string BytesText(uint64_t bytes);
// 0.0123 -> "12 ms"; 75.4 -> "1 min 15 s".
std::string SecondsText(double seconds);

}  // namespace laguna::base
