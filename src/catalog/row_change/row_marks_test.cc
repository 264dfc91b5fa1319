// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/row_marks.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace laguna::catalog {
namespace {

using Kind = RowMarks::Kind;

TEST(RowMarks, GivesFilesByNumberWithTheRowsOfEachKind) {
  RowMarks marks;
  const std::vector<RowId> deleted{{7, 3}, {7, 1}, {2, 5}};
  const std::vector<RowId> updated{{7, 2}};
  marks.Mark(Kind::kDeleted, deleted);
  marks.Mark(Kind::kUpdated, updated);
  const auto files = marks.Take();
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].file, 2U);
  EXPECT_TRUE(files[0].deleted.Contains(5));
  EXPECT_EQ(files[1].file, 7U);
  EXPECT_EQ(files[1].deleted.Cardinality(), 2U);
  EXPECT_TRUE(files[1].updated.Contains(2));
  EXPECT_FALSE(files[1].whole);
}

TEST(RowMarks, MarkingTwiceIsMarkingOnce) {
  RowMarks marks;
  const std::vector<RowId> rows{{0, 9}, {0, 9}};
  marks.Mark(Kind::kDeleted, rows);
  marks.Mark(Kind::kDeleted, rows);
  EXPECT_EQ(marks.Take().at(0).deleted.Cardinality(), 1U);
}

TEST(RowMarks, TellsTheRowThatIsMetTwice) {
  RowMarks marks;
  const std::vector<RowId> first{{0, 1}, {1, 1}};
  const std::vector<RowId> second{{0, 2}, {1, 2}, {1, 1}};
  EXPECT_FALSE(marks.Meet(first));
  EXPECT_EQ(marks.Meet(second), 2U);
}

TEST(RowMarks, MeetsEachRowOnceWhateverThreadComesFirst) {
  constexpr size_t kThreads = 4;
  constexpr size_t kRows = 20'000;
  RowMarks marks;
  std::vector<size_t> twice(kThreads, 0);
  std::vector<std::thread> threads;
  for (size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (size_t row = 0; row < kRows; ++row) {
        const std::vector<RowId> id{{row % 3, row}};
        if (marks.Meet(id)) ++twice[thread];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  size_t all = 0;
  for (const size_t count : twice) all += count;
  EXPECT_EQ(all, (kThreads - 1) * kRows);
}

TEST(RowMarks, AWholeFileNeedsNoRows) {
  RowMarks marks;
  marks.MarkWholeFile(4);
  const auto files = marks.Take();
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].file, 4U);
  EXPECT_TRUE(files[0].whole);
}

}  // namespace
}  // namespace laguna::catalog
