// SPDX-License-Identifier: Apache-2.0
// What delta needs of Parquet: rows of checkpoints, in and out. `engine` implements it.
//
// Rows travel in batches of plain columns: a leaf of the file's schema, named by its path from the
// root ("add.deletionVector.offset"), with one value per row. That is as much of Arrow as the log
// needs, without a foreign layout on both sides of the port: its columns are texts, integers,
// booleans and maps and lists of texts, and everything else stays what the file says.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "delta/schema.h"
#include "io/object_store.h"

namespace laguna::delta {

enum class PortType {
  kText,
  kInteger,  // 32 bits in the file when written; 64 in the batch
  kLong,
  kBoolean,  // 0 and 1 in `integers`
  kTextMap,
  kTextList,
  // Reading only: any value of the file as JSON text (stats_parsed).
  kJson,
  // Writing only: a value of `value_type` in the file; in the batch its text, as statistics and
  // partition values spell it. A text that is none is NULL in the file.
  kTyped,
};

struct PortColumn {
  // From the root of the file's schema to a leaf, separated by dots; names hold none.
  std::string path;
  PortType type = PortType::kText;
  // Reading: where the column of this path is set, this one is not looked at and comes as NULL.
  std::string unless = {};
  // kTyped.
  DataType value_type = {};
  // Writing: further steps from the leaf `path` down to the column, of names that may hold dots.
  std::vector<std::string> below = {};
  // Writing: the column without `below` whose path this is says in which rows a struct is set that
  // begins with this column; empty: this column says it.
  std::string set_with = {};
};

// The values of one column in the rows of a batch. Texts point into memory of the batch's maker and
// hold as long as the batch.
struct PortValues {
  // One per row; 0 where the value is NULL, a struct around it is, or the file has no such column.
  std::vector<uint8_t> valid;
  // kInteger, kLong, kBoolean: one per row.
  std::vector<int64_t> integers;
  // kText, kJson, kTyped: one per row.
  std::vector<std::string_view> texts;
  // kTextMap, kTextList: the entries of row i stand at [offsets[i], offsets[i + 1]) of `keys` and
  // `entries`; lists have no keys. An entry without a value is NULL.
  std::vector<uint32_t> offsets;
  std::vector<std::string_view> keys;
  std::vector<std::optional<std::string_view>> entries;
};

struct PortBatch {
  size_t rows = 0;
  // As asked for, in that order.
  std::vector<PortValues> columns;
};

struct ParquetRead {
  // Locations (ObjectStore::Locate) of files of one schema, read as one.
  std::vector<std::string> locations;
  std::vector<PortColumn> columns;
  // Only rows in which one of these columns (paths; leaves or structs) is set; empty: all rows.
  std::vector<std::string> any_set;
};

// Thread-safe; outlives the tables that use it.
class ParquetPort {
 public:
  virtual ~ParquetPort() = default;
  // Calls `consume` with one batch after the other, in the order of the rows, on the calling
  // thread; decoding uses the engine's threads. Columns that a file lacks come as NULL.
  // Errors: Corrupt ("delta.checkpoint") for a file that is no Parquet file or holds other types,
  // named; NotFound for one that is gone; those of `consume` pass through.
  virtual void Read(const ParquetRead& what, const std::function<void(const PortBatch&)>& consume,
                    const io::Call& call) = 0;
  // Writes one file to `location`, visible when whole. A struct is NULL in the rows in which the
  // first of its columns is, or the one that names as `set_with`. `produce` fills the next batch
  // and says whether another one follows. Gives the file's size in bytes.
  virtual uint64_t Write(const std::string& location, std::span<const PortColumn> columns,
                         const std::function<bool(PortBatch&)>& produce, const io::Call& call) = 0;
};

}  // namespace laguna::delta
