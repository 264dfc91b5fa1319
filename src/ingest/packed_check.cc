// SPDX-License-Identifier: Apache-2.0
#include "ingest/packed_check.h"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "ingest/inflate.h"

namespace laguna::ingest {
namespace {

constexpr size_t kChunkBytes = size_t{1} << 20;

// CRC-32 as gzip has it (RFC 1952, section 8), eight bits at a time.
std::array<uint32_t, 256> CrcTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1U) * 0xEDB88320U);
    table.at(byte) = value;
  }
  return table;
}

class Checksum {
 public:
  void Add(std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes) {
      crc_ = (crc_ >> 8) ^ table_[(crc_ ^ static_cast<uint32_t>(byte)) & 0xFFU];
    }
    size_ += static_cast<uint32_t>(bytes.size());
  }
  [[nodiscard]] uint32_t crc() const { return ~crc_; }
  // Modulo 2^32, as the trailer has it.
  [[nodiscard]] uint32_t size() const { return size_; }

 private:
  const std::array<uint32_t, 256> table_ = CrcTable();
  uint32_t crc_ = ~uint32_t{0};
  uint32_t size_ = 0;
};

void SkipText(BitSource& source) {
  while (source.Byte() != 0) {
  }
}

// Behind the first byte of a member (RFC 1952, section 2.3).
void SkipGzipHeader(BitSource& source) {
  constexpr uint32_t kHeaderChecksum = 2;
  constexpr uint32_t kExtra = 4;
  constexpr uint32_t kName = 8;
  constexpr uint32_t kComment = 16;
  if (source.Byte() != 0x8B || source.Byte() != 8) throw InputDamaged();
  const uint32_t flags = source.Byte();
  source.Skip(6);
  if ((flags & kExtra) != 0) source.Skip(source.Take(16));
  if ((flags & kName) != 0) SkipText(source);
  if ((flags & kComment) != 0) SkipText(source);
  if ((flags & kHeaderChecksum) != 0) source.Skip(2);
}

void CheckMember(BitSource& source) {
  SkipGzipHeader(source);
  Checksum checksum;
  Inflate(source, [&](std::span<const std::byte> bytes) { checksum.Add(bytes); });
  source.ToNextByte();
  const uint32_t crc = source.Take(32);
  const uint32_t size = source.Take(32);
  if (crc != checksum.crc() || size != checksum.size()) throw InputDamaged();
}

// Behind a frame's magic number (RFC 8878, section 3.1.1).
void SkipZstdFrame(BitSource& source) {
  constexpr std::array<int, 4> kDictionaryBytes = {0, 1, 2, 4};
  constexpr std::array<int, 4> kSizeBytes = {0, 2, 4, 8};
  const uint32_t descriptor = source.Byte();
  const bool single = (descriptor & 0x20U) != 0;
  const uint32_t size_flag = descriptor >> 6;
  const int size_bytes = size_flag == 0 && single ? 1 : kSizeBytes.at(size_flag);
  source.Skip(static_cast<uint64_t>(single ? 0 : 1) + kDictionaryBytes.at(descriptor & 3U) +
              static_cast<uint64_t>(size_bytes));
  bool last = false;
  while (!last) {
    const uint32_t block = source.Take(24);
    last = (block & 1U) == 1;
    const uint32_t type = (block >> 1) & 3U;
    if (type == 3) throw InputDamaged();
    source.Skip(type == 1 ? 1 : block >> 3);
  }
  if ((descriptor & 4U) != 0) source.Skip(4);
}

template <typename Check>
PackedState StateAfter(const NextBytes& next, const Check& check) {
  BitSource source(next);
  try {
    check(source);
    return PackedState::kWhole;
  } catch (const InputEnds&) {
    return PackedState::kCutOff;
  } catch (const InputDamaged&) {
    return PackedState::kDamaged;
  }
}

}  // namespace

PackedState CheckGzip(const NextBytes& next) {
  return StateAfter(next, [](BitSource& source) {
    int byte = source.Byte();
    while (byte == 0x1F) {
      CheckMember(source);
      byte = source.ByteOrEnd();
    }
    while (byte == 0) byte = source.ByteOrEnd();  // filled up to a block of some device
    if (byte >= 0) throw InputDamaged();
  });
}

PackedState CheckZstd(const NextBytes& next) {
  constexpr uint32_t kFrame = 0xFD2FB528;
  constexpr uint32_t kSkippable = 0x184D2A50;
  return StateAfter(next, [](BitSource& source) {
    for (int byte = source.Byte(); byte >= 0; byte = source.ByteOrEnd()) {
      const uint32_t magic = static_cast<uint32_t>(byte) | source.Take(24) << 8;
      if (magic == kFrame) {
        SkipZstdFrame(source);
      } else if ((magic & ~0xFU) == kSkippable) {
        source.Skip(source.Take(32));
      } else {
        throw InputDamaged();
      }
    }
  });
}

PackedState CheckPacked(io::ObjectStore& store, const std::string& key, const io::Call& call) {
  const bool gzip = key.ends_with(".gz");
  if (!gzip && !key.ends_with(".zst")) return PackedState::kWhole;
  const std::unique_ptr<io::ObjectReader> reader = store.Open(key, call);
  std::vector<std::byte> chunk(kChunkBytes);
  uint64_t offset = 0;
  const NextBytes next = [&] {
    const size_t bytes = reader->ReadAt(offset, chunk, call);
    offset += bytes;
    return std::span<const std::byte>(chunk).first(bytes);
  };
  return gzip ? CheckGzip(next) : CheckZstd(next);
}

}  // namespace laguna::ingest
