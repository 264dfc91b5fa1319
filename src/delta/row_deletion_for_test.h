// SPDX-License-Identifier: Apache-2.0
// Deleting rows of files by their vectors, as the tests of transactions do it.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <variant>

#include "delta/deletion_vector_file.h"
#include "delta/statistics.h"
#include "delta/table_for_test.h"
#include "delta/transaction.h"

namespace laguna::delta {

inline DeletionVector Rows(std::initializer_list<uint64_t> positions) {
  DeletionVector rows;
  for (const uint64_t position : positions) rows.Add(position);
  return rows;
}

inline Metadata WithVectors() {
  Metadata metadata = SimpleMetadata();
  metadata.configuration["delta.enableDeletionVectors"] = "true";
  return metadata;
}

// What a statement hands over that deletes `rows` of a file as `read` has it.
inline void Delete(Transaction& transaction, const std::string& path, const DeletionVector& rows,
                   TestLake& lake) {
  const FileTable& files = transaction.read()->files();
  for (size_t i = 0; i < files.size(); ++i) {
    if (files.at(i).path() != path) continue;
    AddFile file = files.at(i).ToAddFile();
    const std::string old_id = files.at(i).DeletionVectorId();
    DeletionVector all = rows;
    if (file.deletion_vector) {
      all = DeletionVector::Union(
          all, LoadDeletionVector(lake.store, lake.table.root(), *file.deletion_vector));
    }
    file.deletion_vector = InlineDeletionVector(all);
    file.statistics_json = LoosenBounds(file.statistics_json);
    transaction.DeleteRows(std::move(file), old_id, rows);
    return;
  }
  FAIL() << "no file " << path;
}

inline DeletionVector DeletedRows(TestLake& lake, const std::string& path) {
  const SnapshotPtr latest = Table(lake.store, "bronze/t", lake.clock).Latest();
  for (size_t i = 0; i < latest->files().size(); ++i) {
    const FileView file = latest->files().at(i);
    if (file.path() != path || !file.has_deletion_vector()) continue;
    return LoadDeletionVector(lake.store, "bronze/t", *file.deletion_vector());
  }
  return {};
}

inline SnapshotPtr AppendRows(TestLake& lake, const std::string& path, int rows) {
  Transaction transaction(lake.table, lake.table.Latest(), lake.clock, lake.random);
  AddFile file = FileNamed(path);
  file.statistics_json = R"({"numRecords":)" + std::to_string(rows) + "}";
  transaction.Append(std::move(file));
  return std::get<Committed>(transaction.Commit()).snapshot;
}

}  // namespace laguna::delta
