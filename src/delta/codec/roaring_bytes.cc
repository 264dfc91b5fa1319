// SPDX-License-Identifier: Apache-2.0
#include "delta/codec/roaring_bytes.h"

#include <fmt/format.h>

#include <bit>
#include <string>
#include <vector>

namespace laguna::delta {
namespace {

constexpr uint32_t kCookieWithoutRuns = 12346;
constexpr uint32_t kCookieWithRuns = 12347;
// A bitmap with runs has the table of offsets from so many containers on.
constexpr size_t kOffsetsFromContainers = 4;
constexpr uint32_t kContainersMax = 1 << 16;
constexpr uint32_t kArrayValuesMax = 4096;
constexpr size_t kBitsetBytes = 8192;
constexpr uint32_t kLowValueMax = 0xFFFF;

struct Cookie {
  uint32_t containers = 0;
  bool has_offsets = true;
  // A bit per container; empty where there are none.
  std::string_view run_flags;

  [[nodiscard]] bool IsRun(size_t index) const {
    return !run_flags.empty() &&
           (static_cast<unsigned char>(run_flags[index / 8]) >> (index % 8) & 1) != 0;
  }
};

Cookie ReadCookie(ByteReader& reader) {
  const size_t begin = reader.offset();
  const auto word = reader.Little<uint32_t>("a bitmap's cookie");
  Cookie cookie;
  if (word == kCookieWithoutRuns) {
    cookie.containers = reader.Little<uint32_t>("a bitmap's number of containers");
    if (cookie.containers <= kContainersMax) return cookie;
    ByteReader::Fail(begin + 4, fmt::format("at most {} containers", kContainersMax),
                     fmt::format("{}", cookie.containers));
  }
  if ((word & 0xFFFF) != kCookieWithRuns) {
    ByteReader::Fail(begin, "a bitmap's cookie (12346 or 12347)", fmt::format("{}", word));
  }
  cookie.containers = (word >> 16) + 1;
  cookie.has_offsets = cookie.containers >= kOffsetsFromContainers;
  cookie.run_flags = reader.Take((cookie.containers + 7) / 8, "run flags");
  return cookie;
}

// What the header says of one container.
struct Container {
  uint32_t key = 0;
  uint32_t cardinality = 0;
};

std::vector<Container> ReadContainers(ByteReader& reader, uint32_t count) {
  const size_t begin = reader.offset();
  ByteReader header(reader.Take(size_t{4} * count, "container keys and sizes"));
  std::vector<Container> containers(count);
  for (size_t i = 0; i < count; ++i) {
    containers[i].key = header.Little<uint16_t>("key");
    containers[i].cardinality = header.Little<uint16_t>("size") + 1U;
    if (i > 0 && containers[i].key <= containers[i - 1].key) {
      ByteReader::Fail(begin + 4 * i,
                       fmt::format("a container key above {}", containers[i - 1].key),
                       fmt::format("{}", containers[i].key));
    }
  }
  return containers;
}

void CheckCount(size_t at, uint32_t expected, uint64_t found) {
  if (found == expected) return;
  ByteReader::Fail(at, fmt::format("a container of {} values", expected),
                   fmt::format("{} values", found));
}

void CheckArray(ByteReader& reader, uint32_t cardinality) {
  const size_t begin = reader.offset();
  const std::string_view values = reader.Take(size_t{2} * cardinality, "an array container");
  int64_t before = -1;
  for (size_t i = 0; i < values.size(); i += 2) {
    const auto value = ByteReader::DecodeLittle<uint16_t>(values.substr(i, 2));
    if (value <= before) {
      ByteReader::Fail(begin + i, fmt::format("a value above {}", before),
                       fmt::format("{}", value));
    }
    before = value;
  }
}

void CheckBitset(ByteReader& reader, uint32_t cardinality) {
  const size_t begin = reader.offset();
  const std::string_view words = reader.Take(kBitsetBytes, "a bitset container");
  uint64_t bits = 0;
  for (size_t i = 0; i < words.size(); i += 8) {
    bits += static_cast<uint64_t>(
        std::popcount(ByteReader::DecodeLittle<uint64_t>(words.substr(i, 8))));
  }
  CheckCount(begin, cardinality, bits);
}

void CheckRuns(ByteReader& reader, uint32_t cardinality) {
  const size_t begin = reader.offset();
  const auto count = reader.Little<uint16_t>("a run container's number of runs");
  ByteReader runs(reader.Take(size_t{4} * count, "a run container"));
  int64_t end_before = -1;
  uint64_t values = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t start = runs.Little<uint16_t>("start");
    const uint32_t more = runs.Little<uint16_t>("length");
    if (start <= end_before || start + more > kLowValueMax) {
      ByteReader::Fail(begin + 2 + 4 * i,
                       fmt::format("a run between {} and {}", end_before + 1, kLowValueMax),
                       fmt::format("one from {} to {}", start, start + more));
    }
    end_before = start + more;
    values += more + 1;
  }
  CheckCount(begin, cardinality, values);
}

void CheckContainer(ByteReader& reader, bool is_run, uint32_t cardinality) {
  if (is_run) return CheckRuns(reader, cardinality);
  if (cardinality <= kArrayValuesMax) return CheckArray(reader, cardinality);
  CheckBitset(reader, cardinality);
}

// The table counts from the bitmap's first byte. Some readers go by it, others read one container
// after the other: both must come to the same.
void CheckOffset(std::string_view table, size_t index, size_t bitmap_begin, size_t offset) {
  if (table.empty()) return;
  const auto said = ByteReader::DecodeLittle<uint32_t>(table.substr(4 * index, 4));
  if (said == offset - bitmap_begin) return;
  ByteReader::Fail(offset, fmt::format("container {} at byte {} of its bitmap", index, said),
                   fmt::format("it at byte {}", offset - bitmap_begin));
}

}  // namespace

RoaringSize CheckRoaring(ByteReader& reader) {
  const size_t begin = reader.offset();
  const Cookie cookie = ReadCookie(reader);
  const std::vector<Container> containers = ReadContainers(reader, cookie.containers);
  std::string_view offsets;
  if (cookie.has_offsets) offsets = reader.Take(size_t{4} * cookie.containers, "offsets");
  RoaringSize size{cookie.containers, 0};
  for (size_t i = 0; i < containers.size(); ++i) {
    CheckOffset(offsets, i, begin, reader.offset());
    CheckContainer(reader, cookie.IsRun(i), containers[i].cardinality);
    size.values += containers[i].cardinality;
  }
  return size;
}

}  // namespace laguna::delta
