// SPDX-License-Identifier: Apache-2.0
#include "ingest/packed_check.h"

#define ZLIB_CONST  // what is read is const
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "base/assert.h"

namespace laguna::ingest {
namespace {

constexpr size_t kChunkBytes = size_t{1} << 20;

struct InputEnds {};
struct InputDamaged {};

// A file byte by byte.
class Bytes {
 public:
  explicit Bytes(const NextBytes& next) : next_(next) {}

  // Those at hand; empty at the end only.
  std::span<const std::byte> Rest() {
    if (rest_.empty()) rest_ = next_();
    return rest_;
  }
  bool AtEnd() { return Rest().empty(); }

  // `count` bytes, at most eight, as a number, the lowest first.
  uint64_t Take(int count) {
    uint64_t number = 0;
    for (int i = 0; i < count; ++i) {
      if (AtEnd()) throw InputEnds();
      number |= static_cast<uint64_t>(rest_.front()) << (8 * i);
      rest_ = rest_.subspan(1);
    }
    return number;
  }

  void Skip(uint64_t count) {
    while (count > 0) {
      if (AtEnd()) throw InputEnds();
      const uint64_t skipped = std::min<uint64_t>(count, rest_.size());
      rest_ = rest_.subspan(skipped);
      count -= skipped;
    }
  }

 private:
  const NextBytes& next_;
  std::span<const std::byte> rest_;
};

// Unpacks gzip members one by one, and forgets what comes out.
class Unpacking {
 public:
  Unpacking() {
    constexpr int kWithHeaderAndChecksum = 16;
    const int result = inflateInit2(&stream_, MAX_WBITS + kWithHeaderAndChecksum);
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    LAGUNA_ASSERT(result == Z_OK);
  }
  ~Unpacking() { inflateEnd(&stream_); }
  Unpacking(const Unpacking&) = delete;
  Unpacking& operator=(const Unpacking&) = delete;

  void TakeMember(Bytes& bytes) {
    inflateReset(&stream_);
    int result = Z_OK;
    while (result != Z_STREAM_END) {
      const std::span<const std::byte> rest = bytes.Rest();
      if (rest.empty()) throw InputEnds();
      result = Step(rest);
      bytes.Skip(rest.size() - stream_.avail_in);
    }
  }

 private:
  int Step(std::span<const std::byte> bytes) {
    stream_.next_in = reinterpret_cast<const Bytef*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(std::min(bytes.size(), kChunkBytes));
    const size_t beyond = bytes.size() - stream_.avail_in;
    int result = Z_OK;
    do {
      stream_.next_out = unpacked_.data();
      stream_.avail_out = static_cast<uInt>(unpacked_.size());
      result = inflate(&stream_, Z_NO_FLUSH);
    } while (result == Z_OK && stream_.avail_out == 0);
    stream_.avail_in += static_cast<uInt>(beyond);
    // Without room or bytes left it only wants more of them.
    if (result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR) return result;
    throw InputDamaged();
  }

  z_stream stream_{};
  std::vector<Bytef> unpacked_ = std::vector<Bytef>(size_t{64} << 10);
};

// Behind a frame's magic number (RFC 8878, section 3.1.1).
void SkipZstdFrame(Bytes& bytes) {
  constexpr std::array<uint64_t, 4> kDictionaryBytes = {0, 1, 2, 4};
  constexpr std::array<uint64_t, 4> kSizeBytes = {0, 2, 4, 8};
  const uint64_t descriptor = bytes.Take(1);
  const bool single = (descriptor & 0x20U) != 0;
  const uint64_t size_flag = descriptor >> 6;
  const uint64_t size_bytes = size_flag == 0 && single ? 1 : kSizeBytes.at(size_flag);
  bytes.Skip((single ? 0 : 1) + kDictionaryBytes.at(descriptor & 3U) + size_bytes);
  bool last = false;
  while (!last) {
    const uint64_t block = bytes.Take(3);
    last = (block & 1U) == 1;
    const uint64_t type = (block >> 1) & 3U;
    if (type == 3) throw InputDamaged();
    bytes.Skip(type == 1 ? 1 : block >> 3);
  }
  if ((descriptor & 4U) != 0) bytes.Skip(4);
}

template <typename Check>
PackedState StateAfter(const NextBytes& next, const Check& check) {
  Bytes bytes(next);
  try {
    check(bytes);
    return PackedState::kWhole;
  } catch (const InputEnds&) {
    return PackedState::kCutOff;
  } catch (const InputDamaged&) {
    return PackedState::kDamaged;
  }
}

PackedState CheckParquetOf(io::ObjectReader& reader, const io::Call& call) {
  const uint64_t size_bytes = reader.info().size_bytes;
  std::array<std::byte, 4> mark{};
  const auto read = [&](uint64_t offset) {
    const size_t bytes = reader.ReadAt(offset, mark, call);
    return std::string(reinterpret_cast<const char*>(mark.data()), bytes);
  };
  const std::string first = read(0);
  return CheckParquet(first, read(size_bytes - std::min<uint64_t>(size_bytes, mark.size())),
                      size_bytes);
}

}  // namespace

PackedState CheckGzip(const NextBytes& next) {
  constexpr std::byte kFirst{0x1F};
  return StateAfter(next, [](Bytes& bytes) {
    Unpacking unpacking;
    do {
      unpacking.TakeMember(bytes);
    } while (!bytes.AtEnd() && bytes.Rest().front() == kFirst);
    while (!bytes.AtEnd()) {  // filled up with zeros to a block of some device
      if (bytes.Take(1) != 0) throw InputDamaged();
    }
  });
}

PackedState CheckZstd(const NextBytes& next) {
  constexpr uint64_t kFrame = 0xFD2FB528;
  constexpr uint64_t kSkippable = 0x184D2A50;
  return StateAfter(next, [](Bytes& bytes) {
    do {
      const uint64_t magic = bytes.Take(4);
      if (magic == kFrame) {
        SkipZstdFrame(bytes);
      } else if ((magic & ~uint64_t{0xF}) == kSkippable) {
        bytes.Skip(bytes.Take(4));
      } else {
        throw InputDamaged();
      }
    } while (!bytes.AtEnd());
  });
}

PackedState CheckParquet(std::string_view first, std::string_view last, uint64_t size_bytes) {
  constexpr std::string_view kMark = "PAR1";
  // With its footer in cipher.
  constexpr std::string_view kSealedMark = "PARE";
  constexpr uint64_t kSizeBytesMin = 12;
  if (first != kMark.substr(0, first.size()) && first != kSealedMark) return PackedState::kDamaged;
  return size_bytes < kSizeBytesMin || first != last ? PackedState::kCutOff : PackedState::kWhole;
}

PackedState CheckPacked(io::ObjectStore& store, const std::string& key, const io::Call& call) {
  const bool gzip = key.ends_with(".gz");
  const bool parquet = key.ends_with(".parquet");
  if (!gzip && !parquet && !key.ends_with(".zst")) return PackedState::kWhole;
  const std::unique_ptr<io::ObjectReader> reader = store.Open(key, call);
  if (parquet) return CheckParquetOf(*reader, call);
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
