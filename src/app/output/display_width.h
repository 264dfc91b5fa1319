// SPDX-License-Identifier: Apache-2.0
// How many columns a text takes on a terminal, and how to cut it to fewer.
//
// The unit is what a person sees as one sign: a code point with the marks that combine with it, an
// emoji with its variation and skin-tone selectors, a joined emoji, a flag. Wide signs (CJK, emoji)
// take two columns. Text may be any bytes; what is not UTF-8 counts as one column a byte. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace laguna::app {

size_t DisplayWidth(std::string_view text);

// `text` itself when it fits into `width` columns, else its beginning with "…" as the last sign.
std::string CutToWidth(std::string_view text, size_t width);

// `text` with control characters, direction overrides and invalid bytes written as escapes (\n,
// \x1b, \u202e): data must not steer the terminal.
std::string Printable(std::string_view text);

}  // namespace laguna::app
