// SPDX-License-Identifier: Apache-2.0
// This file itself is not instrumented (cmake/sanitize.cmake).
#include "fuzz/coverage.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace laguna::test {
namespace {

constexpr size_t kSlots = size_t{1} << 16;

std::array<uint8_t, kSlots> counts;
// The highest bit of each count, over all inputs.
std::array<uint8_t, kSlots> reached;

// Threads may lose a count to each other: only its magnitude matters.
void Count(size_t slot) {
  const uint8_t count = __atomic_load_n(&counts[slot], __ATOMIC_RELAXED);
  if (count < UINT8_MAX) __atomic_store_n(&counts[slot], uint8_t(count + 1), __ATOMIC_RELAXED);
}

bool NewIn(size_t first) {
  bool is_new = false;
  for (size_t slot = first; slot < first + sizeof(uint64_t); ++slot) {
    const auto magnitude = static_cast<uint8_t>(std::bit_floor(counts[slot]));
    is_new = is_new || magnitude > reached[slot];
    if (magnitude > reached[slot]) reached[slot] = magnitude;
  }
  return is_new;
}

}  // namespace

void BeginCoverage() {
  counts.fill(0);
}

bool ReachedNewCode() {
  bool is_new = false;
  for (size_t slot = 0; slot < kSlots; slot += sizeof(uint64_t)) {
    uint64_t eight = 0;
    std::memcpy(&eight, &counts[slot], sizeof(eight));
    if (eight != 0 && NewIn(slot)) is_new = true;
  }
  return is_new;
}

}  // namespace laguna::test

// What the compiler calls at the begin of every basic block, by the name it gave it.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" void __sanitizer_cov_trace_pc() {
  const auto address = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  laguna::test::Count((address * 0x9E3779B97F4A7C15) >> 48);
}
