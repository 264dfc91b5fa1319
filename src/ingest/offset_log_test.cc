// SPDX-License-Identifier: Apache-2.0
#include "ingest/offset_log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "ingest/stream_for_test.h"

namespace laguna::ingest {
namespace {

constexpr const char* kStream = "00000000-0000-0000-0000-000000000001";
constexpr int64_t kTogether = OffsetLog::kCondensedTogether;

std::string KeyOf(int64_t batch) {
  return fmt::format("_laguna/streams/{}/offsets/{}.json", kStream, batch);
}

OffsetEntry EntryOf(int64_t batch) {
  OffsetEntry entry;
  entry.batch = batch;
  entry.sources = {FileRange{{{fmt::format("landing/{}.csv", batch), 1, 2, ""}}}};
  return entry;
}

class OffsetLogOf : public testing::Test {
 protected:
  void Append(int64_t first, int64_t last) {
    for (int64_t batch = first; batch <= last; ++batch) log_.Append(EntryOf(batch), {});
  }
  std::filesystem::path Folder() const { return lake_.folder() / "lake/_laguna/streams" / kStream; }
  size_t FilesIn(const std::string& name) const {
    size_t files = 0;
    if (!std::filesystem::exists(Folder() / name)) return 0;
    for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(Folder() / name)) {
      ++files;
    }
    return files;
  }

  StreamForTest lake_;
  OffsetLog log_{lake_.environment().store, kStream};
};

TEST_F(OffsetLogOf, ManyBatchesIsReadFromAFewFiles) {
  Append(0, kTogether - 1);
  log_.Condense(log_.Read({}), kTogether - 2, {});
  EXPECT_EQ(FilesIn("ledger"), 0U) << "not enough of them";
  log_.Condense(log_.Read({}), kTogether - 1, {});
  EXPECT_EQ(FilesIn("ledger"), 1U);
  EXPECT_EQ(FilesIn("offsets"), 0U);
  Append(kTogether, 2 * kTogether + 4);
  OffsetLog later(lake_.environment().store, kStream);
  auto entries = later.Read({});
  ASSERT_EQ(entries.size(), 2U * kTogether + 5);
  later.Condense(entries, 2 * kTogether, {});
  EXPECT_EQ(FilesIn("ledger"), 1U);
  EXPECT_EQ(FilesIn("offsets"), 4U) << "what is not committed keeps its file";
  entries = log_.Read({});
  ASSERT_EQ(entries.size(), 2U * kTogether + 5);
  for (size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(entries[i], EntryOf(static_cast<int64_t>(i)));
  }
}

TEST_F(OffsetLogOf, AKilledCondensingChangesNothing) {
  Append(0, kTogether - 1);
  log_.Condense(log_.Read({}), kTogether - 1, {});
  // Of an entry that the ledger has, the file was not deleted.
  lake_.Write(KeyOf(3), "{}");
  EXPECT_EQ(log_.Read({}).size(), static_cast<size_t>(kTogether));
}

TEST_F(OffsetLogOf, SaysWhatIsDamaged) {
  Append(0, 2);
  lake_.Write(KeyOf(1), "");
  try {
    (void)log_.Read({});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "stream.log_damaged");
    EXPECT_NE(error.sentence().find("/offsets/1.json is damaged"), std::string::npos)
        << error.sentence();
    EXPECT_NE(error.hint().find("--full-refresh"), std::string::npos);
  }
  lake_.Remove(KeyOf(1));
  try {
    (void)log_.Read({});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "stream.log_gap");
    EXPECT_NE(error.sentence().find("/offsets/1.json is missing"), std::string::npos)
        << error.sentence();
  }
}

TEST_F(OffsetLogOf, RefusesALedgerThatIsCut) {
  Append(0, kTogether - 1);
  log_.Condense(log_.Read({}), kTogether - 1, {});
  const auto ledger = Folder() / "ledger" / fmt::format("{}.jsonl", kTogether - 1);
  std::filesystem::resize_file(ledger, std::filesystem::file_size(ledger) / 2);
  try {
    (void)log_.Read({});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "stream.log_damaged");
  }
}

}  // namespace
}  // namespace laguna::ingest
