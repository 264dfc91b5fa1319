// SPDX-License-Identifier: Apache-2.0
// What the statements of one transaction did to each row, all in all, for the change data feed.
//
// Each statement tells the rows it inserted, deleted and updated, an updated one as it was and as
// it is. Where a later statement takes a row that an earlier one wrote, the two are one change:
// what was inserted and updated is inserted as it is now, what was updated and deleted is deleted
// as it was first, what was inserted and deleted was never there. A row is known again by its
// values: of rows that are alike in every column it does not matter which one it was.
//
// Temporary tables of a connection of its own, so that all of it may spill. Belongs to one thread.
#pragma once

#include <string>
#include <vector>

#include "delta/action.h"
#include "engine/duckdb.h"
#include "engine/scoped_connection.h"

namespace laguna::catalog {

// Which rows of one statement's change data belong together, as they were and as they are: the
// column that says it. Readers do not know it and leave it out.
inline constexpr const char* kChangedRowColumn = "_laguna_row";

struct FeedFile {
  // As the engine's file system knows it.
  std::string location;
  delta::PartitionValues partition_values;
};

// What one statement told. Rows of files without a change type were inserted.
using FeedStep = std::vector<FeedFile>;

class NetChanges {
 public:
  // `steps` in the order of the statements; `partition_columns` by their physical names.
  NetChanges(duckdb::ClientContext& client, const std::vector<FeedStep>& steps,
             std::vector<std::string> partition_columns);

  // Of the rows, as files name them, without those of partitions.
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  // Those in which a row changed.
  [[nodiscard]] std::vector<delta::PartitionValues> Partitions();
  // The changes in one of them, as a file. `options` are further ones of the Parquet writer, as
  // SQL, each behind a comma.
  void Write(const delta::PartitionValues& partition, const std::string& location,
             const std::string& options);

 private:
  void ReadSteps(const std::vector<FeedStep>& steps);
  void NameColumns();
  void Join(size_t step);
  void Run(const std::string& sql);
  [[nodiscard]] std::string PartitionColumn(size_t number) const;

  engine::ScopedConnection connection_;
  std::vector<std::string> partition_columns_;
  std::vector<std::string> columns_;
  bool has_pairs_ = false;
};

}  // namespace laguna::catalog
