// SPDX-License-Identifier: Apache-2.0
#include "delta/deletion_vector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "base/error.h"
#include "base/random.h"
#include "delta/codec/base85.h"

namespace laguna::delta {
namespace {

using Rows = std::set<uint64_t>;

DeletionVector VectorOfList(const std::vector<uint64_t>& rows) {
  DeletionVector vector;
  vector.AddMany(rows);
  return vector;
}

DeletionVector VectorOf(const Rows& rows) {
  return VectorOfList({rows.begin(), rows.end()});
}

Rows RowsOf(const DeletionVector& vector) {
  Rows rows;
  vector.ForEachBatch(
      [&](std::span<const uint64_t> batch) { rows.insert(batch.begin(), batch.end()); });
  return rows;
}

Rows Range(uint64_t begin, uint64_t end, uint64_t step = 1) {
  Rows rows;
  for (uint64_t row = begin; row < end; row += step) rows.insert(rows.end(), row);
  return rows;
}

Rows Scattered(uint64_t seed, uint64_t begin, uint64_t span, size_t count) {
  base::SeededRandom random(seed);
  Rows rows;
  while (rows.size() < count) rows.insert(begin + random.NextUint64() % span);
  return rows;
}

Rows Both(Rows left, const Rows& right) {
  left.insert(right.begin(), right.end());
  return left;
}

// Every kind of container, their borders, and more than one bucket.
const std::vector<std::pair<std::string, Rows>>& Shapes() {
  static const std::vector<std::pair<std::string, Rows>> shapes = [] {
    const uint64_t far = uint64_t{5} << 32;
    const uint64_t last = DeletionVector::kPositionMax;
    return std::vector<std::pair<std::string, Rows>>{
        {"none", {}},
        {"the first", {0}},
        {"the last of all", {last - 1, last}},
        {"sparse", Scattered(1, 0, 1'000'000, 500)},
        {"five of a hundred", Scattered(2, 0, 300'000, 15'000)},
        {"dense", Scattered(3, 0, 200'000, 120'000)},
        {"one run", Range(1000, 90'000)},
        {"a whole container", Range(65'536, 131'072)},
        {"many runs", Both(Both(Range(0, 300), Range(2000, 2049)), Range(65'500, 65'600))},
        {"every other", Range(0, 140'000, 2)},
        {"4,096 in a container", Range(0, 65'536, 16)},
        {"4,097 in a container", Both(Range(0, 65'536, 16), {1})},
        {"round 2^32", Range((uint64_t{1} << 32) - 3000, (uint64_t{1} << 32) + 3000, 3)},
        {"two buckets far apart", Both(Scattered(4, 0, 70'000, 900), Scattered(5, far, 900, 80))},
        {"many containers", Scattered(6, 0, uint64_t{1} << 33, 3000)},
    };
  }();
  return shapes;
}

TEST(DeletionVector, BytesComeBackAsTheSameRows) {
  for (const auto& [name, rows] : Shapes()) {
    SCOPED_TRACE(name);
    const DeletionVector vector = VectorOf(rows);
    const DeletionVector read = DeletionVector::FromBytes(vector.ToBytes());
    EXPECT_EQ(RowsOf(read), rows);
    EXPECT_EQ(read, vector);
    EXPECT_EQ(read.Cardinality(), rows.size());
    EXPECT_EQ(read.IsEmpty(), rows.empty());
    EXPECT_EQ(read.Last(), rows.empty() ? std::nullopt : std::optional(*rows.rbegin()));
    EXPECT_EQ(read.ToBytes(), vector.ToBytes());
  }
}

TEST(DeletionVector, OneByOneInAnyOrderIsTheSame) {
  for (const auto& [name, rows] : Shapes()) {
    SCOPED_TRACE(name);
    std::vector<uint64_t> positions(rows.begin(), rows.end());
    base::SeededRandom random(7);
    std::vector<std::pair<uint64_t, uint64_t>> order;
    for (uint64_t row : positions) order.emplace_back(random.NextUint64(), row);
    std::ranges::sort(order);
    DeletionVector vector;
    for (const auto& [key, row] : order) {
      vector.Add(row);
      if (key % 8 == 0) vector.Add(row);
    }
    EXPECT_EQ(vector, VectorOf(rows));
    EXPECT_EQ(vector.ToBytes(), VectorOf(rows).ToBytes());
  }
}

TEST(DeletionVector, CopiesAreOfTheirOwn) {
  const DeletionVector original = VectorOf({1, 2});
  DeletionVector copy = original;
  copy.Add(3);
  EXPECT_EQ(RowsOf(original), (Rows{1, 2}));
  EXPECT_EQ(RowsOf(copy), (Rows{1, 2, 3}));
  copy = original;
  EXPECT_EQ(copy, original);
  EXPECT_NE(copy, VectorOf({1}));
}

// What a scan sees of the rows [start, start + count).
void CheckBlock(const DeletionVector& vector, const Rows& rows, uint64_t start, uint32_t count) {
  std::vector<uint32_t> kept;
  std::vector<uint32_t> deleted;
  for (uint32_t i = 0; i < count; ++i) (rows.contains(start + i) ? deleted : kept).push_back(i);
  std::vector<uint32_t> found(count);
  found.resize(vector.KeptRows(start, found));
  ASSERT_EQ(found, kept) << "from " << start;
  found.resize(count);
  found.resize(vector.DeletedRows(start, found));
  ASSERT_EQ(found, deleted) << "from " << start;
  ASSERT_EQ(vector.CountIn(start, count), deleted.size()) << "from " << start;
}

TEST(DeletionVector, TellsTheRowsOfABlockApart) {
  base::SeededRandom random(8);
  for (const auto& [name, rows] : Shapes()) {
    SCOPED_TRACE(name);
    const DeletionVector vector = DeletionVector::FromBytes(VectorOf(rows).ToBytes());
    CheckBlock(vector, rows, 0, 2048);
    CheckBlock(vector, rows, 0, 0);
    for (int i = 0; i < 60 && !rows.empty(); ++i) {
      const auto count = static_cast<uint32_t>(random.NextUint64() % 5000);
      // Near a deleted row, so that small sets are met too.
      const auto place = rows.lower_bound(random.NextUint64() % (*rows.rbegin() + 1));
      const uint64_t back = random.NextUint64() % 3000;
      CheckBlock(vector, rows, *place > back ? *place - back : 0, count);
    }
  }
}

TEST(DeletionVector, CountsOverWideRanges) {
  for (const auto& [name, rows] : Shapes()) {
    SCOPED_TRACE(name);
    const DeletionVector vector = VectorOf(rows);
    const auto count = [&rows = rows](uint64_t start, uint64_t end) {
      return static_cast<uint64_t>(std::distance(rows.lower_bound(start), rows.lower_bound(end)));
    };
    EXPECT_EQ(vector.CountIn(0, ~uint64_t{0}), rows.size());
    EXPECT_EQ(vector.CountIn(100, uint64_t{6} << 32), count(100, 100 + (uint64_t{6} << 32)));
    EXPECT_EQ(vector.CountIn(65'536, 65'536), count(65'536, 131'072));
    EXPECT_EQ(vector.CountIn(~uint64_t{0}, ~uint64_t{0}), 0U);
  }
}

TEST(DeletionVector, ContainsExactlyItsRows) {
  for (const auto& [name, rows] : Shapes()) {
    SCOPED_TRACE(name);
    const DeletionVector vector = VectorOf(rows);
    size_t looked = 0;
    for (uint64_t row : rows) {
      if (++looked > 2000) break;
      EXPECT_TRUE(vector.Contains(row));
      EXPECT_EQ(vector.Contains(row + 1), rows.contains(row + 1));
    }
    EXPECT_FALSE(vector.Contains(uint64_t{77} << 40));
  }
}

TEST(DeletionVector, SetsOfTwoVectors) {
  for (const auto& [left_name, left] : Shapes()) {
    for (const auto& [right_name, right] : Shapes()) {
      SCOPED_TRACE(left_name + " and " + right_name);
      // As they come from a file: with runs.
      const auto a = DeletionVector::FromBytes(VectorOf(left).ToBytes());
      const auto b = DeletionVector::FromBytes(VectorOf(right).ToBytes());
      std::vector<uint64_t> both;
      std::vector<uint64_t> rest;
      std::ranges::set_union(left, right, std::back_inserter(both));
      std::ranges::set_difference(left, right, std::back_inserter(rest));
      const DeletionVector joined = DeletionVector::Union(a, b);
      EXPECT_EQ(joined, VectorOfList(both));
      EXPECT_EQ(DeletionVector::FromBytes(joined.ToBytes()), joined);
      EXPECT_EQ(DeletionVector::Difference(a, b), VectorOfList(rest));
      EXPECT_EQ(DeletionVector::Intersects(a, b), rest.size() < left.size());
    }
  }
}

// ---- The wire form.

std::string Hex(std::string_view digits) {
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    if (digits[i] == ' ')
      --i;
    else
      bytes.push_back(static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

TEST(DeletionVector, BytesAreTheProtocols) {
  // The magic number, one bucket of key 0, one array container of key 0 with the values 3 and 7 at
  // byte 16 of its bitmap.
  const std::string expected =
      Hex("d1d33964 0100000000000000 00000000 3a300000 01000000 00000100 10000000 03000700");
  EXPECT_EQ(VectorOf({3, 7}).ToBytes(), expected);
  EXPECT_EQ(DeletionVector().ToBytes(), Hex("d1d33964 0000000000000000"));
  // One run of 100 values from 5 on.
  EXPECT_EQ(VectorOf(Range(5, 105)).ToBytes(),
            Hex("d1d33964 0100000000000000 00000000 3b300000 01 00006300 0100 05006300"));
}

TEST(DeletionVector, ReadsTheProtocolsInlineExample) {
  const std::string bytes = DecodeBase85("wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L");
  EXPECT_EQ(RowsOf(DeletionVector::FromBytes(bytes)), (Rows{3, 4, 7, 11, 18, 29}));
}

TEST(DeletionVector, ReadsTheNativeLayout) {
  // An empty bucket, then one of two values.
  const std::string empty = "08000000 3a300000 00000000";
  const std::string two = "14000000 3a300000 01000000 00000100 10000000 03000700";
  const auto vector = DeletionVector::FromBytes(Hex("d0d33964 02000000" + empty + two));
  const uint64_t bucket = uint64_t{1} << 32;
  EXPECT_EQ(RowsOf(vector), (Rows{bucket + 3, bucket + 7}));
}

void AppendNumber(std::string& out, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

// A run container as a poor writer might make it: no run longer than three, one right behind the
// other.
std::string ShortRuns(const std::vector<uint64_t>& rows) {
  std::string runs;
  size_t count = 0;
  for (size_t i = 0; i < rows.size(); ++count) {
    size_t length = 1;
    while (length < 3 && i + length < rows.size() && rows[i + length] == rows[i] + length) ++length;
    AppendNumber(runs, rows[i], 2);
    AppendNumber(runs, length - 1, 2);
    i += length;
  }
  std::string container;
  AppendNumber(container, count, 2);
  return container + runs;
}

// A bitmap of nothing but such containers.
std::string BitmapOfShortRuns(const std::map<uint64_t, std::vector<uint64_t>>& containers) {
  std::string header;
  AppendNumber(header, 12347 | (containers.size() - 1) << 16, 4);
  header.append((containers.size() + 7) / 8, '\xff');
  std::string offsets;
  std::string data;
  const size_t header_bytes = header.size() + containers.size() * (containers.size() >= 4 ? 8 : 4);
  for (const auto& [key, rows] : containers) {
    AppendNumber(header, key & 0xFFFF, 2);
    AppendNumber(header, rows.size() - 1, 2);
    AppendNumber(offsets, header_bytes + data.size(), 4);
    data += ShortRuns(rows);
  }
  return header + (containers.size() >= 4 ? offsets : "") + data;
}

std::string InShortRuns(const Rows& rows) {
  std::map<uint64_t, std::map<uint64_t, std::vector<uint64_t>>> buckets;
  for (uint64_t row : rows) buckets[row >> 32][row >> 16].push_back(row & 0xFFFF);
  std::string bytes;
  AppendNumber(bytes, 1681511377, 4);
  AppendNumber(bytes, buckets.size(), 8);
  for (const auto& [key, containers] : buckets) {
    AppendNumber(bytes, key, 4);
    bytes += BitmapOfShortRuns(containers);
  }
  return bytes;
}

TEST(DeletionVector, ContainersNeedNotBeTheBest) {
  for (const auto& [name, rows] : Shapes()) {
    SCOPED_TRACE(name);
    const auto vector = DeletionVector::FromBytes(InShortRuns(rows));
    const DeletionVector same = VectorOf(rows);
    EXPECT_EQ(vector.Cardinality(), rows.size());
    EXPECT_EQ(RowsOf(vector), rows);
    EXPECT_EQ(vector, same);
    EXPECT_EQ(DeletionVector::FromBytes(vector.ToBytes()), same);
    EXPECT_EQ(DeletionVector::Union(vector, same), same);
    EXPECT_TRUE(DeletionVector::Difference(vector, same).IsEmpty());
    EXPECT_TRUE(DeletionVector::Difference(same, vector).IsEmpty());
    EXPECT_EQ(DeletionVector::Intersects(vector, same), !rows.empty());
    CheckBlock(vector, rows, 0, 2048);
    CheckBlock(vector, rows, 64'000, 4099);
  }
}

TEST(DeletionVector, AnEmptyBucketIsNone) {
  const auto vector =
      DeletionVector::FromBytes(Hex("d1d33964 0100000000000000 05000000 3a300000 00000000"));
  EXPECT_TRUE(vector.IsEmpty());
  EXPECT_EQ(vector, DeletionVector());
}

TEST(DeletionVector, SaysWhereBytesAreBroken) {
  const std::string head = "d1d33964 0100000000000000 00000000";
  const struct {
    std::string name, bytes, expected;
  } cases[] = {
      {"nothing", "", "4 bytes of the magic number at byte 0"},
      {"another magic", "d2d33964 0000000000000000", "magic number 1681511377 at byte 0"},
      {"half a count", "d1d33964 01000000", "8 bytes of the number of buckets at byte 4"},
      {"too many buckets", "d1d33964 ffffffffffffffff 00", "no more buckets than fit into 1 bytes"},
      {"bytes after the end", "d1d33964 0000000000000000 00", "the end at byte 12"},
      {"a key of 32 bits", "d1d33964 0100000000000000 00000080 3a300000 00000000",
       "key between 0 and 2147483647"},
      {"a key twice",
       "d1d33964 0200000000000000 01000000 3a300000 00000000 01000000 3a300000 00000000",
       "key between 2 and"},
      {"another cookie", head + "3c300000 00000000", "12346 or 12347) at byte 16"},
      {"too many containers", head + "3a300000 01000100", "at most 65536 containers at byte 20"},
      {"containers that are not there", head + "3a300000 ffff0000", "262140 bytes of container"},
      {"a container key twice",
       head + "3a300000 02000000 01000000 01000000 18000000 1a000000 0100 0200",
       "key above 1 at byte 28"},
      {"a wrong offset", head + "3a300000 01000000 00000000 11000000 0300",
       "container 0 at byte 17"},
      {"values that are not there", head + "3a300000 01000000 00000100 10000000 0300",
       "4 bytes of an array container"},
      {"values that fall", head + "3a300000 01000000 00000100 10000000 0700 0300",
       "a value above 7 at byte 34"},
      {"a value twice", head + "3a300000 01000000 00000100 10000000 0700 0700", "above 7"},
      {"no run", head + "3b300000 01 00000000 0000", "a container of 1 values"},
      {"runs that are not there", head + "3b300000 01 00000000 ffff", "262140 bytes of a run"},
      {"runs over each other", head + "3b300000 01 00000700 0200 0000 0300 0300 0300",
       "a run between 4 and 65535 at byte 31"},
      {"a run beyond its container", head + "3b300000 01 00000200 0100 feff 0200",
       "one from 65534 to 65536"},
      {"runs of another count", head + "3b300000 01 00000500 0100 0000 0300",
       "a container of 6 values"},
      {"a bitset that is not there", head + "3a300000 01000000 0000ffff 10000000 ff",
       "8192 bytes of a bitset"},
      {"a native bucket of another length", "d0d33964 01000000 09000000 3a300000 00000000 00",
       "a bucket of 9 bytes"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    try {
      DeletionVector::FromBytes(Hex(c.bytes));
      ADD_FAILURE() << "was read";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::kCorrupt);
      EXPECT_EQ(error.code(), "delta.deletion_vector");
      EXPECT_NE(error.sentence().find(c.expected), std::string::npos) << error.sentence();
    }
  }
}

TEST(DeletionVector, ABitsetOfAnotherCountIsBroken) {
  std::string bytes = VectorOf(Range(0, 65'536, 2)).ToBytes();
  EXPECT_NO_THROW(DeletionVector::FromBytes(bytes));
  bytes.back() = '\x57';
  EXPECT_THROW(DeletionVector::FromBytes(bytes), base::Error);
}

TEST(DeletionVector, NoPartOfItIsReadAsTheWhole) {
  const std::string bytes =
      VectorOf(Both(Both(Range(0, 300), Scattered(9, 70'000, 60'000, 50)), {uint64_t{3} << 32}))
          .ToBytes();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(DeletionVector::FromBytes(std::string_view(bytes).substr(0, size)), base::Error)
        << size;
  }
}

TEST(DeletionVector, ManyContainersAreTooMany) {
  std::vector<uint64_t> positions(DeletionVector::kContainersMax);
  for (size_t i = 0; i < positions.size(); ++i) positions[i] = i << 16;
  DeletionVector vector;
  vector.AddMany(positions);
  EXPECT_EQ(DeletionVector::FromBytes(vector.ToBytes()).Cardinality(), positions.size());
  vector.Add(uint64_t{positions.size()} << 16);
  try {
    DeletionVector::FromBytes(vector.ToBytes());
    ADD_FAILURE();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kExhausted);
  }
}

}  // namespace
}  // namespace laguna::delta
