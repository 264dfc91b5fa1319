// SPDX-License-Identifier: Apache-2.0
#include "delta/deletion_vector.h"

#include <fmt/format.h>
#include <roaring/roaring.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <new>
#include <numeric>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "delta/codec/byte_reader.h"
#include "delta/codec/roaring_bytes.h"

namespace laguna::delta {
namespace {

constexpr uint64_t kBucketRows = uint64_t{1} << 32;
// Enough for the calls to cost little, few enough to stay in the nearest cache.
constexpr size_t kBatchRows = 256;

constexpr uint32_t KeyOf(uint64_t position) {
  return static_cast<uint32_t>(position >> 32);
}
constexpr uint32_t LowOf(uint64_t position) {
  return static_cast<uint32_t>(position);
}

uint64_t EndOf(uint64_t start, uint64_t count) {
  const uint64_t end_max = DeletionVector::kPositionMax + 1;
  return start > end_max ? start : start + std::min(count, end_max - start);
}

[[noreturn]] void TooLarge(std::string_view what, size_t most) {
  throw base::Error(base::ErrorKind::kExhausted, "delta.deletion_vector_size",
                    fmt::format("The deletion vector has {}; at most {} are read.", what, most));
}

// The library says by null that there is no memory.
roaring_bitmap_s* Checked(roaring_bitmap_s* bitmap) {
  if (bitmap == nullptr) throw std::bad_alloc();
  return bitmap;
}

template <class Integer>
void AppendLittle(std::string& out, Integer value) {
  for (size_t i = 0; i < sizeof(Integer); ++i) {
    out.push_back(static_cast<char>(value >> (8 * i)));
  }
}

// Calls `visit` with the values of [first, end) in ascending order, some at a time, each plus
// `shift` (modulo 2^32).
template <class Visit>
void VisitBitmap(const roaring_bitmap_s* bitmap, uint32_t first, uint64_t end, uint32_t shift,
                 Visit& visit) {
  roaring_uint32_iterator_t iterator;
  roaring_init_iterator(bitmap, &iterator);
  if (!roaring_move_uint32_iterator_equalorlarger(&iterator, first)) return;
  std::array<uint32_t, kBatchRows> batch;
  while (iterator.has_value && iterator.current_value < end) {
    const auto wanted =
        static_cast<uint32_t>(std::min<uint64_t>(end - iterator.current_value, batch.size()));
    size_t count = roaring_read_uint32_iterator(&iterator, batch.data(), wanted);
    while (batch[count - 1] >= end) --count;
    for (size_t i = 0; i < count; ++i) batch[i] += shift;
    visit(std::span<const uint32_t>(batch.data(), count));
  }
}

// The kept ones of eight rows by the bits of the deleted ones: a table instead of a branch per row,
// which no processor could foresee.
struct KeptOfEight {
  std::array<uint32_t, 8> rows{};
  uint32_t count = 0;
};
constexpr std::array<KeptOfEight, 256> kKeptOfEight = [] {
  std::array<KeptOfEight, 256> table{};
  for (size_t deleted = 0; deleted < table.size(); ++deleted) {
    KeptOfEight& kept = table[deleted];
    for (uint32_t row = 0; row < 8; ++row) {
      if ((deleted >> row & 1) == 0) kept.rows[kept.count++] = row;
    }
  }
  return table;
}();

// A bit per row, set for those that are deleted.
using RowMask = std::array<uint8_t, 256>;
constexpr uint32_t kMaskRows = 8 * RowMask{}.size();

// Writes the rows of [first, first + count) that `mask` keeps, and gives the end of them. What is
// kept never reaches further than the rows looked at, so there is room to write eight at a time.
uint32_t* AppendKept(const RowMask& mask, uint32_t first, uint32_t count, uint32_t* out) {
  for (uint32_t eight = 0; eight < count / 8; ++eight) {
    const KeptOfEight& kept = kKeptOfEight[mask[eight]];
    // An array of its own, which nothing else can be: so the compiler adds four at a time.
    std::array<uint32_t, 8> rows;
    for (size_t i = 0; i < rows.size(); ++i) rows[i] = first + 8 * eight + kept.rows[i];
    std::memcpy(out, rows.data(), sizeof(rows));
    out += kept.count;
  }
  for (uint32_t row = count / 8 * 8; row < count; ++row) {
    if ((mask[row / 8] >> (row % 8) & 1) == 0) *out++ = first + row;
  }
  return out;
}

}  // namespace

// The layouts of the bytes. They differ in how buckets are told apart: the portable one gives each
// its key, the native one its length and counts them from zero.
struct DeletionVector::WireForm {
  static constexpr uint32_t kPortableMagic = 1681511377;
  static constexpr uint32_t kNativeMagic = 1681511376;
  static constexpr uint32_t kKeyMax = KeyOf(kPositionMax);

  explicit WireForm(std::string_view the_bytes) : bytes(the_bytes), reader(the_bytes) {}

  void Read() {
    const std::string_view magic = reader.Take(4, "the magic number");
    const auto little = ByteReader::DecodeLittle<uint32_t>(magic);
    if (little == kPortableMagic) {
      ReadPortable();
    } else if (little == kNativeMagic) {
      ReadNative([this](std::string_view what) { return reader.Little<uint32_t>(what); });
    } else if (ByteReader::DecodeBig<uint32_t>(magic) == kNativeMagic) {
      ReadNative([this](std::string_view what) { return reader.Big<uint32_t>(what); });
    } else {
      ByteReader::Fail(0, fmt::format("the magic number {}", kPortableMagic),
                       fmt::format("{}", little));
    }
    if (reader.remaining() == 0) return;
    ByteReader::Fail(reader.offset(), "the end", fmt::format("{} bytes more", reader.remaining()));
  }

  void ReadPortable() {
    const auto count = reader.Little<uint64_t>("the number of buckets");
    CheckBucketCount(count);
    int64_t before = -1;
    for (uint64_t i = 0; i < count; ++i) {
      const size_t at = reader.offset();
      const auto key = reader.Little<uint32_t>("a bucket's key");
      if (key <= before || key > kKeyMax) {
        ByteReader::Fail(at, fmt::format("a bucket's key between {} and {}", before + 1, kKeyMax),
                         fmt::format("{}", key));
      }
      ReadBucket(key);
      before = key;
    }
  }

  template <class ReadNumber>
  void ReadNative(ReadNumber read_number) {
    const uint32_t count = read_number("the number of buckets");
    CheckBucketCount(count);
    for (uint32_t key = 0; key < count; ++key) {
      const uint32_t size = read_number("a bucket's length");
      const size_t begin = reader.offset();
      ReadBucket(key);
      if (reader.offset() - begin == size) continue;
      ByteReader::Fail(begin, fmt::format("a bucket of {} bytes", size),
                       fmt::format("{} bytes", reader.offset() - begin));
    }
  }

  void CheckBucketCount(uint64_t count) const {
    // A key or a length, and the cookie and size of an empty bitmap.
    constexpr size_t kBucketBytesMin = 12;
    if (count <= reader.remaining() / kBucketBytesMin) return;
    ByteReader::Fail(reader.offset(),
                     fmt::format("no more buckets than fit into {} bytes", reader.remaining()),
                     fmt::format("{}", count));
  }

  // Some writers put an empty bitmap where a key has no rows: it makes no bucket.
  void ReadBucket(uint32_t key) {
    const size_t begin = reader.offset();
    const RoaringSize size = CheckRoaring(reader);
    if (size.values == 0) return;
    containers += size.containers;
    if (containers > kContainersMax) TooLarge("too many containers", kContainersMax);
    Bitmap bitmap(Checked(
        roaring_bitmap_portable_deserialize_safe(bytes.data() + begin, reader.offset() - begin)));
    vector.buckets_.push_back({key, std::move(bitmap)});
  }

  std::string_view bytes;
  ByteReader reader;
  size_t containers = 0;
  DeletionVector vector;
};

void DeletionVector::Free::operator()(roaring_bitmap_s* bitmap) const {
  roaring_bitmap_free(bitmap);
}

DeletionVector::DeletionVector(const DeletionVector& other) {
  buckets_.reserve(other.buckets_.size());
  for (const Bucket& bucket : other.buckets_) {
    buckets_.push_back({bucket.key, Bitmap(Checked(roaring_bitmap_copy(bucket.bitmap.get())))});
  }
}

DeletionVector& DeletionVector::operator=(const DeletionVector& other) {
  DeletionVector copy(other);
  buckets_.swap(copy.buckets_);
  return *this;
}

DeletionVector DeletionVector::FromBytes(std::string_view bytes) {
  if (bytes.size() > kBytesMax) TooLarge(fmt::format("{} bytes", bytes.size()), kBytesMax);
  WireForm form(bytes);
  form.Read();
  return std::move(form.vector);
}

std::string DeletionVector::ToBytes() const {
  std::string bytes;
  AppendLittle(bytes, WireForm::kPortableMagic);
  AppendLittle(bytes, uint64_t{buckets_.size()});
  for (const Bucket& bucket : buckets_) {
    AppendLittle(bytes, bucket.key);
    const Bitmap compact(Checked(roaring_bitmap_copy(bucket.bitmap.get())));
    roaring_bitmap_run_optimize(compact.get());
    const size_t begin = bytes.size();
    bytes.resize(begin + roaring_bitmap_portable_size_in_bytes(compact.get()));
    roaring_bitmap_portable_serialize(compact.get(), bytes.data() + begin);
  }
  return bytes;
}

void DeletionVector::Add(uint64_t position) {
  LAGUNA_ASSERT(position <= kPositionMax);
  roaring_bitmap_add(&FindOrMake(KeyOf(position)), LowOf(position));
}

bool DeletionVector::Insert(uint64_t position) {
  LAGUNA_ASSERT(position <= kPositionMax);
  return roaring_bitmap_add_checked(&FindOrMake(KeyOf(position)), LowOf(position));
}

void DeletionVector::AddMany(std::span<const uint64_t> positions) {
  std::array<uint32_t, kBatchRows> batch;
  while (!positions.empty()) {
    const uint32_t key = KeyOf(positions.front());
    LAGUNA_ASSERT(key <= WireForm::kKeyMax);
    size_t count = 0;
    while (count < std::min(batch.size(), positions.size()) && KeyOf(positions[count]) == key) {
      batch[count] = LowOf(positions[count]);
      ++count;
    }
    roaring_bitmap_add_many(&FindOrMake(key), count, batch.data());
    positions = positions.subspan(count);
  }
}

void DeletionVector::AddRange(uint64_t start, uint64_t count) {
  LAGUNA_ASSERT(count <= kPositionMax && start <= kPositionMax - count);
  const uint64_t end = start + count;
  while (start < end) {
    const uint64_t bucket_end = (uint64_t{KeyOf(start)} + 1) << 32;
    const uint64_t part = std::min(end, bucket_end) - start;
    roaring_bitmap_add_range(&FindOrMake(KeyOf(start)), LowOf(start), LowOf(start) + part);
    start += part;
  }
}

uint64_t DeletionVector::Cardinality() const {
  uint64_t cardinality = 0;
  for (const Bucket& bucket : buckets_) {
    cardinality += roaring_bitmap_get_cardinality(bucket.bitmap.get());
  }
  return cardinality;
}

bool DeletionVector::Contains(uint64_t position) const {
  const roaring_bitmap_s* bitmap = Find(KeyOf(position));
  return bitmap != nullptr && roaring_bitmap_contains(bitmap, LowOf(position));
}

std::optional<uint64_t> DeletionVector::Last() const {
  if (buckets_.empty()) return std::nullopt;
  const Bucket& last = buckets_.back();
  return last.key * kBucketRows + roaring_bitmap_maximum(last.bitmap.get());
}

uint64_t DeletionVector::CountIn(uint64_t start, uint64_t count) const {
  const uint64_t end = EndOf(start, count);
  uint64_t deleted = 0;
  for (const Bucket& bucket : buckets_) {
    const uint64_t begin = bucket.key * kBucketRows;
    if (begin >= end || start >= begin + kBucketRows) continue;
    deleted += roaring_bitmap_range_cardinality(bucket.bitmap.get(), std::max(start, begin) - begin,
                                                std::min(end - begin, kBucketRows));
  }
  return deleted;
}

template <class Visit>
void DeletionVector::VisitRange(uint64_t start, uint64_t count, Visit visit) const {
  const uint64_t end = EndOf(start, count);
  auto bucket = std::ranges::lower_bound(buckets_, KeyOf(start), {}, &Bucket::key);
  for (; bucket != buckets_.end(); ++bucket) {
    const uint64_t begin = bucket->key * kBucketRows;
    if (begin >= end) return;
    VisitBitmap(bucket->bitmap.get(), LowOf(std::max(start, begin)),
                std::min(end - begin, kBucketRows), LowOf(begin - start), visit);
  }
}

size_t DeletionVector::KeptRows(uint64_t start, std::span<uint32_t> rows) const {
  LAGUNA_ASSERT(rows.size() <= std::numeric_limits<uint32_t>::max());
  const auto count = static_cast<uint32_t>(rows.size());
  uint32_t* out = rows.data();
  for (uint64_t first = 0; first < count; first += kMaskRows) {
    RowMask mask{};
    const auto looked_at = static_cast<uint32_t>(std::min<uint64_t>(count - first, kMaskRows));
    VisitRange(start + first, looked_at, [&](std::span<const uint32_t> deleted) {
      for (const uint32_t row : deleted) mask[row / 8] |= static_cast<uint8_t>(1 << (row % 8));
    });
    out = AppendKept(mask, static_cast<uint32_t>(first), looked_at, out);
  }
  return static_cast<size_t>(out - rows.data());
}

size_t DeletionVector::DeletedRows(uint64_t start, std::span<uint32_t> rows) const {
  LAGUNA_ASSERT(rows.size() <= std::numeric_limits<uint32_t>::max());
  uint32_t* out = rows.data();
  VisitRange(start, rows.size(),
             [&](std::span<const uint32_t> deleted) { out = std::ranges::copy(deleted, out).out; });
  return static_cast<size_t>(out - rows.data());
}

void DeletionVector::ForEachBatch(
    const std::function<void(std::span<const uint64_t>)>& visit) const {
  std::array<uint64_t, kBatchRows> positions;
  for (const Bucket& bucket : buckets_) {
    auto widen = [&](std::span<const uint32_t> rows) {
      std::ranges::transform(rows, positions.begin(),
                             [&](uint32_t row) { return bucket.key * kBucketRows + row; });
      visit(std::span<const uint64_t>(positions.data(), rows.size()));
    };
    VisitBitmap(bucket.bitmap.get(), 0, kBucketRows, 0, widen);
  }
}

DeletionVector DeletionVector::Union(const DeletionVector& left, const DeletionVector& right) {
  DeletionVector result(left);
  for (const Bucket& bucket : right.buckets_) {
    roaring_bitmap_or_inplace(&result.FindOrMake(bucket.key), bucket.bitmap.get());
  }
  return result;
}

DeletionVector DeletionVector::Difference(const DeletionVector& left, const DeletionVector& right) {
  DeletionVector result;
  for (const Bucket& bucket : left.buckets_) {
    const roaring_bitmap_s* other = right.Find(bucket.key);
    Bitmap rest(Checked(other == nullptr ? roaring_bitmap_copy(bucket.bitmap.get())
                                         : roaring_bitmap_andnot(bucket.bitmap.get(), other)));
    if (!roaring_bitmap_is_empty(rest.get())) {
      result.buckets_.push_back({bucket.key, std::move(rest)});
    }
  }
  return result;
}

bool DeletionVector::Intersects(const DeletionVector& left, const DeletionVector& right) {
  return std::ranges::any_of(left.buckets_, [&](const Bucket& bucket) {
    const roaring_bitmap_s* other = right.Find(bucket.key);
    return other != nullptr && roaring_bitmap_intersect(bucket.bitmap.get(), other);
  });
}

bool DeletionVector::operator==(const DeletionVector& other) const {
  return std::ranges::equal(buckets_, other.buckets_, [](const Bucket& a, const Bucket& b) {
    return a.key == b.key && roaring_bitmap_equals(a.bitmap.get(), b.bitmap.get());
  });
}

const roaring_bitmap_s* DeletionVector::Find(uint32_t key) const {
  const auto bucket = std::ranges::lower_bound(buckets_, key, {}, &Bucket::key);
  return bucket == buckets_.end() || bucket->key != key ? nullptr : bucket->bitmap.get();
}

roaring_bitmap_s& DeletionVector::FindOrMake(uint32_t key) {
  auto bucket = std::ranges::lower_bound(buckets_, key, {}, &Bucket::key);
  if (bucket == buckets_.end() || bucket->key != key) {
    bucket = buckets_.insert(bucket, {key, Bitmap(Checked(roaring_bitmap_create()))});
  }
  return *bucket->bitmap;
}

}  // namespace laguna::delta
