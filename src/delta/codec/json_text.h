// SPDX-License-Identifier: Apache-2.0
// JSON as text, for the parts of the log that are kept or written as text: strings with their
// escapes, and the scalar values of field metadata. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace laguna::delta {

// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, so that
// what is written is always JSON.
void AppendJsonString(std::string& out, std::string_view text);
[[nodiscard]] std::string JsonString(std::string_view text);

// The content of a JSON string value; nothing when `json` is not one.
[[nodiscard]] std::optional<std::string> DecodeJsonString(std::string_view json);
// The value of a JSON integer; nothing when `json` is not one that fits.
[[nodiscard]] std::optional<int64_t> DecodeJsonInteger(std::string_view json);
// True when `json` is one complete JSON value.
[[nodiscard]] bool IsJson(std::string_view json);

}  // namespace laguna::delta
