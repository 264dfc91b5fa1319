// SPDX-License-Identifier: Apache-2.0
// Randomness as an argument, so that tests and simulations can replay a run from its seed.
// Thread-safe implementations only.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <string>

namespace laguna::base {

class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t NextUint64() = 0;
};

// Seeded from the operating system.
class SystemRandom final : public Random {
 public:
  SystemRandom();
  uint64_t NextUint64() override;

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

// The same sequence for the same seed.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : engine_(seed) {}
  uint64_t NextUint64() override;

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

// A version 4 UUID in its canonical 36 characters.
std::string MakeUuid(Random& random);
// Uniform in [0, 1).
double NextUnit(Random& random);

}  // namespace laguna::base
