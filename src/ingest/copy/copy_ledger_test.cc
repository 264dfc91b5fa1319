// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/copy_ledger.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "io/store/memory.h"

namespace laguna::ingest {
namespace {

constexpr int kRuns = 100;

class CopyLedgerTest : public testing::Test {
 protected:
  CopyLog Log() {
    CopyLog log(store_, identity_, clock_, random_, {});
    log.Open();
    return log;
  }

  // Run n copies the file "landing/<n % 10>", in a version of n bytes.
  void CopyOnce(int n) {
    const std::string key = "landing/" + std::to_string(n % 10);
    CopyLog log = Log();
    CopyIntent intent;
    intent.files.push_back({.key = key, .from = "/a", .source = Stamp(n)});
    const CopyRecord record = log.Begin(std::move(intent));
    store_.Put(key, "x");
    log.Finish(record, {{.key = key, .target = Stamp(n)}});
  }

  CopyLedger Ledger() {
    CopyLog log = Log();
    return CopyLedger::Read(store_, log, {});
  }

  static FileStamp Stamp(int n) {
    return {.bytes = static_cast<uint64_t>(n), .modified_ms = 1, .etag = "e"};
  }

  void CheckAll(const CopyLedger& ledger, int runs) {
    for (int n = runs - 9; n <= runs; ++n) {
      const LedgerEntry* const entry = ledger.Find("landing/" + std::to_string(n % 10));
      ASSERT_NE(entry, nullptr) << n;
      EXPECT_EQ(entry->source.bytes, static_cast<uint64_t>(n));
    }
    EXPECT_EQ(ledger.Find("landing/other"), nullptr);
  }

  std::string KeptKey() { return Log().folder() + "ledger.json"; }

  base::SystemClock clock_;
  base::SeededRandom random_{1};
  io::MemoryObjectStore store_{clock_};
  const CopyIdentity identity_{.from = "a/", .to = "landing/", .mode = "full", .cursor = ""};
};

TEST_F(CopyLedgerTest, ManyRecordsAreReadOnce) {
  for (int n = 1; n <= kRuns; ++n) CopyOnce(n);
  CheckAll(Ledger(), kRuns);
  ASSERT_TRUE(store_.Head(KeptKey()));
  std::vector<std::string> old;
  for (int n = 1; n < kRuns; ++n) old.push_back(IntentKey(Log().folder(), n));
  store_.DeleteMany(old);
  CopyOnce(kRuns + 1);
  CheckAll(Ledger(), kRuns + 1);
}

TEST_F(CopyLedgerTest, WhatIsKeptIsBelievedOnlyForTheSameRecords) {
  for (int n = 1; n <= kRuns; ++n) CopyOnce(n);
  const CopyLedger ledger = Ledger();
  const std::string kept = io::ReadAll(store_, KeptKey(), 1 << 20);
  std::string other = kept;
  other.replace(other.find("\"writer\":\"") + 10, 4, "none");
  for (const std::string& text : {std::string("{"), std::string(), other}) {
    store_.Put(KeptKey(), text);
    CheckAll(Ledger(), kRuns);
    EXPECT_EQ(io::ReadAll(store_, KeptKey(), 1 << 20), kept) << "made again from the records";
  }
}

}  // namespace
}  // namespace laguna::ingest
