// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/touched_files.h"

#include <utility>

#include "catalog/lake_catalog.h"
#include "catalog/scan/bound_scan.h"
#include "catalog/scan/scan_files.h"
#include "duckdb/parallel/thread_context.hpp"

namespace laguna::catalog {
namespace {

// From this share of deleted rows on the others are written anew ...
constexpr double kRewrittenShare = 0.9;
// ... in files of so many rows: in smaller ones there is nothing to gain.
constexpr uint64_t kRewrittenRowsMin = 10'000;

RowSet Share(delta::DeletionVector rows) {
  return std::make_shared<const delta::DeletionVector>(std::move(rows));
}

// By a look into the file.
uint64_t CountRows(duckdb::ClientContext& context, const RowChange& change,
                   const delta::AddFile& file) {
  TableView only_file = *change.view;
  const delta::AddFile files[] = {file};
  only_file.files = delta::FileTable().With({}, files);
  TableScanSource source;
  source.view = std::make_shared<const TableView>(std::move(only_file));
  source.store = &change.target->catalog.environment().store;
  source.choices = {{Share({}), false}};
  BoundScan scan(context, source, {duckdb::COLUMN_IDENTIFIER_EMPTY});
  duckdb::ThreadContext thread(context);
  duckdb::ExecutionContext execution(context, thread, nullptr);
  BoundScan::Reader reader(execution, scan);
  duckdb::DataChunk chunk;
  chunk.Initialize(context, scan.types());
  uint64_t rows = 0;
  for (; reader.Read(context, chunk); chunk.Reset()) rows += chunk.size();
  return rows;
}

class FileSettlement {
 public:
  FileSettlement(duckdb::ClientContext& context, const RowChange& change)
      : context_(context),
        change_(change),
        files_(change.view, change.target->catalog.environment().store) {}

  TouchedFile Settle(FileMarks marks) {
    TouchedFile file;
    file.entry = change_.view->files.at(marks.file).ToAddFile();
    file.number = marks.file;
    file.before = RowsBefore(marks.file);
    file.records = RecordsOf(marks.file, file.entry);
    if (marks.whole) marks.deleted = AllBut(*file.before, file.records);
    auto gone = delta::DeletionVector::Union(marks.deleted, marks.updated);
    file.kept = Share(delta::DeletionVector::Difference(marks.met, gone));
    file.deleted = Share(std::move(marks.deleted));
    file.updated = Share(std::move(marks.updated));
    file.fate = FateOf(file, gone);
    file.gone = Share(std::move(gone));
    return file;
  }

 private:
  [[nodiscard]] RowSet RowsBefore(size_t number) const {
    auto choice = files_.RowsToRead(number);
    return choice ? choice->rows : Share({});
  }

  [[nodiscard]] uint64_t RecordsOf(size_t number, const delta::AddFile& entry) const {
    const auto told = change_.view->files.at(number).RecordCount();
    if (told && *told >= 0) return static_cast<uint64_t>(*told);
    return CountRows(context_, change_, entry);
  }

  static delta::DeletionVector AllBut(const delta::DeletionVector& rows, uint64_t records) {
    delta::DeletionVector all;
    all.AddRange(0, records);
    return delta::DeletionVector::Difference(all, rows);
  }

  [[nodiscard]] TouchedFile::Fate FateOf(const TouchedFile& file,
                                         const delta::DeletionVector& gone) const {
    using Fate = TouchedFile::Fate;
    if (gone.IsEmpty()) return Fate::kStays;
    const uint64_t deleted = file.before->Cardinality() + gone.Cardinality();
    if (deleted >= file.records) return Fate::kRemoved;
    if (!change_.writes_vectors) return Fate::kRewritten;
    const bool few_are_left =
        static_cast<double>(deleted) >= kRewrittenShare * static_cast<double>(file.records);
    // The rows left would stand in the change data feed as new ones.
    if (change_.has_change_feed) return Fate::kGetsVector;
    return few_are_left && file.records >= kRewrittenRowsMin ? Fate::kRewritten : Fate::kGetsVector;
  }

  duckdb::ClientContext& context_;
  const RowChange& change_;
  ScanFiles files_;
};

}  // namespace

std::vector<TouchedFile> TouchedFilesOf(duckdb::ClientContext& context, const RowChange& change,
                                        std::vector<FileMarks> marks) {
  FileSettlement settlement(context, change);
  std::vector<TouchedFile> files;
  for (FileMarks& of_file : marks) files.push_back(settlement.Settle(std::move(of_file)));
  return files;
}

}  // namespace laguna::catalog
