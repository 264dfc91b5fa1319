// SPDX-License-Identifier: Apache-2.0
#include "catalog/health/table_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "catalog/write/file_statistics.h"
#include "delta/checkpoint_rule.h"
#include "delta/compaction.h"
#include "delta/log_cleanup.h"
#include "delta/properties.h"
#include "delta/schema.h"
#include "delta/statistics.h"

namespace laguna::catalog {
namespace {

uint64_t Bytes(const delta::FileView& file) {
  return static_cast<uint64_t>(std::max<int64_t>(file.size_bytes(), 0));
}

// A column whose files should have bounds.
struct BoundedLeaf {
  delta::ColumnPath path;
  std::string name;
  delta::DataType type;
};

bool HasBounds(const delta::DataType& type) {
  if (type.AsDecimal() != nullptr) return true;
  const delta::Primitive* primitive = type.AsPrimitive();
  return primitive != nullptr && *primitive != delta::Primitive::kBoolean &&
         *primitive != delta::Primitive::kBinary && *primitive != delta::Primitive::kVariant &&
         *primitive != delta::Primitive::kVoid;
}

// Nothing for a path that leads through an array or a map.
std::optional<BoundedLeaf> LeafAt(const delta::Schema& schema, const delta::ColumnPath& path) {
  BoundedLeaf leaf{.path = path, .name = "", .type = {}};
  const delta::StructType* fields = &schema;
  for (const std::string& physical_name : path) {
    if (fields == nullptr) return std::nullopt;
    const auto field = std::ranges::find(fields->fields, physical_name,
                                         [](const auto& f) { return f.PhysicalName(); });
    if (field == fields->fields.end()) return std::nullopt;
    leaf.name += (leaf.name.empty() ? "" : ".") + field->name;
    leaf.type = field->type;
    fields = field->type.AsStruct();
  }
  if (!HasBounds(leaf.type)) return std::nullopt;
  return leaf;
}

std::vector<BoundedLeaf> BoundedLeaves(const delta::Metadata& metadata) {
  std::vector<BoundedLeaf> leaves;
  for (const delta::ColumnPath& path : IndexedLeaves(metadata)) {
    if (auto leaf = LeafAt(metadata.schema, path)) leaves.push_back(std::move(*leaf));
  }
  return leaves;
}

// "country=CO, day=NULL", by physical names.
std::string PartitionName(const delta::FileView& file) {
  std::string name;
  for (const auto& entry : file.partition_values()) {
    name += fmt::format("{}{}={}", name.empty() ? "" : ", ", entry.name,
                        entry.value.value_or(std::string_view("NULL")));
  }
  return name;
}

// Goes over the files once.
class Count {
 public:
  Count(const delta::Metadata& metadata, uint64_t target_bytes)
      : is_partitioned_(!metadata.partition_columns.empty()), leaves_(BoundedLeaves(metadata)) {
    facts_.target_bytes = target_bytes;
    if (!leaves_.empty()) facts_.first_column = leaves_.front().name;
    gaps_.resize(leaves_.size());
  }

  void Add(const delta::FileView& file) {
    ++facts_.files;
    facts_.bytes += Bytes(file);
    AddSize(file);
    AddVector(file);
    AddStatistics(file);
  }

  FileFacts Finish() {
    facts_.partitions = partitions_.size();
    for (const auto& [name, bytes] : partitions_) {
      if (bytes < facts_.largest_partition_bytes) continue;
      facts_.largest_partition = name;
      facts_.largest_partition_bytes = bytes;
    }
    for (size_t i = 0; i < leaves_.size(); ++i) {
      if (gaps_[i] > 0) facts_.gaps.push_back({leaves_[i].name, gaps_[i]});
    }
    return std::move(facts_);
  }

 private:
  void AddSize(const delta::FileView& file) {
    const uint64_t bytes = Bytes(file);
    partitions_[is_partitioned_ ? PartitionName(file) : std::string()] += bytes;
    facts_.largest_bytes = std::max(facts_.largest_bytes, bytes);
    if (bytes / kLargeFileTimes > facts_.target_bytes) ++facts_.large_files;
  }

  void AddVector(const delta::FileView& file) {
    const auto vector = file.deletion_vector();
    if (!vector) return;
    ++facts_.files_with_vector;
    const auto rows = static_cast<uint64_t>(std::max<int64_t>(file.RecordCount().value_or(0), 0));
    const auto deleted = static_cast<uint64_t>(std::max<int64_t>(vector->cardinality, 0));
    facts_.vector_rows += rows;
    facts_.deleted_rows += deleted;
    if (static_cast<double>(deleted) > static_cast<double>(rows) * delta::kDeletedShareMax) {
      ++facts_.worn_files;
    }
  }

  void AddStatistics(const delta::FileView& file) {
    const auto rows = file.RecordCount();
    if (!rows) ++facts_.files_without_statistics;
    if (!rows || *rows == 0) return;
    for (size_t i = 0; i < leaves_.size(); ++i) {
      const delta::ColumnStatistics column = file.StatisticsOf(leaves_[i].path, leaves_[i].type);
      if (!column.min && !column.max && !column.null_count) ++gaps_[i];
    }
  }

  bool is_partitioned_;
  std::vector<BoundedLeaf> leaves_;
  std::vector<size_t> gaps_;
  std::map<std::string, uint64_t> partitions_;
  FileFacts facts_;
};

// What OPTIMIZE would do.
void AddSmallFiles(const delta::FileTable& files, FileFacts& facts) {
  const delta::CompactionRules rules = delta::RulesFor(delta::Rewrite::kUnfit, facts.target_bytes);
  for (const delta::Partition& partition : delta::PartitionsOf(files, nullptr)) {
    for (const delta::Bin& bin : delta::PackBins(files, partition, rules)) {
      if (bin.files.size() < 2) continue;
      facts.small_files += bin.files.size();
      ++facts.small_files_needed;
    }
  }
}

size_t CountPartitions(const delta::FileTable& files, const std::vector<std::string>& columns) {
  std::set<std::string> partitions;
  for (size_t i = 0; i < files.size(); ++i) {
    std::string key;
    for (const auto& entry : files.at(i).partition_values()) {
      if (std::ranges::count(columns, entry.name) == 0) continue;
      key += entry.value ? fmt::format("{}={}", entry.value->size(), *entry.value) : "NULL";
    }
    partitions.insert(std::move(key));
  }
  return partitions.size();
}

// Leaves out the column that makes most partitions until they are few enough. By physical names.
std::vector<std::string> CoarserColumns(const delta::FileTable& files, uint64_t bytes,
                                        std::vector<std::string> columns) {
  while (!columns.empty()) {
    size_t fewest = files.size() + 1;
    std::vector<std::string> best;
    for (const std::string& left_out : columns) {
      std::vector<std::string> others = columns;
      std::erase(others, left_out);
      const size_t partitions = CountPartitions(files, others);
      if (partitions >= fewest) continue;
      fewest = partitions;
      best = std::move(others);
    }
    columns = std::move(best);
    if (!AreTooManyPartitions(fewest, bytes)) return columns;
  }
  return columns;
}

void AddCoarserPartitioning(const delta::Metadata& metadata, const delta::FileTable& files,
                            FileFacts& facts) {
  if (!AreTooManyPartitions(facts.partitions, facts.bytes)) return;
  std::vector<std::string> columns;
  std::map<std::string, std::string> names;
  for (const std::string& name : metadata.partition_columns) {
    const delta::StructField* field = metadata.schema.Find(name);
    const std::string physical = field == nullptr ? name : field->PhysicalName();
    columns.push_back(physical);
    names.emplace(physical, name);
  }
  for (const std::string& column : CoarserColumns(files, facts.bytes, std::move(columns))) {
    facts.coarser_partitioning.push_back(names.at(column));
  }
}

bool IsElsewhere(std::string_view path) {
  return path.starts_with('/') || path.starts_with("file:") ||
         path.find("://") != std::string_view::npos;
}

}  // namespace

FileFacts FileFactsOf(const delta::Metadata& metadata, const delta::FileTable& files,
                      uint64_t target_bytes) {
  Count count(metadata, std::max<uint64_t>(target_bytes, 1));
  for (size_t i = 0; i < files.size(); ++i) count.Add(files.at(i));
  FileFacts facts = count.Finish();
  AddSmallFiles(files, facts);
  AddCoarserPartitioning(metadata, files, facts);
  return facts;
}

LogFacts LogFactsOf(const delta::LogListing& log, const TableVersion& table, int64_t now_ms) {
  const delta::Metadata& metadata = table.metadata;
  LogFacts facts;
  facts.version = table.version;
  if (!log.checkpoints.empty()) facts.checkpoint_version = log.checkpoints.back().version;
  const int64_t begin = facts.checkpoint_version.value_or(-1);
  delta::CommitsBehind behind;
  for (const delta::LogCommit& commit : log.commits) {
    if (commit.version <= begin) continue;
    ++behind.count;
    behind.bytes += commit.object.size_bytes;
  }
  facts.commits_since_checkpoint = behind.count;
  facts.checkpoint_interval =
      delta::CheckpointInterval(metadata.configuration, behind, table.files);
  for (const delta::IncompleteCheckpoint& checkpoint : log.incomplete) {
    if (checkpoint.version > begin) facts.torn_checkpoint = checkpoint.what;
  }
  if (delta::BooleanProperty(metadata.configuration, "delta.enableExpiredLogCleanup", true)) {
    const int64_t cutoff_ms = delta::LogCutoff(metadata.configuration, now_ms);
    facts.expired_files = delta::ExpiredLogFiles(log, cutoff_ms).size();
  }
  return facts;
}

LostFiles LostFilesOf(std::span<const io::ObjectInfo> listing, std::string_view root,
                      const delta::FileTable& files) {
  std::unordered_map<std::string_view, uint64_t> sizes;
  for (const io::ObjectInfo& object : listing) {
    const std::string_view key = object.key;
    if (key.size() > root.size()) sizes.emplace(key.substr(root.size() + 1), object.size_bytes);
  }
  LostFiles lost;
  for (size_t i = 0; i < files.size(); ++i) {
    const delta::FileView file = files.at(i);
    if (IsElsewhere(file.path())) continue;
    const auto found = sizes.find(file.path());
    if (found != sizes.end() && found->second >= Bytes(file)) continue;
    if (lost.count++ == 0) lost.example = file.path();
  }
  return lost;
}

}  // namespace laguna::catalog
