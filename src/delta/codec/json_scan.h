// SPDX-License-Identifier: Apache-2.0
// Where the values of a JSON text begin and end, without making anything of them.
//
// Strict (RFC 8259): a text that is no JSON is told from one that is, invalid UTF-8, stray control
// characters and numbers with leading zeros included; only lone surrogates behind \u pass, which
// decoding refuses. Nesting is bounded. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace laguna::delta {

// Deeper texts count as malformed.
inline constexpr int kJsonScanDepthMax = 64;
inline constexpr size_t kNoJson = std::string_view::npos;

// The end of the scalar or array that begins at `begin`; kNoJson when there is none (an object is
// none).
[[nodiscard]] size_t JsonLeafEnd(std::string_view text, size_t begin);

// A value that is no object; an array is one value.
struct JsonLeaf {
  // The keys on the way to it, decoded.
  std::span<const std::string_view> path;
  // Its token in the text.
  size_t begin = 0;
  size_t end = 0;
};

// Calls `visit` for every leaf of the object that `text` is, in their order. False when `text` is
// no JSON object; leaves before the fault have been visited by then.
[[nodiscard]] bool VisitJsonLeaves(std::string_view text,
                                   const std::function<void(const JsonLeaf&)>& visit);

}  // namespace laguna::delta
