// SPDX-License-Identifier: Apache-2.0
#include "delta/named_files.h"

#include <gtest/gtest.h>

#include <string>

namespace laguna::delta {
namespace {

TEST(NamedFiles, KnowsAFileByEverySpellingOfItsPath) {
  struct Case {
    std::string path;
    std::optional<std::string> below;
  };
  const Case cases[] = {
      {"a.parquet", "a.parquet"},
      {"p=1/a.parquet", "p=1/a.parquet"},
      {"/lake/bronze/t/a.parquet", "a.parquet"},
      {"file:/lake/bronze/t/p=1/a.parquet", "p=1/a.parquet"},
      {"file:///lake/bronze/t/a.parquet", "a.parquet"},
      {"/lake/bronze/t2/a.parquet", std::nullopt},
      {"/lake/bronze/t", std::nullopt},
      {"/elsewhere/a.parquet", std::nullopt},
      {"s3://lake/bronze/t/a.parquet", std::nullopt},
  };
  for (const Case& test : cases) {
    NamedFiles named("/lake/bronze/t/");
    EXPECT_EQ(named.Below(test.path), test.below) << test.path;
    named.Note(test.path);
    if (test.below) {
      EXPECT_TRUE(named.Has(*test.below)) << test.path;
    } else {
      EXPECT_FALSE(named.Has("a.parquet")) << test.path;
    }
  }
}

TEST(NamedFiles, GrowsBetweenQuestions) {
  NamedFiles named("/t");
  EXPECT_FALSE(named.Has("a"));
  named.Note("a");
  named.Note("a");
  EXPECT_TRUE(named.Has("a"));
  EXPECT_FALSE(named.Has("b"));
  named.Note("b");
  EXPECT_TRUE(named.Has("a"));
  EXPECT_TRUE(named.Has("b"));
}

TEST(NamedFiles, HasAllOfMany) {
  NamedFiles named("/t");
  for (const int count : {1, 3, 17, 1000, 20'000}) {
    for (int i = 0; i < count; ++i) named.Note("part-" + std::to_string(i));
    for (int i = 0; i < count; ++i) ASSERT_TRUE(named.Has("part-" + std::to_string(i)));
    for (int i = 0; i < 1000; ++i) ASSERT_FALSE(named.Has("other-" + std::to_string(i)));
  }
}

TEST(NamedFiles, CountsTheFileOfADeletionVector) {
  NamedFiles named("/t");
  DeletionVectorDescriptor vector;
  vector.storage_type = 'p';
  vector.path_or_inline = "file:///t/deletion_vector_x.bin";
  AddFile file;
  file.path = "a";
  file.deletion_vector = vector;
  named.Note(Action(file));
  EXPECT_TRUE(named.Has("a"));
  EXPECT_TRUE(named.Has("deletion_vector_x.bin"));
}

}  // namespace
}  // namespace laguna::delta
