// SPDX-License-Identifier: Apache-2.0
// Paragraphs of help pages, broken into lines. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace laguna::app {

// One paragraph broken at blanks so that lines end before column kPageWidth; lines but the first
// begin with `indent` blanks, and the first is thought to stand there already.
constexpr size_t kPageWidth = 96;
std::string Wrapped(std::string_view paragraph, size_t indent);

// Every paragraph of `text` (divided by empty lines) wrapped, each line behind `indent` blanks.
std::string WrappedParagraphs(std::string_view text, size_t indent);

}  // namespace laguna::app
