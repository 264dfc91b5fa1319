// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/vector_files.h"

#include <algorithm>
#include <utility>

#include "base/random.h"
#include "catalog/lake_catalog.h"
#include "delta/deletion_vector_file.h"
#include "delta/statistics.h"

namespace laguna::catalog {
namespace {

using Fate = TouchedFile::Fate;

// A vector in the log costs every reader of the log; one in a file costs a file.
constexpr uint64_t kInlineRowsMax = 32;
constexpr int64_t kInlineVectorsMax = 8;

class VectorWriter {
 public:
  VectorWriter(LakeTransaction& transaction, const WriteTarget& target)
      : transaction_(transaction), target_(target), environment_(target.catalog.environment()) {}

  delta::DeletionVectorDescriptor Append(const delta::DeletionVector& vector) {
    if (!file_) file_.emplace(base::MakeUuid(environment_.random));
    auto descriptor = file_->Add(vector);
    if (file_->IsFull()) Finish();
    return descriptor;
  }

  void Finish() {
    if (!file_) return;
    const std::string key = target_.root + "/" + file_->path();
    transaction_.NoteDataFile(key);
    environment_.store.Put(key, file_->bytes());
    file_.reset();
  }

 private:
  LakeTransaction& transaction_;
  const WriteTarget& target_;
  const LakeEnvironment& environment_;
  std::optional<delta::DeletionVectorFileBuilder> file_;
};

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
  const auto gets_vector = [](const TouchedFile& file) { return file.fate == Fate::kGetsVector; };
  const bool few = std::ranges::count_if(files, gets_vector) <= kInlineVectorsMax;
  VectorWriter writer(transaction, target);
  std::map<std::string, delta::AddFile> entries;
  for (const TouchedFile& file : files) {
    if (!gets_vector(file)) continue;
    const auto vector = delta::DeletionVector::Union(*file.before, *file.gone);
    delta::AddFile entry = file.entry;
    entry.deletion_vector = few && vector.Cardinality() <= kInlineRowsMax
                                ? delta::InlineDeletionVector(vector)
                                : writer.Append(vector);
    entry.statistics_json = StatisticsWith(file.entry, file.records);
    entry.data_change = true;
    entries.emplace(entry.path, std::move(entry));
  }
  writer.Finish();
  return entries;
}

}  // namespace laguna::catalog
