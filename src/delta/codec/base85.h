// SPDX-License-Identifier: Apache-2.0
// Base85 as the protocol uses it: Z85 (ZeroMQ RFC 32), five characters for four bytes, most
// significant first (protocol section "Deletion Vector Descriptor Schema"). Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace laguna::delta {

// Bytes that do not fill the last group of four are followed by zeros; who decodes knows their
// number.
[[nodiscard]] std::string EncodeBase85(std::string_view bytes);
// Four bytes for each five characters. Corrupt ("delta.base85"), naming the place in the text: a
// length that is no multiple of five, a character outside the alphabet, a group beyond 32 bits.
[[nodiscard]] std::string DecodeBase85(std::string_view text);

// A UUID in 20 characters: its 16 bytes, most significant first.
constexpr size_t kBase85UuidLength = 20;
// `uuid` is in its canonical 36 characters (base::MakeUuid).
[[nodiscard]] std::string EncodeUuid(std::string_view uuid);
// The canonical 36 characters; Corrupt ("delta.base85") when `text` is not 20 characters of Base85.
[[nodiscard]] std::string DecodeUuid(std::string_view text);

}  // namespace laguna::delta
