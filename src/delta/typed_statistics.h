// SPDX-License-Identifier: Apache-2.0
// The columns stats_parsed and partitionValues_parsed of a checkpoint (protocol section "Checkpoint
// Schema"): statistics and partition values as typed structs, which readers may filter without a
// parse. Written where delta.checkpoint.writeStatsAsStruct says so. Pure; a value.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "delta/action.h"
#include "delta/file_view.h"
#include "delta/indexed_leaf.h"
#include "delta/ports.h"

namespace laguna::delta {

class TypedStatistics {
 public:
  explicit TypedStatistics(const Metadata& metadata);

  // They stand below "add".
  [[nodiscard]] std::span<const PortColumn> columns() const { return columns_; }

  // The value of one column; nothing in both: NULL.
  struct Cell {
    std::optional<std::string> text;
    std::optional<int64_t> number;
  };
  // One a column.
  [[nodiscard]] std::vector<Cell> CellsOf(const FileView& file) const;

 private:
  Schema schema_;
  std::vector<std::string> partition_names_;
  std::vector<IndexedLeaf> leaves_;
  std::vector<IndexedLeaf> bounded_;
  std::vector<PortColumn> columns_;
};

}  // namespace laguna::delta
