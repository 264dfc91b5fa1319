// SPDX-License-Identifier: Apache-2.0
// Byte offsets of a text as lines and columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace laguna::engine {

// The place of `length` bytes at `offset`; never past the end of their line. `first_line` is the
// number of the text's first line in `file`.
base::Place PlaceIn(std::string_view text, std::string file, size_t offset, size_t length,
                    int first_line = 1);

}  // namespace laguna::engine
