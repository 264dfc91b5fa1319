// SPDX-License-Identifier: Apache-2.0
#include "ingest/stable_hash.h"

#include <fmt/format.h>

#include <cstdint>

namespace laguna::ingest {

std::string StableHash(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325U;
  for (const char byte : text) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace laguna::ingest
