// SPDX-License-Identifier: Apache-2.0
// Unpacks DEFLATE (RFC 1951) in pieces, to look at it rather than to keep it: what comes out is
// handed to a function. All input is hostile: no length is believed, memory is the window.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace laguna::ingest {

// Thrown within this module's checks only.
struct InputEnds {};
struct InputDamaged {};

// The bytes of a file, and the bits of each from the lowest on.
class BitSource {
 public:
  // Gives the next bytes; none at the end.
  explicit BitSource(const std::function<std::span<const std::byte>()>& next) : next_(next) {}

  // Up to 32 bits; InputEnds when there are not as many.
  uint32_t Take(int count);
  // Up to 15 bits without taking them; zeros stand for those behind the end.
  uint32_t Peek(int count);
  // Leaves out the rest of a byte that was begun.
  void ToNextByte();
  // The next whole byte; -1 at the end.
  int ByteOrEnd();
  uint8_t Byte() { return static_cast<uint8_t>(Take(8)); }
  void Skip(uint64_t bytes);

 private:
  void Fill(int count);

  const std::function<std::span<const std::byte>()>& next_;
  std::span<const std::byte> rest_;
  bool at_end_ = false;
  uint64_t bits_ = 0;
  int held_ = 0;
};

// One DEFLATE stream to its last block. `sink` gets every byte of what was packed, in pieces.
void Inflate(BitSource& source, const std::function<void(std::span<const std::byte>)>& sink);

}  // namespace laguna::ingest
