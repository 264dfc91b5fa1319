// SPDX-License-Identifier: Apache-2.0
#include "delta/last_checkpoint.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "delta/table_for_test.h"
#include "io/store/fault.h"

namespace laguna::delta {
namespace {

TEST(LastCheckpoint, IsReadBack) {
  LastCheckpoint whole{12, 345, 3, 6789, 300};
  EXPECT_EQ(ParseLastCheckpoint(WriteLastCheckpoint(whole)), whole);
  LastCheckpoint least{0, 2, {}, {}, {}};
  EXPECT_EQ(ParseLastCheckpoint(WriteLastCheckpoint(least)), least);
}

TEST(LastCheckpoint, WhatOthersWriteIsRead) {
  std::optional<LastCheckpoint> read = ParseLastCheckpoint(
      R"({"version":1,"size":12,"parts":2,"sizeInBytes":30499,"numOfAddFiles":10,)"
      R"("checkpointSchema":{"type":"struct","fields":[]},"checksum":"a1b2","tags":{"x":"y"},)"
      R"("v2Checkpoint":{"path":"a","nonFileActions":[{"txn":{}}]}})");
  EXPECT_EQ(read, (LastCheckpoint{1, 12, 2, 30499, 10}));
}

TEST(LastCheckpoint, WhatMakesNoSenseIsNone) {
  for (const char* text : {"", "{}", "[]", "null", "{\"version\":", R"({"version":"1","size":1})",
                           R"({"version":-1,"size":1})", R"({"version":1,"size":-1})",
                           R"({"size":1})", R"({"version":1.5,"size":1})",
                           R"({"version":99999999999999999999,"size":1})", "\xff\xfe\x00garbage"}) {
    EXPECT_EQ(ParseLastCheckpoint(text), std::nullopt) << text;
  }
}

TEST(LastCheckpoint, ItIsAHintForReaders) {
  TestLake lake;
  EXPECT_EQ(ReadLastCheckpoint(lake.store, "bronze/t"), std::nullopt);
  lake.store.Put(LastCheckpointKey("bronze/t"), R"({"version":3,"size":4})");
  EXPECT_EQ(ReadLastCheckpoint(lake.store, "bronze/t"), (LastCheckpoint{3, 4, {}, {}, {}}));
  lake.store.Put(LastCheckpointKey("bronze/t"), std::string(kLastCheckpointBytesMax + 1, ' '));
  EXPECT_EQ(ReadLastCheckpoint(lake.store, "bronze/t"), std::nullopt);
  io::FaultObjectStore broken(lake.store,
                              io::ParseFaultPlan("open:_last:before:error=PermissionDenied:1"));
  EXPECT_EQ(ReadLastCheckpoint(broken, "bronze/t"), std::nullopt);
  io::FaultObjectStore away(lake.store,
                            io::ParseFaultPlan("open:_last:before:error=Unavailable:1"));
  EXPECT_THROW(ReadLastCheckpoint(away, "bronze/t"), base::Error);
}

}  // namespace
}  // namespace laguna::delta
