// SPDX-License-Identifier: Apache-2.0
// SQL text out of a file or stdin.
#pragma once

#include <cstddef>
#include <string>

namespace laguna::app {

constexpr size_t kScriptBytesMax = 256 << 20;

// The whole file; "-" is stdin. NotFound, PermissionDenied; Exhausted past kScriptBytesMax.
std::string ReadScriptFile(const std::string& path);

}  // namespace laguna::app
