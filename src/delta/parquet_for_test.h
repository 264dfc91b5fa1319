// SPDX-License-Identifier: Apache-2.0
// A ParquetPort without Parquet: rows in memory, reached through the objects of a store. An object
// holds no more than the number of its rows' table, so tests copy, break and delete it like a file.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "delta/action.h"
#include "delta/codec/schema_json.h"
#include "delta/data_path.h"
#include "delta/ports.h"
#include "io/object_store.h"

namespace laguna::delta {

class FakeParquet final : public ParquetPort {
 public:
  explicit FakeParquet(io::ObjectStore& store) : store_(store) {}

  // Rows as the protocol's checkpoint schema has them, one per action.
  void Put(const std::string& key, const std::vector<Action>& actions) {
    Rows rows;
    for (const Action& action : actions) {
      rows.emplace_back();
      std::visit([&](const auto& body) { Fill(rows.back(), body); }, action);
    }
    Store(key, std::move(rows));
  }
  // Locations that were read, one entry per file and pass.
  [[nodiscard]] const std::vector<std::string>& reads() const { return reads_; }

  void Read(const ParquetRead& what, const std::function<void(const PortBatch&)>& consume,
            const io::Call& call) override {
    for (const std::string& location : what.locations) {
      reads_.push_back(location);
      ReadFile(RowsAt(location, call), what, consume);
    }
  }

  uint64_t Write(const std::string& location, std::span<const PortColumn> columns,
                 const std::function<bool(PortBatch&)>& produce, const io::Call&) override {
    Rows rows;
    for (bool more = true; more;) {
      PortBatch batch;
      batch.columns.resize(columns.size());
      more = produce(batch);
      for (size_t row = 0; row < batch.rows; ++row) rows.push_back(RowOf(batch, row, columns));
    }
    return Store(KeyOf(location), std::move(rows));
  }

 private:
  struct Cell {
    int64_t integer = 0;
    std::string text;
    std::vector<std::pair<std::string, std::optional<std::string>>> entries;
  };
  // Leaf path -> value; absent: NULL.
  using Row = std::map<std::string, Cell>;
  using Rows = std::vector<Row>;
  static constexpr size_t kBatchRows = 3;

  [[nodiscard]] std::string KeyOf(const std::string& location) const {
    return location.substr(store_.Locate("x").size() - 1);
  }

  uint64_t Store(const std::string& key, Rows rows) {
    std::string bytes = fmt::format("rows {}", files_.size());
    files_.push_back(std::move(rows));
    store_.Put(key, bytes);
    return bytes.size();
  }

  const Rows& RowsAt(const std::string& location, const io::Call& call) {
    std::string bytes = io::ReadAll(store_, KeyOf(location), 1 << 20, call);
    for (size_t i = 0; i < files_.size(); ++i) {
      if (bytes == fmt::format("rows {}", i)) return files_[i];
    }
    throw base::Error(base::ErrorKind::kCorrupt, "delta.checkpoint",
                      fmt::format("{} is no Parquet file.", location));
  }

  static bool IsSet(const Row& row, const std::string& path) {
    return std::any_of(row.begin(), row.end(), [&](const auto& cell) {
      return cell.first == path || cell.first.starts_with(path + ".");
    });
  }

  static void ReadFile(const Rows& rows, const ParquetRead& what,
                       const std::function<void(const PortBatch&)>& consume) {
    std::vector<const Row*> kept;
    for (const Row& row : rows) {
      bool wanted = what.any_set.empty() ||
                    std::any_of(what.any_set.begin(), what.any_set.end(),
                                [&](const std::string& path) { return IsSet(row, path); });
      if (wanted) kept.push_back(&row);
    }
    for (size_t begin = 0; begin < kept.size(); begin += kBatchRows) {
      size_t count = std::min(kBatchRows, kept.size() - begin);
      consume(BatchOf({kept.begin() + static_cast<std::ptrdiff_t>(begin), count}, what.columns));
    }
  }

  static PortBatch BatchOf(std::span<const Row* const> rows,
                           const std::vector<PortColumn>& columns) {
    PortBatch batch;
    batch.rows = rows.size();
    for (const PortColumn& column : columns) {
      PortValues values;
      values.offsets.push_back(0);
      for (const Row* row : rows) AppendCell(values, *row, column);
      batch.columns.push_back(std::move(values));
    }
    return batch;
  }

  static void AppendCell(PortValues& values, const Row& row, const PortColumn& column) {
    auto found = row.find(column.path);
    static const Cell kNull;
    const Cell& cell = found == row.end() ? kNull : found->second;
    values.valid.push_back(found == row.end() ? 0 : 1);
    values.integers.push_back(cell.integer);
    values.texts.push_back(cell.text);
    for (const auto& [key, value] : cell.entries) {
      values.keys.push_back(key);
      values.entries.push_back(value);
    }
    values.offsets.push_back(static_cast<uint32_t>(values.entries.size()));
  }

  static Row RowOf(const PortBatch& batch, size_t row, std::span<const PortColumn> columns) {
    Row made;
    for (size_t i = 0; i < columns.size(); ++i) {
      const PortValues& values = batch.columns[i];
      if (values.valid[row] == 0) continue;
      std::string path = columns[i].path;
      for (const std::string& step : columns[i].below) path += "." + step;
      Cell& cell = made[path];
      bool is_list = columns[i].type == PortType::kTextList;
      if (is_list || columns[i].type == PortType::kTextMap) {
        for (uint32_t at = values.offsets[row]; at < values.offsets[row + 1]; ++at) {
          std::optional<std::string> text;
          if (values.entries[at]) text = std::string(*values.entries[at]);
          cell.entries.emplace_back(is_list ? "" : std::string(values.keys[at]), std::move(text));
        }
      } else if (columns[i].type == PortType::kText || columns[i].type == PortType::kTyped) {
        cell.text = values.texts[row];
      } else {
        cell.integer = values.integers[row];
      }
    }
    return made;
  }

  // --- Actions as rows ---

  static void Text(Row& row, const std::string& path, std::string_view text) {
    row[path].text = text;
  }
  static void Long(Row& row, const std::string& path, int64_t number) {
    row[path].integer = number;
  }
  template <typename T>
  static void Optional(Row& row, const std::string& path, const std::optional<T>& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      if (value) Text(row, path, *value);
    } else {
      if (value) Long(row, path, *value);
    }
  }
  static void List(Row& row, const std::string& path, const std::vector<std::string>& texts) {
    Cell& cell = row[path];
    for (const std::string& text : texts) cell.entries.emplace_back("", text);
  }
  template <typename MapType>
  static void Map(Row& row, const std::string& path, const MapType& map) {
    Cell& cell = row[path];
    for (const auto& [key, value] : map) cell.entries.emplace_back(key, value);
  }
  static void Vector(Row& row, const std::string& path,
                     const std::optional<DeletionVectorDescriptor>& vector) {
    if (!vector) return;
    Text(row, path + ".storageType", std::string(1, vector->storage_type));
    Text(row, path + ".pathOrInlineDv", vector->path_or_inline);
    Optional(row, path + ".offset", vector->offset);
    Long(row, path + ".sizeInBytes", vector->size_bytes);
    Long(row, path + ".cardinality", vector->cardinality);
  }

  static void Fill(Row& row, const Protocol& protocol) {
    Long(row, "protocol.minReaderVersion", protocol.min_reader_version);
    Long(row, "protocol.minWriterVersion", protocol.min_writer_version);
    if (!protocol.reader_features.empty()) {
      List(row, "protocol.readerFeatures", protocol.reader_features);
    }
    if (!protocol.writer_features.empty()) {
      List(row, "protocol.writerFeatures", protocol.writer_features);
    }
  }
  static void Fill(Row& row, const Metadata& metadata) {
    Text(row, "metaData.id", metadata.id);
    Optional(row, "metaData.name", metadata.name);
    Optional(row, "metaData.description", metadata.description);
    Text(row, "metaData.format.provider", "parquet");
    Text(row, "metaData.schemaString", WriteSchema(metadata.schema));
    List(row, "metaData.partitionColumns", metadata.partition_columns);
    Map(row, "metaData.configuration", metadata.configuration);
    Optional(row, "metaData.createdTime", metadata.created_time_ms);
  }
  static void Fill(Row& row, const AddFile& file) {
    Text(row, "add.path", EncodeDataPath(file.path));
    Map(row, "add.partitionValues", file.partition_values);
    Long(row, "add.size", file.size_bytes);
    Long(row, "add.modificationTime", file.modification_time_ms);
    Long(row, "add.dataChange", file.data_change ? 1 : 0);
    if (!file.statistics_json.empty()) Text(row, "add.stats", file.statistics_json);
    if (!file.tags.empty()) Map(row, "add.tags", file.tags);
    Vector(row, "add.deletionVector", file.deletion_vector);
    Optional(row, "add.baseRowId", file.base_row_id);
    Optional(row, "add.defaultRowCommitVersion", file.default_row_commit_version);
    Optional(row, "add.clusteringProvider", file.clustering_provider);
  }
  static void Fill(Row& row, const RemoveFile& file) {
    Text(row, "remove.path", EncodeDataPath(file.path));
    Optional(row, "remove.deletionTimestamp", file.deletion_timestamp_ms);
    Long(row, "remove.dataChange", file.data_change ? 1 : 0);
    Vector(row, "remove.deletionVector", file.deletion_vector);
  }
  static void Fill(Row& row, const SetTransaction& transaction) {
    Text(row, "txn.appId", transaction.app_id);
    Long(row, "txn.version", transaction.version);
    Optional(row, "txn.lastUpdated", transaction.last_updated_ms);
  }
  static void Fill(Row& row, const DomainMetadata& domain) {
    Text(row, "domainMetadata.domain", domain.domain);
    Text(row, "domainMetadata.configuration", domain.configuration);
    Long(row, "domainMetadata.removed", domain.removed ? 1 : 0);
  }
  static void Fill(Row& row, const CheckpointMetadata& checkpoint) {
    Long(row, "checkpointMetadata.version", checkpoint.version);
  }
  static void Fill(Row& row, const Sidecar& sidecar) {
    Text(row, "sidecar.path", sidecar.path);
    Long(row, "sidecar.sizeInBytes", sidecar.size_bytes);
    Long(row, "sidecar.modificationTime", sidecar.modification_time_ms);
  }
  static void Fill(Row&, const CommitInfo&) {}
  static void Fill(Row&, const AddCdcFile&) {}

  io::ObjectStore& store_;
  std::vector<Rows> files_;
  std::vector<std::string> reads_;
};

}  // namespace laguna::delta
