// SPDX-License-Identifier: Apache-2.0
// Percent-encoding of RFC 3986 section 2. Pure functions over bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace laguna::base {

// Every byte but letters, digits, "-._~" and those in `kept` becomes %XX (upper-case digits).
std::string PercentEncode(std::string_view text, std::string_view kept = "");

// Nothing when a '%' is not followed by two hexadecimal digits. '+' stays '+'. Bytes that were not
// encoded though they should have been are taken as they are.
std::optional<std::string> PercentDecode(std::string_view text);

}  // namespace laguna::base
