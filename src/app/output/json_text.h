// SPDX-License-Identifier: Apache-2.0
// JSON written piece by piece, for output that streams.
#pragma once

#include <string>
#include <string_view>

namespace laguna::app {

// `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
std::string JsonString(std::string_view text);

}  // namespace laguna::app
