// SPDX-License-Identifier: Apache-2.0
// A few thousand files of a FileTable, one record each, in one piece of memory.
//
// A record holds what an add action holds, in few bytes: numbers as varints, the names of partition
// columns and the keys of tags by number, the statistics as shape and values. What the numbers mean
// is in the FileDictionary, which a chunk shares with its neighbours. A chunk is written by one
// FileChunkWriter and never changes afterwards; then it is thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delta/codec/varint.h"
#include "delta/file_view.h"
#include "delta/packed_statistics.h"

namespace laguna::delta {

// What records say by number. It only grows from table to table, so that a record can be copied
// into any later chunk of the same line of tables.
struct FileDictionary {
  // More and longer names are spelled out in the records.
  static constexpr size_t kNamesMax = 256;
  static constexpr size_t kNameBytesMax = 256;

  StatisticsShapes shapes;
  // Name n stands at n - 1; 0 is a name that is spelled out.
  std::vector<std::string> names;

  [[nodiscard]] size_t bytes_in_memory() const;
};

// A hash of what tells a file from others. Files with the same hash need not be the same.
[[nodiscard]] uint32_t FileHash(std::string_view path, std::string_view deletion_vector_id);
// Whether `file` is the one of that path and vector id.
[[nodiscard]] bool IsFile(const FileView& file, std::string_view path,
                          std::string_view deletion_vector_id);
// Rows less deleted ones; nothing when the count is not known or smaller than what is deleted.
[[nodiscard]] std::optional<uint64_t> LiveRowsOf(std::optional<int64_t> rows, int64_t deleted);

// What is known of many files in sum, kept as files come and go.
class FileTotals {
 public:
  struct File {
    int64_t size_bytes = 0;
    std::optional<uint64_t> live_rows;
    bool has_deletion_vector = false;
  };

  void Add(const File& file);
  // Of a file that was added.
  void Subtract(const File& file);
  void Add(const FileTotals& other);

  [[nodiscard]] int64_t bytes() const { return static_cast<int64_t>(bytes_); }
  // Nothing when a file did not say, or for more than an int64 holds.
  [[nodiscard]] std::optional<int64_t> rows() const;
  [[nodiscard]] size_t deletion_vectors() const { return deletion_vectors_; }

 private:
  // Without sign, so that hostile sizes cannot overflow.
  uint64_t bytes_ = 0;
  // One number of 128 bits, so that hostile counts cannot either.
  uint64_t rows_low_ = 0;
  uint64_t rows_high_ = 0;
  size_t without_rows_ = 0;
  size_t deletion_vectors_ = 0;
};

// The record of a file, taken to pieces as far as most questions go.
struct FileRecord {
  enum Flag : uint8_t {
    kDataChange = 1,
    kStatistics = 2,
    kPartitionValues = 4,
    kDeletionVector = 8,
    kBaseRowId = 16,
    kRowCommitVersion = 32,
    kClusteringProvider = 64,
    kTags = 128,
  };

  explicit FileRecord(std::string_view record);
  [[nodiscard]] bool Has(Flag flag) const { return (flags & flag) != 0; }

  uint8_t flags = 0;
  std::string_view path;
  int64_t size_bytes = 0;
  int64_t modification_time_ms = 0;
  uint32_t shape = 0;
  std::string_view packed_statistics;
  // Entries of a name (its number, for 0 the name itself) and a value (its length plus one, 0 for
  // NULL).
  std::string_view partition_values;
  // Deletion vector, row ids, clustering provider and tags, each where its flag is set.
  VarintReader rest;
};

class FileChunk {
 public:
  // Positions fit in 16 bits.
  static constexpr size_t kFilesMax = 4096;
  // A record that would make the chunk larger begins a new one; one alone may be larger.
  static constexpr size_t kBytesMax = size_t{4} << 20;

  [[nodiscard]] size_t size() const { return starts_.size(); }
  [[nodiscard]] const std::vector<uint32_t>& hashes() const { return hashes_; }
  [[nodiscard]] std::string_view Record(size_t position) const;
  [[nodiscard]] size_t record_bytes() const { return bytes_.size(); }
  [[nodiscard]] const FileDictionary& dictionary() const { return *dictionary_; }
  // Without the dictionary.
  [[nodiscard]] size_t bytes_in_memory() const;

 private:
  friend class FileChunkWriter;
  std::string bytes_;
  std::vector<uint32_t> starts_;
  // FileHash of every file.
  std::vector<uint32_t> hashes_;
  std::shared_ptr<const FileDictionary> dictionary_;
};

using FileChunkPtr = std::shared_ptr<const FileChunk>;

// Puts files one behind the other into chunks: either rows or copies. Belongs to one thread.
class FileChunkWriter {
 public:
  // Where a file went: chunks()[chunk] once the writer has finished.
  struct Place {
    uint32_t chunk = 0;
    uint32_t position = 0;
    auto operator<=>(const Place&) const = default;
  };

  // Goes on with the numbers of `dictionary`.
  explicit FileChunkWriter(std::shared_ptr<const FileDictionary> dictionary);

  Place Append(const FileRow& row, uint32_t hash);
  // A file of a chunk of the same line of tables.
  void AppendCopy(const FileChunk& chunk, size_t position);
  // Valid until the writer has finished.
  [[nodiscard]] FileView At(Place place) const;
  // Of the appended rows, copies not counted.
  [[nodiscard]] const FileTotals& totals() const { return totals_; }

  // The chunks; the writer is spent.
  [[nodiscard]] std::vector<FileChunkPtr> Finish();
  // What the chunks refer to: the dictionary given, grown by what the rows had that was new.
  [[nodiscard]] std::shared_ptr<const FileDictionary> dictionary();

 private:
  void Open();
  // Ends the record that begins at `start`.
  Place EndRecord(size_t start, uint32_t hash);
  void Seal();
  void AppendStatistics(std::string_view json);
  void AppendPartitionValues(const FileRow& row);
  void AppendTags(const FileRow& row);
  void AppendName(std::string& out, std::string_view name);

  // The last that was given out; `own_` goes ahead of it.
  std::shared_ptr<const FileDictionary> shared_;
  std::shared_ptr<FileDictionary> own_;
  std::vector<FileChunkPtr> sealed_;
  std::unique_ptr<FileChunk> open_;
  FileTotals totals_;
  // Where the next name is probably found.
  size_t name_hint_ = 0;
  std::optional<int64_t> row_count_;
  std::string section_;
};

}  // namespace laguna::delta
