// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "catalog/lake.h"

namespace laguna::catalog {
namespace {

class LakeFile : public testing::Test {
 protected:
  void SetUp() override {
    auto pattern = (std::filesystem::temp_directory_path() / "lake-file-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Lake Load(const std::string& text) {
    std::ofstream(folder_ / "laguna.yaml") << text;
    return LoadLake(folder_);
  }

  base::Error Failure(const std::string& text) {
    try {
      Load(text);
    } catch (const base::Error& error) {
      return error;
    }
    ADD_FAILURE() << "loaded: " << text;
    return {base::ErrorKind::kInternal, "none", ""};
  }

  std::filesystem::path folder_;
};

TEST_F(LakeFile, ANameIsEnough) {
  const auto lake = Load("name: shop\n");
  EXPECT_EQ(lake.name, "shop");
  EXPECT_EQ(lake.storage_root, folder_ / "lake");
  EXPECT_EQ(lake.time_zone, "UTC");
  ASSERT_EQ(lake.zones.size(), 5U);
  EXPECT_TRUE(lake.zones[0].files);
  EXPECT_EQ(lake.zones[1].name, "bronze");
}

TEST_F(LakeFile, ReadsEveryKey) {
  const auto lake = Load(
      "name: shop\nstorage: {root: ../data}\ntimezone: America/Bogota\nmemory_limit: 2GB\n"
      "dropped_retention: 36h\n"
      "threads: 3\nzones: [landing: files, raw: files, clean, business]\n");
  EXPECT_EQ(lake.storage_root, folder_.parent_path() / "data");
  EXPECT_EQ(lake.time_zone, "America/Bogota");
  EXPECT_EQ(lake.memory_limit_bytes, 2'000'000'000U);
  EXPECT_EQ(lake.dropped_retention, std::chrono::hours(36));
  EXPECT_EQ(lake.threads, 3);
  ASSERT_EQ(lake.zones.size(), 4U);
  EXPECT_TRUE(lake.zones[1].files);
  EXPECT_EQ(lake.zones[2].name, "clean");
  EXPECT_FALSE(lake.zones[2].files);
}

TEST_F(LakeFile, ZonesMayBeAListOrAMap) {
  for (const auto* zones : {"\n  - landing: files\n  - bronze\n", " {landing: files, bronze: }\n",
                            "\n  landing: files\n  bronze: tables\n"}) {
    const auto lake = Load(std::string("name: shop\nzones:") + zones);
    ASSERT_EQ(lake.zones.size(), 2U) << zones;
    EXPECT_TRUE(lake.zones[0].files);
    EXPECT_EQ(lake.zones[1].name, "bronze");
    EXPECT_FALSE(lake.zones[1].files);
  }
}

TEST_F(LakeFile, EveryMistakeHasItsPlace) {
  struct Case {
    const char* text;
    int line;
    const char* says;
  };
  const Case cases[] = {
      {"name: shop\nzonez: [a]\n", 2, "zonez"},
      {"name: shop\nzones: [lake]\n", 2, "reserved"},
      {"name: shop\nzones:\n  - a\n  - A\n", 4, "case"},
      {"name: shop\nzones:\n  - a\n  - a\n", 4, "twice"},
      {"name: shop\nzones: [a: fles, b]\n", 2, "fles"},
      {"name: shop\nzones: [_x, b]\n", 2, "_x"},
      {"name: shop\nzones: [a/b]\n", 2, "a/b"},
      {"name: shop\nzones: [landing: files]\n", 2, "tables"},
      {"name: shop\nthreads: 0\n", 2, "threads"},
      {"name: shop\nmemory_limit: lots\n", 2, ""},
      {"name: shop\nstorage: {rooot: x}\n", 2, "rooot"},
      {"name: shop\nstorage: {root: 's3://b/x'}\n", 2, "s3://b/x"},
      {"zones: [a]\n", 1, "name"},
  };
  for (const auto& test : cases) {
    const auto error = Failure(test.text);
    ASSERT_TRUE(error.place()) << test.text;
    EXPECT_EQ(error.place()->line, test.line) << test.text;
    EXPECT_NE(error.Report().find(test.says), std::string::npos) << error.Report();
  }
}

TEST_F(LakeFile, TheNearestParentIsTheLake) {
  Load("name: shop\n");
  std::filesystem::create_directories(folder_ / "a" / "b");
  EXPECT_EQ(FindLakeFolder(folder_ / "a" / "b"), folder_);
  EXPECT_EQ(FindLakeFolder(folder_), folder_);
}

TEST_F(LakeFile, AMissingFileIsNamed) {
  try {
    LoadLake(folder_);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kNotFound);
    EXPECT_NE(error.sentence().find("laguna.yaml"), std::string::npos);
  }
}

}  // namespace
}  // namespace laguna::catalog
