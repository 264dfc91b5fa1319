// SPDX-License-Identifier: Apache-2.0
#include "ingest/inflate.h"

#include <algorithm>

namespace laguna::ingest {
namespace {

constexpr int kCodeBitsMax = 15;
constexpr size_t kWindowBytes = size_t{32} << 10;
constexpr int kEndOfBlock = 256;

// RFC 1951, 3.2.5: the shortest length or distance of each code, and how many bits are added.
constexpr std::array<uint16_t, 29> kLengths = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                               15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                               67, 83, 99, 115, 131, 163, 195, 227, 258};
constexpr std::array<uint8_t, 29> kLengthBits = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr std::array<uint16_t, 30> kDistances = {
    1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
    193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
constexpr std::array<uint8_t, 30> kDistanceBits = {0, 0, 0,  0,  1,  1,  2,  2,  3,  3,
                                                   4, 4, 5,  5,  6,  6,  7,  7,  8,  8,
                                                   9, 9, 10, 10, 11, 11, 12, 12, 13, 13};
// RFC 1951, 3.2.7: the order in which the lengths of the code of lengths come.
constexpr std::array<uint8_t, 19> kLengthOrder = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                  11, 4,  12, 3, 13, 2, 14, 1, 15};

// A prefix code as a table of all 15 bits that may come next: symbol * 16 + bits of its code; 0
// where no code is.
class PrefixCode {
 public:
  explicit PrefixCode(std::span<const uint8_t> bits_of) : table_(size_t{1} << kCodeBitsMax) {
    std::array<uint32_t, kCodeBitsMax + 1> count{};
    for (const uint8_t bits : bits_of) ++count.at(bits);
    count[0] = 0;
    std::array<uint32_t, kCodeBitsMax + 2> next{};
    for (int bits = 1; bits <= kCodeBitsMax; ++bits) {
      next.at(bits + 1) = (next.at(bits) + count.at(bits)) << 1;
      if (next.at(bits) + count.at(bits) > (1U << bits)) throw InputDamaged();
    }
    for (size_t symbol = 0; symbol < bits_of.size(); ++symbol) {
      const int bits = bits_of[symbol];
      if (bits > 0) Enter(symbol, bits, next.at(bits)++);
    }
  }

  int Take(BitSource& source) const {
    const uint16_t entry = table_[source.Peek(kCodeBitsMax)];
    if (entry == 0) throw InputDamaged();
    source.Take(entry % 16);
    return entry / 16;
  }

 private:
  // A code's first bit is the lowest of what comes next.
  void Enter(size_t symbol, int bits, uint32_t code) {
    uint32_t turned = 0;
    for (int bit = 0; bit < bits; ++bit) turned |= ((code >> bit) & 1U) << (bits - 1 - bit);
    for (size_t place = turned; place < table_.size(); place += size_t{1} << bits) {
      table_[place] = static_cast<uint16_t>(symbol * 16 + static_cast<size_t>(bits));
    }
  }

  std::vector<uint16_t> table_;
};

// What came out last, handed on a window at a time.
class Output {
 public:
  explicit Output(const std::function<void(std::span<const std::byte>)>& sink) : sink_(sink) {}

  void Add(uint8_t byte) {
    window_[at_++] = std::byte{byte};
    if (at_ == kWindowBytes) Flush();
  }

  void Repeat(size_t distance, size_t length) {
    if (distance > kWindowBytes || (!wrapped_ && distance > at_)) throw InputDamaged();
    for (size_t i = 0; i < length; ++i) {
      Add(static_cast<uint8_t>(window_[(at_ + kWindowBytes - distance) % kWindowBytes]));
    }
  }

  void Flush() {
    sink_(std::span(window_).first(at_));
    wrapped_ = wrapped_ || at_ == kWindowBytes;
    if (at_ == kWindowBytes) at_ = 0;
  }

 private:
  const std::function<void(std::span<const std::byte>)>& sink_;
  std::vector<std::byte> window_ = std::vector<std::byte>(kWindowBytes);
  size_t at_ = 0;
  bool wrapped_ = false;
};

void CopyStored(BitSource& source, Output& output) {
  source.ToNextByte();
  const uint32_t length = source.Take(16);
  if (source.Take(16) != (length ^ 0xFFFFU)) throw InputDamaged();
  for (uint32_t i = 0; i < length; ++i) output.Add(source.Byte());
}

void Decode(BitSource& source, const PrefixCode& literals, const PrefixCode& distances,
            Output& output) {
  while (true) {
    const int symbol = literals.Take(source);
    if (symbol == kEndOfBlock) return;
    if (symbol < kEndOfBlock) {
      output.Add(static_cast<uint8_t>(symbol));
      continue;
    }
    const auto length = static_cast<size_t>(symbol - kEndOfBlock - 1);
    if (length >= kLengths.size()) throw InputDamaged();
    const size_t bytes = kLengths.at(length) + source.Take(kLengthBits.at(length));
    const auto distance = static_cast<size_t>(distances.Take(source));
    if (distance >= kDistances.size()) throw InputDamaged();
    output.Repeat(kDistances.at(distance) + source.Take(kDistanceBits.at(distance)), bytes);
  }
}

void DecodeFixed(BitSource& source, Output& output) {
  std::array<uint8_t, 288> literals{};
  for (size_t symbol = 0; symbol < literals.size(); ++symbol) {
    literals.at(symbol) = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
  }
  std::array<uint8_t, 30> distances{};
  distances.fill(5);
  Decode(source, PrefixCode(literals), PrefixCode(distances), output);
}

// Lengths of codes, themselves coded: 16 repeats the last one, 17 and 18 are runs of zeros.
std::vector<uint8_t> TakeLengths(BitSource& source, const PrefixCode& code, size_t count) {
  std::vector<uint8_t> lengths;
  while (lengths.size() < count) {
    const int symbol = code.Take(source);
    if (symbol < 16) {
      lengths.push_back(static_cast<uint8_t>(symbol));
      continue;
    }
    if (symbol == 16 && lengths.empty()) throw InputDamaged();
    const uint8_t value = symbol == 16 ? lengths.back() : uint8_t{0};
    const uint32_t times = symbol == 16   ? 3 + source.Take(2)
                           : symbol == 17 ? 3 + source.Take(3)
                                          : 11 + source.Take(7);
    lengths.insert(lengths.end(), times, value);
  }
  if (lengths.size() > count) throw InputDamaged();
  return lengths;
}

void DecodeDynamic(BitSource& source, Output& output) {
  const size_t literals = 257 + source.Take(5);
  const size_t distances = 1 + source.Take(5);
  const size_t given = 4 + source.Take(4);
  std::array<uint8_t, 19> lengths{};
  for (size_t i = 0; i < given; ++i) {
    lengths.at(kLengthOrder.at(i)) = static_cast<uint8_t>(source.Take(3));
  }
  const auto all = TakeLengths(source, PrefixCode(lengths), literals + distances);
  const std::span<const uint8_t> both(all);
  Decode(source, PrefixCode(both.first(literals)), PrefixCode(both.subspan(literals)), output);
}

}  // namespace

void BitSource::Fill(int count) {
  while (held_ < count) {
    if (rest_.empty()) {
      if (!at_end_) rest_ = next_();
      at_end_ = rest_.empty();
      if (at_end_) return;
    }
    bits_ |= static_cast<uint64_t>(rest_.front()) << held_;
    held_ += 8;
    rest_ = rest_.subspan(1);
  }
}

uint32_t BitSource::Peek(int count) {
  Fill(count);
  return static_cast<uint32_t>(bits_ & ((uint64_t{1} << count) - 1));
}

uint32_t BitSource::Take(int count) {
  const uint32_t taken = Peek(count);
  if (held_ < count) throw InputEnds();
  bits_ >>= count;
  held_ -= count;
  return taken;
}

void BitSource::ToNextByte() {
  Take(held_ % 8);
}

int BitSource::ByteOrEnd() {
  ToNextByte();
  Fill(8);
  return held_ == 0 ? -1 : Byte();
}

void BitSource::Skip(uint64_t bytes) {
  for (; bytes > 0 && held_ > 0; --bytes) Byte();
  while (bytes > 0) {
    if (rest_.empty()) {
      Byte();  // gets the next bytes, or finds the end
      --bytes;
      continue;
    }
    const uint64_t skipped = std::min<uint64_t>(bytes, rest_.size());
    rest_ = rest_.subspan(skipped);
    bytes -= skipped;
  }
}

void Inflate(BitSource& source, const std::function<void(std::span<const std::byte>)>& sink) {
  Output output(sink);
  bool last = false;
  while (!last) {
    last = source.Take(1) == 1;
    switch (source.Take(2)) {
      case 0:
        CopyStored(source, output);
        break;
      case 1:
        DecodeFixed(source, output);
        break;
      case 2:
        DecodeDynamic(source, output);
        break;
      default:
        throw InputDamaged();
    }
  }
  output.Flush();
}

}  // namespace laguna::ingest
