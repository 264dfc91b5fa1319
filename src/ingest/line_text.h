// SPDX-License-Identifier: Apache-2.0
// Bytes of files as text that is kept for a person: nothing is left out without a word. Pure
// functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace laguna::ingest {

// The bytes, with those that are no UTF-8 (and zero bytes) written as \xE1.
std::string EscapedText(std::string_view bytes);

// The first `bytes_max` of `bytes` as EscapedText, without a line end at the end; what is longer
// than that ends with "... (12345 bytes)": `size_bytes` is its whole length.
std::string CutText(std::string_view bytes, size_t bytes_max, uint64_t size_bytes);

// ISO 8859-1 as UTF-8.
std::string Utf8OfLatin1(std::string_view text);

}  // namespace laguna::ingest
