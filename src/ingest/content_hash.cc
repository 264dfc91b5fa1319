// SPDX-License-Identifier: Apache-2.0
// XXH64 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md) takes stripes of 32 bytes; each of its
// four words goes into a lane of its own, so that the lanes do not wait for each other: a lane adds
// the word times a prime, is rotated, and is multiplied by another prime. At the end the lanes are
// rotated and merged into one number, the length is added, the last bytes go in eight, four and one
// at a time, and shifts spread what the highest bits have over all.
#include "ingest/content_hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

namespace laguna::ingest {
namespace {

constexpr uint64_t kPrime1 = 0x9E3779B185EBCA87;
constexpr uint64_t kPrime2 = 0xC2B2AE3D27D4EB4F;
constexpr uint64_t kPrime3 = 0x165667B19E3779F9;
constexpr uint64_t kPrime4 = 0x85EBCA77C2B2AE63;
constexpr uint64_t kPrime5 = 0x27D4EB2F165667C5;
constexpr size_t kPieceBytes = size_t{1} << 20;

static_assert(std::endian::native == std::endian::little);

template <class Word>
uint64_t WordAt(const std::byte* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

uint64_t Round(uint64_t lane, uint64_t word) {
  return std::rotl(lane + word * kPrime2, 31) * kPrime1;
}

uint64_t Merge(const std::array<uint64_t, 4>& lanes) {
  uint64_t hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
                  std::rotl(lanes[3], 18);
  for (const uint64_t lane : lanes) hash = (hash ^ Round(0, lane)) * kPrime1 + kPrime4;
  return hash;
}

// The bytes behind the last whole stripe.
uint64_t AddRest(uint64_t hash, const std::byte* at, const std::byte* end) {
  for (; end - at >= 8; at += 8) {
    hash = std::rotl(hash ^ Round(0, WordAt<uint64_t>(at)), 27) * kPrime1 + kPrime4;
  }
  if (end - at >= 4) {
    hash = std::rotl(hash ^ (WordAt<uint32_t>(at) * kPrime1), 23) * kPrime2 + kPrime3;
    at += 4;
  }
  for (; at != end; ++at) hash = std::rotl(hash ^ (WordAt<uint8_t>(at) * kPrime5), 11) * kPrime1;
  return hash;
}

uint64_t Spread(uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

}  // namespace

ContentHash::ContentHash() : lanes_{kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1} {}

void ContentHash::AddStripe(const std::byte* stripe) {
  for (size_t lane = 0; lane < lanes_.size(); ++lane) {
    lanes_[lane] = Round(lanes_[lane], WordAt<uint64_t>(stripe + 8 * lane));
  }
}

void ContentHash::Add(std::span<const std::byte> bytes) {
  bytes_ += bytes.size();
  if (waiting_bytes_ > 0) {
    const size_t taken = std::min(kStripeBytes - waiting_bytes_, bytes.size());
    std::copy_n(bytes.begin(), taken, waiting_.begin() + waiting_bytes_);
    waiting_bytes_ += taken;
    bytes = bytes.subspan(taken);
    if (waiting_bytes_ < kStripeBytes) return;
    AddStripe(waiting_.data());
  }
  for (; bytes.size() >= kStripeBytes; bytes = bytes.subspan(kStripeBytes)) {
    AddStripe(bytes.data());
  }
  std::copy(bytes.begin(), bytes.end(), waiting_.begin());
  waiting_bytes_ = bytes.size();
}

std::string ContentHash::Text() const {
  uint64_t hash = bytes_ < kStripeBytes ? kPrime5 : Merge(lanes_);
  hash = AddRest(hash + bytes_, waiting_.data(), waiting_.data() + waiting_bytes_);
  return fmt::format("{:016x}", Spread(hash));
}

std::string ContentHashOf(io::ObjectReader& reader, const io::Call& call) {
  ContentHash hash;
  std::vector<std::byte> piece(std::min<uint64_t>(kPieceBytes, reader.info().size_bytes + 1));
  uint64_t offset = 0;
  while (const size_t read = reader.ReadAt(offset, piece, call)) {
    hash.Add(std::span(piece).first(read));
    offset += read;
    if (read < piece.size()) break;
  }
  return hash.Text();
}

}  // namespace laguna::ingest
