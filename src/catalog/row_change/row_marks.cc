// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/row_marks.h"

#include <algorithm>
#include <utility>

namespace laguna::catalog {

FileMarks& RowMarks::MarksOf(Share& share, size_t file) {
  FileMarks& marks = share.files[file];
  marks.file = file;
  return marks;
}

template <class Visit>
void RowMarks::ForEachRun(std::span<const RowId> rows, Visit visit) {
  for (size_t begin = 0; begin < rows.size();) {
    size_t end = begin + 1;
    while (end < rows.size() && rows[end].file == rows[begin].file) ++end;
    Share& share = shares_[rows[begin].file % kShares];
    const std::lock_guard lock(share.mutex);
    visit(MarksOf(share, rows[begin].file), begin, rows.subspan(begin, end - begin));
    begin = end;
  }
}

void RowMarks::Mark(Kind kind, std::span<const RowId> rows) {
  std::vector<uint64_t> positions;
  ForEachRun(rows, [&](FileMarks& marks, size_t, std::span<const RowId> run) {
    positions.clear();
    for (const RowId& id : run) positions.push_back(id.row);
    (kind == Kind::kDeleted ? marks.deleted : marks.updated).AddMany(positions);
  });
}

void RowMarks::MarkWholeFile(size_t file) {
  Share& share = shares_[file % kShares];
  const std::lock_guard lock(share.mutex);
  MarksOf(share, file).whole = true;
}

std::optional<size_t> RowMarks::Meet(std::span<const RowId> rows) {
  std::optional<size_t> twice;
  ForEachRun(rows, [&](FileMarks& marks, size_t begin, std::span<const RowId> run) {
    for (size_t i = 0; i < run.size(); ++i) {
      if (!marks.met.Insert(run[i].row) && !twice) twice = begin + i;
    }
  });
  return twice;
}

std::vector<FileMarks> RowMarks::Take() {
  std::vector<FileMarks> all;
  for (Share& share : shares_) {
    for (auto& [file, marks] : share.files) all.push_back(std::move(marks));
    share.files.clear();
  }
  std::ranges::sort(all, {}, &FileMarks::file);
  return all;
}

}  // namespace laguna::catalog
