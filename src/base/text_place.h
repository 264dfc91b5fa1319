// SPDX-License-Identifier: Apache-2.0
// From a byte offset in a text to the Place a person is shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace laguna::base {

// Line and column (in code points) of the byte at `offset`, with its line as the excerpt. An offset
// behind the end means the end. `length` is in code points.
Place PlaceOf(std::string_view text, size_t offset, std::string file, int length = 1);

}  // namespace laguna::base
