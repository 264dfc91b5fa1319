// SPDX-License-Identifier: Apache-2.0
// Terminal colours, by meaning.
#pragma once

#include <string>
#include <string_view>

namespace laguna::app {

enum class Paint { kPlain, kBold, kDim, kRed, kYellow, kGreen, kCyan };

// `text` between its escapes; `text` itself without `colour`.
std::string Painted(std::string_view text, Paint paint, bool colour);

}  // namespace laguna::app
