// SPDX-License-Identifier: Apache-2.0
#include "ingest/batch_plan.h"

#include <gtest/gtest.h>

namespace laguna::ingest {
namespace {

std::vector<FileRecord> Listing() {
  return {{"a", 10, 1, "1"}, {"b", 20, 1, "2"}, {"c", 0, 1, "3"}, {"d", 100, 1, "4"}};
}

std::vector<std::string> Names(const FilePlan& plan) {
  std::vector<std::string> names;
  for (const FileRecord& file : plan.range.files) names.push_back(file.path);
  return names;
}

using Strings = std::vector<std::string>;

TEST(PlanFiles, TakesWhatIsNewByName) {
  const auto plan = PlanFiles(Listing(), {{"b", {"b", 20, 1, "other etag"}}}, {});
  EXPECT_EQ(Names(plan), (Strings{"a", "d"}));
  EXPECT_FALSE(plan.has_more);
  EXPECT_TRUE(plan.changed.empty());
}

TEST(PlanFiles, StopsAtEitherLimit) {
  const auto by_count = PlanFiles(Listing(), {}, {.files_max = 2});
  EXPECT_EQ(Names(by_count), (Strings{"a", "b"}));
  EXPECT_TRUE(by_count.has_more);
  const auto by_bytes = PlanFiles(Listing(), {}, {.files_max = 10, .bytes_max = 25});
  EXPECT_EQ(Names(by_bytes), (Strings{"a"}));
  EXPECT_TRUE(by_bytes.has_more);
}

TEST(PlanFiles, TakesOneFileHoweverLarge) {
  EXPECT_EQ(Names(PlanFiles(Listing(), {}, {.files_max = 10, .bytes_max = 1})), (Strings{"a"}));
}

TEST(PlanFiles, CountsFilesThatChanged) {
  const auto plan = PlanFiles(Listing(), {{"b", {"b", 21, 1, "2"}}, {"d", {"d", 100, 2, "4"}}}, {});
  EXPECT_EQ(Names(plan), (Strings{"a"}));
  EXPECT_EQ(plan.changed, (Strings{"b", "d"}));
}

TEST(PlanFiles, TakesEqualBytesForTheSameFile) {
  FileFacts facts;
  facts.has_same_bytes = [](const FileRecord&, const FileRecord& then) {
    return then.content_hash == "same";
  };
  FileRecord before{"b", 20, 7, "old"};
  before.content_hash = "same";
  const FileLedger ledger = {{"b", before}, {"d", {"d", 100, 7, "old"}}, {"a", {"a", 10, 1, ""}}};
  const auto plan = PlanFiles(Listing(), ledger, {}, facts);
  EXPECT_EQ(plan.changed, Strings{"d"});
  ASSERT_EQ(plan.range.restamped.size(), 1U);
  EXPECT_EQ(plan.range.restamped[0].modified_ms, 1);
  // The next plan knows the new time.
  FileLedger later = ledger;
  OffsetEntry entry;
  entry.sources = {plan.range};
  AddToLedger(later, entry, 0, facts);
  EXPECT_TRUE(PlanFiles(Listing(), later, {}).range.restamped.empty());
  EXPECT_EQ(later.at("b").content_hash, "same");
}

TEST(PlanFiles, KnowsAFileUnderAnotherSpelling) {
  FileFacts facts;
  facts.identity = [](const std::string& path) { return path.substr(path.rfind('/') + 1); };
  FileLedger ledger;
  OffsetEntry entry;
  entry.sources = {FileRange{{{"link/a", 10, 1, "1"}}}};
  AddToLedger(ledger, entry, 0, facts);
  EXPECT_EQ(Names(PlanFiles(Listing(), ledger, {}, facts)), (Strings{"b", "d"}));
}

TEST(Committed, LeavesOutReplacedBatches) {
  std::vector<OffsetEntry> entries(4);
  for (int i = 0; i < 4; ++i) entries[i].batch = i;
  entries[2].replaces = 1;
  entries[3].replaces = 2;
  const auto committed = Committed(entries, 3);
  ASSERT_EQ(committed.size(), 2U);
  EXPECT_EQ(committed[0]->batch, 0);
  EXPECT_EQ(committed[1]->batch, 3);
  EXPECT_EQ(NextPlanned(entries, 0)->batch, 3);
  EXPECT_EQ(NextPlanned(entries, 3), nullptr);
  // Batch 1 was committed after all, by somebody else.
  EXPECT_EQ(Committed(entries, 1).size(), 2U);
}

TEST(NextPlanned, IsTheFirstOfSeveral) {
  std::vector<OffsetEntry> entries(3);
  for (int i = 0; i < 3; ++i) entries[i].batch = i;
  EXPECT_EQ(NextPlanned(entries, 0)->batch, 1);
}

TEST(SpacedPlaces, HaveBothEnds) {
  EXPECT_EQ(SpacedPlaces(2, 10), (std::vector<size_t>{0, 1}));
  EXPECT_EQ(SpacedPlaces(101, 3), (std::vector<size_t>{0, 50, 100}));
  EXPECT_EQ(SpacedPlaces(5, 1), (std::vector<size_t>{0}));
  EXPECT_TRUE(SpacedPlaces(0, 3).empty());
}

}  // namespace
}  // namespace laguna::ingest
