// SPDX-License-Identifier: Apache-2.0
// The columns of a checkpoint (protocol section "Checkpoint Schema") as reader and writer name
// them, and one row of them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "delta/action.h"
#include "delta/ports.h"

namespace laguna::delta {

// Places in ActionColumns(): everything that is no file.
enum ActionColumn : size_t {
  kMinReader,
  kMinWriter,
  kReaderFeatures,
  kWriterFeatures,
  kMetadataId,
  kMetadataName,
  kMetadataDescription,
  kFormatProvider,
  kFormatOptions,
  kSchemaString,
  kPartitionColumns,
  kConfiguration,
  kCreatedTime,
  kAppId,
  kAppVersion,
  kLastUpdated,
  kDomain,
  kDomainConfiguration,
  kDomainRemoved,
  // From here on only readers ask.
  kSidecarPath,
  kSidecarSize,
  kSidecarTime,
};

// Places in V2Columns().
enum V2Column : size_t {
  kCheckpointVersion,
  kCheckpointTags,
  kV2SidecarPath,
  kV2SidecarSize,
  kV2SidecarTime,
  kV2SidecarTags,
};

// Places in AddColumns(). A deletion vector has five columns side by side.
enum AddColumn : size_t {
  kAddPath,
  kAddPartitionValues,
  kAddSize,
  kAddTime,
  kAddDataChange,
  kAddStatistics,
  kAddTags,
  kAddVector,
  kAddBaseRowId = kAddVector + 5,
  kAddRowCommitVersion,
  kAddClusteringProvider,
  // Only readers ask for it.
  kAddParsedStatistics,
};

// Places in RemoveColumns().
enum RemoveColumn : size_t {
  kRemovePath,
  kRemoveTime,
  kRemoveDataChange,
  kRemoveExtended,
  kRemovePartitionValues,
  kRemoveSize,
  kRemoveVector,
  kRemoveBaseRowId = kRemoveVector + 5,
  kRemoveRowCommitVersion,
  // Only readers ask for it: a tombstone has none (protocol section "Checkpoints").
  kRemoveTags,
};

[[nodiscard]] std::span<const PortColumn> ActionColumns();
// What only V2 checkpoints have.
[[nodiscard]] std::span<const PortColumn> V2Columns();
[[nodiscard]] std::span<const PortColumn> AddColumns();
[[nodiscard]] std::span<const PortColumn> RemoveColumns();

// Corrupt ("delta.checkpoint"): the checkpoint at `location` is broken, and how.
[[nodiscard]] base::Error BrokenCheckpoint(const std::string& location, const std::string& what);

// One row of a batch, column by column in the order asked for.
class CheckpointRow {
 public:
  CheckpointRow(const PortBatch& batch, size_t row) : batch_(batch), row_(row) {}

  [[nodiscard]] bool Has(size_t column) const { return batch_.columns[column].valid[row_] != 0; }
  [[nodiscard]] std::string_view Text(size_t column) const {
    return Has(column) ? batch_.columns[column].texts[row_] : std::string_view();
  }
  [[nodiscard]] std::string String(size_t column) const { return std::string(Text(column)); }
  [[nodiscard]] std::optional<std::string> OptionalString(size_t column) const {
    if (!Has(column)) return std::nullopt;
    return String(column);
  }
  [[nodiscard]] std::optional<int64_t> OptionalLong(size_t column) const {
    if (!Has(column)) return std::nullopt;
    return batch_.columns[column].integers[row_];
  }
  [[nodiscard]] int64_t Long(size_t column) const { return OptionalLong(column).value_or(0); }
  [[nodiscard]] std::optional<int32_t> OptionalInt(size_t column) const {
    std::optional<int64_t> number = OptionalLong(column);
    if (!number) return std::nullopt;
    return static_cast<int32_t>(*number);
  }
  [[nodiscard]] bool Flag(size_t column) const { return Long(column) != 0; }
  // Calls `take` with key and value of each entry of a map.
  template <typename Take>
  void ForEachEntry(size_t column, Take take) const {
    const PortValues& values = batch_.columns[column];
    if (!Has(column)) return;
    for (uint32_t i = values.offsets[row_]; i < values.offsets[row_ + 1]; ++i) {
      take(values.keys[i], values.entries[i]);
    }
  }
  [[nodiscard]] std::vector<std::string> List(size_t column) const {
    std::vector<std::string> list;
    const PortValues& values = batch_.columns[column];
    if (!Has(column)) return list;
    for (uint32_t i = values.offsets[row_]; i < values.offsets[row_ + 1]; ++i) {
      list.emplace_back(values.entries[i].value_or(std::string_view()));
    }
    return list;
  }
  [[nodiscard]] Properties Map(size_t column) const {
    Properties map;
    ForEachEntry(column, [&map](std::string_view key, std::optional<std::string_view> value) {
      map.emplace(key, value.value_or(std::string_view()));
    });
    return map;
  }
  [[nodiscard]] PartitionValues NullableMap(size_t column) const {
    PartitionValues map;
    ForEachEntry(column, [&map](std::string_view key, std::optional<std::string_view> value) {
      std::optional<std::string> text;
      if (value) text = std::string(*value);
      map.emplace(key, std::move(text));
    });
    return map;
  }

 private:
  const PortBatch& batch_;
  size_t row_;
};

// The deletion vector in the five columns from `first` on; nothing where there is none. Corrupt for
// one without a storage type.
[[nodiscard]] std::optional<DeletionVectorDescriptor> VectorAt(const CheckpointRow& row,
                                                               size_t first,
                                                               const std::string& location);

}  // namespace laguna::delta
