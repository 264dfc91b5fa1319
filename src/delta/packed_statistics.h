// SPDX-License-Identifier: Apache-2.0
// Statistics of very many files in little memory.
//
// The statistics of a table's files are JSON texts that differ in their values and hardly ever in
// anything else. A StatisticsShape is what such texts have in common: the pieces between the
// values, and for each value the way to it. A packed text is its shape and its values, a third or
// less of its bytes, and gives back the very same text. What a filter asks is answered from
// the values: which of them is the minimum of a column is known once per shape, and nothing is
// parsed again.
//
// A text that is no JSON object, or too odd to have a shape of its own (their number and size are
// bounded), is kept as it is: shape 0. Shapes are immutable and shared by snapshots; a pool belongs
// to one thread while it packs, and is thread-safe when it does not.
//
// This is also the one place that reads statistics: ParseStatistics is All() of a text as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "delta/codec/json_scan.h"
#include "delta/statistics.h"

namespace laguna::delta {

class StatisticsShape {
 public:
  // Which values tell something of a column: places in the list of values, kNone where the text has
  // none.
  static constexpr uint32_t kNone = UINT32_MAX;
  struct ColumnSlots {
    uint32_t min = kNone;
    uint32_t max = kNone;
    uint32_t null_count = kNone;
  };

  [[nodiscard]] size_t value_count() const { return literal_ends_.size() - 1; }
  // Of numRecords; kNone where there is none.
  [[nodiscard]] uint32_t record_count_slot() const { return record_count_slot_; }
  // Of tightBounds.
  [[nodiscard]] uint32_t tight_bounds_slot() const { return tight_bounds_slot_; }
  // Of a leaf column, by physical names; all kNone when the text does not speak of it.
  [[nodiscard]] ColumnSlots Find(std::span<const std::string> path) const;

 private:
  friend class StatisticsShapes;

  // The shape of `json` and its values; null when it is no JSON object.
  static std::shared_ptr<const StatisticsShape> Of(std::string_view json,
                                                   std::vector<std::string_view>& values);
  void AddValue(std::string_view literal, const JsonLeaf& leaf);
  void AddSlot(const JsonLeaf& leaf, uint32_t slot);
  // Puts the values of `json` to `to`, where it has room for them, and gives the end; null when the
  // text has another shape.
  char* PackValues(std::string_view json, char* to) const;
  // Piece i stands before value i, the last one behind all values.
  [[nodiscard]] std::string_view Literal(size_t index) const;
  [[nodiscard]] size_t bytes_in_memory() const;

  std::string literals_;
  std::vector<uint32_t> literal_ends_;
  uint32_t record_count_slot_ = kNone;
  uint32_t tight_bounds_slot_ = kNone;
  // By the names of the path, each with its length.
  std::unordered_map<std::string, ColumnSlots> columns_;
};

// The shapes of a table, found as texts are packed. Copied from snapshot to snapshot (cheap: shapes
// are shared); a shape keeps its number.
class StatisticsShapes {
 public:
  // More different texts than this are kept as they are.
  static constexpr size_t kShapesMax = 512;
  // No more shapes once they take this much.
  static constexpr size_t kShapesBytesMax = size_t{16} << 20;

  // Appends the packed form of `json` to `out` and gives the number of its shape (0: as it is).
  uint32_t Pack(std::string_view json, std::string& out);
  // The text that was packed.
  [[nodiscard]] std::string Unpack(uint32_t shape, std::string_view packed) const;
  // The same in the place of what `json` held, whose memory is used again.
  void Unpack(uint32_t shape, std::string_view packed, std::string& json) const;
  // The values of a packed text, each a JSON token ("12", "\"a\\nb\"", "null", "[1,2]"); none for
  // shape 0.
  void Values(uint32_t shape, std::string_view packed, std::vector<std::string_view>& out) const;
  // numRecords; nothing where the text does not say it.
  [[nodiscard]] std::optional<int64_t> RecordCount(uint32_t shape, std::string_view packed) const;
  // False where the text says that bounds may be wider than the live rows.
  [[nodiscard]] bool HasTightBounds(uint32_t shape, std::string_view packed) const;
  // What the text says of one leaf column, spelled as FileStatistics has it (statistics.h); nothing
  // known of a column the text does not name. `type` is the column's.
  [[nodiscard]] ColumnStatistics Column(uint32_t shape, std::string_view packed,
                                        const ColumnPath& path, const DataType& type) const;
  // Everything, as ParseStatistics gives it.
  [[nodiscard]] FileStatistics All(uint32_t shape, std::string_view packed,
                                   const Schema& schema) const;

  // How many there are; grows only.
  [[nodiscard]] size_t size() const { return shapes_.size(); }
  [[nodiscard]] size_t bytes_in_memory() const;

 private:
  // Those tried before a text is taken to pieces, the last one used first.
  static constexpr size_t kRecentMax = 8;

  [[nodiscard]] const StatisticsShape& At(uint32_t shape) const { return *shapes_[shape - 1]; }
  [[nodiscard]] uint32_t FindOrAdd(std::shared_ptr<const StatisticsShape> shape);
  void MoveToFront(uint32_t shape);

  // Shape n stands at n - 1.
  std::vector<std::shared_ptr<const StatisticsShape>> shapes_;
  // Of their literals.
  std::vector<size_t> hashes_;
  std::vector<uint32_t> recent_;
  size_t bytes_ = 0;
};

}  // namespace laguna::delta
