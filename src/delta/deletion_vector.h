// SPDX-License-Identifier: Apache-2.0
// The rows of one data file that are deleted though the file still holds them: a set of row
// positions, counted from zero in the order of the file (protocol section "Deletion Vectors").
//
// A value: built by one thread, and from then on shared for reading by any number of them; nothing
// that is const changes anything. Compressed: roaring bitmaps, one for each 2^32 positions. Memory
// is about that of its wire form, and for every 65,536 rows that hold a deleted one some 100 bytes.
// No I/O; deletion_vector_file.h reads and writes them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct roaring_bitmap_s;

namespace laguna::delta {

class DeletionVector {
 public:
  // "Every key in the bitmap has a 0 as its most significant bit" (protocol section "Deletion
  // Vector Format").
  static constexpr uint64_t kPositionMax = (uint64_t{1} << 63) - 1;
  // A vector of scattered rows has a bit for each row of its file: two thousand million of them.
  static constexpr size_t kBytesMax = size_t{256} << 20;
  // Of 65,536 rows each: a file of 68 thousand million rows. Keeps small hostile vectors from
  // taking large memory.
  static constexpr size_t kContainersMax = size_t{1} << 20;

  DeletionVector() = default;
  DeletionVector(const DeletionVector& other);
  DeletionVector(DeletionVector&& other) noexcept = default;
  DeletionVector& operator=(const DeletionVector& other);
  DeletionVector& operator=(DeletionVector&& other) noexcept = default;
  ~DeletionVector() = default;

  // What ToBytes gives, and the older native layout, in both byte orders (the protocol's own
  // example of an inline vector is in it). Corrupt ("delta.deletion_vector") with the byte, what
  // was expected there and what was found; Exhausted ("delta.deletion_vector_size") for more than
  // kBytesMax or kContainersMax.
  static DeletionVector FromBytes(std::string_view bytes);
  // The magic number and the portable 64-bit layout, runs compressed. Vectors built of the same
  // rows give the same bytes.
  [[nodiscard]] std::string ToBytes() const;

  // Positions are at most kPositionMax and may come in any order, more than once; AddMany is fast
  // where they ascend.
  void Add(uint64_t position);
  void AddMany(std::span<const uint64_t> positions);
  // False when it was there.
  bool Insert(uint64_t position);
  // The rows [start, start + count): as cheap as there are 2^16 rows in it.
  void AddRange(uint64_t start, uint64_t count);

  [[nodiscard]] bool IsEmpty() const { return buckets_.empty(); }
  [[nodiscard]] uint64_t Cardinality() const;
  [[nodiscard]] bool Contains(uint64_t position) const;
  // The largest position; nothing for an empty set.
  [[nodiscard]] std::optional<uint64_t> Last() const;
  // How many of the rows [start, start + count) are deleted.
  [[nodiscard]] uint64_t CountIn(uint64_t start, uint64_t count) const;

  // What a scan asks for each block of rows it has read, so both are made for being called with
  // some thousand rows at a time. Looks at the rows [start, start + rows.size()), writes those that
  // are kept (or deleted), counted from `start` and ascending, to the front of `rows`, and gives
  // their number.
  size_t KeptRows(uint64_t start, std::span<uint32_t> rows) const;
  size_t DeletedRows(uint64_t start, std::span<uint32_t> rows) const;

  // All positions in ascending order, some thousand at a time.
  void ForEachBatch(const std::function<void(std::span<const uint64_t>)>& visit) const;

  // Rows deleted by either; by `left` alone; whether any row is deleted by both.
  [[nodiscard]] static DeletionVector Union(const DeletionVector& left,
                                            const DeletionVector& right);
  [[nodiscard]] static DeletionVector Difference(const DeletionVector& left,
                                                 const DeletionVector& right);
  [[nodiscard]] static bool Intersects(const DeletionVector& left, const DeletionVector& right);

  bool operator==(const DeletionVector& other) const;

 private:
  struct Free {
    void operator()(roaring_bitmap_s* bitmap) const;
  };
  using Bitmap = std::unique_ptr<roaring_bitmap_s, Free>;
  // The positions whose upper 32 bits are `key`; never none.
  struct Bucket {
    uint32_t key = 0;
    Bitmap bitmap;
  };
  struct WireForm;

  [[nodiscard]] const roaring_bitmap_s* Find(uint32_t key) const;
  roaring_bitmap_s& FindOrMake(uint32_t key);
  // Calls `visit` with the deleted rows of a range, counted from its start, some at a time.
  template <class Visit>
  void VisitRange(uint64_t start, uint64_t count, Visit visit) const;

  // By ascending key.
  std::vector<Bucket> buckets_;
};

}  // namespace laguna::delta
