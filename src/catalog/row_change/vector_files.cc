// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/vector_files.h"

#include <utility>

#include "catalog/lake_catalog.h"
#include "delta/deletion_vector_writer.h"
#include "delta/statistics.h"

namespace laguna::catalog {
namespace {

// numRecords must be there beside a vector (protocol section "Per-file Statistics").
std::string StatisticsWith(const delta::AddFile& entry, uint64_t records) {
  if (delta::ParseRecordCount(entry.statistics_json)) {
    return delta::LoosenBounds(entry.statistics_json);
  }
  delta::FileStatistics statistics;
  statistics.num_records = static_cast<int64_t>(records);
  return delta::LoosenBounds(delta::WriteStatistics(delta::Schema(), statistics));
}

}  // namespace

std::map<std::string, delta::AddFile> WriteVectors(LakeTransaction& transaction,
                                                   const WriteTarget& target,
                                                   const std::vector<TouchedFile>& files) {
  const LakeEnvironment& environment = target.catalog.environment();
  delta::DeletionVectorWriter writer(environment.store, target.root, environment.random);
  std::map<std::string, delta::AddFile> entries;
  try {
    for (const TouchedFile& file : files) {
      if (file.fate != TouchedFile::Fate::kGetsVector) continue;
      delta::AddFile entry = file.entry;
      entry.deletion_vector = writer.Write(delta::DeletionVector::Union(*file.before, *file.gone));
      entry.statistics_json = StatisticsWith(file.entry, file.records);
      entry.data_change = true;
      entries.emplace(entry.path, std::move(entry));
    }
    writer.Finish();
  } catch (...) {
    for (const std::string& key : writer.keys()) transaction.NoteDataFile(key);
    throw;
  }
  for (const std::string& key : writer.keys()) transaction.NoteDataFile(key);
  return entries;
}

}  // namespace laguna::catalog
