// SPDX-License-Identifier: Apache-2.0
// What a file's bytes are known by, when only its time has changed: XXH64 with seed 0. Fast enough
// to read every file once more while it is in memory; no defence against files made to collide.
// A value, used by one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "io/object_store.h"

namespace laguna::ingest {

class ContentHash {
 public:
  ContentHash();
  void Add(std::span<const std::byte> bytes);
  // 16 hexadecimal digits, of all bytes so far.
  [[nodiscard]] std::string Text() const;

 private:
  static constexpr size_t kStripeBytes = 32;
  void AddStripe(const std::byte* stripe);

  std::array<uint64_t, 4> lanes_;
  std::array<std::byte, kStripeBytes> waiting_ = {};
  size_t waiting_bytes_ = 0;
  uint64_t bytes_ = 0;
};

// Of an object's bytes, read piece by piece.
std::string ContentHashOf(io::ObjectReader& reader, const io::Call& call);

}  // namespace laguna::ingest
