// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <fmt/format.h>

#include <array>

namespace laguna::base {
namespace {

// Eight words of 32 bits from the operating system; one alone would make collisions likely.
std::mt19937_64 SeededEngine() {
  std::random_device device;
  std::array<uint32_t, 8> words{};
  for (uint32_t& word : words) word = device();
  std::seed_seq sequence(words.begin(), words.end());
  return std::mt19937_64(sequence);
}

}  // namespace

SystemRandom::SystemRandom() : engine_(SeededEngine()) {}

uint64_t SystemRandom::NextUint64() {
  std::lock_guard lock(mutex_);
  return engine_();
}

uint64_t SeededRandom::NextUint64() {
  std::lock_guard lock(mutex_);
  return engine_();
}

std::string MakeUuid(Random& random) {
  // RFC 4122 section 4.4: version 4 in the 13th digit, variant 10 in the top bits of the 17th.
  uint64_t high = (random.NextUint64() & ~uint64_t{0xF000}) | 0x4000;
  uint64_t low = (random.NextUint64() & ~(uint64_t{3} << 62)) | (uint64_t{2} << 62);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF,
                     high & 0xFFFF, low >> 48, low & 0xFFFFFFFFFFFF);
}

double NextUnit(Random& random) {
  // The 53 bits a double's fraction holds.
  return static_cast<double>(random.NextUint64() >> 11) * 0x1.0p-53;
}

}  // namespace laguna::base
