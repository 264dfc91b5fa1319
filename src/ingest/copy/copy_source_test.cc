// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/copy_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "io/store/local.h"
#include "io/temporary_folder.h"

namespace laguna::ingest {
namespace {

catalog::Lake TestLake(const std::filesystem::path& folder = "/lake") {
  catalog::Lake lake;
  lake.folder = folder;
  lake.storage_root = folder / "lake";
  lake.zones = {{"landing", true}, {"raw", true}, {"bronze", false}};
  return lake;
}

TEST(TableNameParts, SplitsAtDotsOutsideQuotes) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(TableNameParts("sales"), (Parts{"sales"}));
  EXPECT_EQ(TableNameParts("shop.sales"), (Parts{"shop", "sales"}));
  EXPECT_EQ(TableNameParts("\"Odd.One\".\"a\"\"b\""), (Parts{"Odd.One", "a\"b"}));
  for (const std::string bad : {"", ".", "a.", ".a", "a.b.c", "\"a", "\"a\"b", "\"\""}) {
    EXPECT_THROW(TableNameParts(bad), base::Error) << bad;
  }
}

TEST(CopyTarget, IsAFolderOrAFileOfAFileZone) {
  struct Case {
    std::string to;
    std::string folder;
    std::string file;
  };
  const std::vector<Case> cases = {{"landing/sales/", "landing/sales/", ""},
                                   {"landing/sales", "landing/sales/", ""},
                                   {"landing", "landing/", ""},
                                   {"landing/", "landing/", ""},
                                   {"LANDING/x", "landing/x/", ""},
                                   {"./landing/x", "landing/x/", ""},
                                   {"/lake/lake/landing/x", "landing/x/", ""},
                                   {"landing/a/x.csv", "landing/a/", "x.csv"},
                                   {"landing/x.csv", "landing/", "x.csv"},
                                   {"landing/v1.0/", "landing/v1.0/", ""}};
  for (const Case& c : cases) {
    const CopyTarget target = ParseTarget(TestLake(), c.to);
    EXPECT_EQ(target.folder, c.folder) << c.to;
    EXPECT_EQ(target.file.value_or(""), c.file) << c.to;
  }
}

TEST(CopyTarget, ElsewhereIsAnErrorWithTheNearestZone) {
  struct Case {
    std::string to;
    std::string says;
  };
  const std::vector<Case> cases = {{"lending/sales/", "'landing'"},
                                   {"bronze/sales", "holds tables"},
                                   {"", "no file zone"},
                                   {"/tmp/x", "no file zone"},
                                   {"../x", "no file zone"},
                                   {"landing/../bronze/t", "landing"},
                                   {"landing//x", "x"}};
  for (const Case& c : cases) {
    try {
      ParseTarget(TestLake(), c.to);
      ADD_FAILURE() << c.to;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::kInvalidInput) << c.to;
      const std::string all = error.sentence() + error.hint();
      if (c.to != "landing/../bronze/t" && c.to != "landing//x") {
        EXPECT_NE(all.find(c.says), std::string::npos) << all;
      }
    }
  }
}

class FindSourceTest : public testing::Test {
 protected:
  FindSourceTest() {
    for (const std::string file : {"shop/a.csv", "shop/2013/b.csv", "shop/.hidden", "shop/_x/c.csv",
                                   "lake/landing/d.csv", "lake/landing/sub/e.txt"}) {
      const auto path = std::filesystem::path(folder_.path()) / file;
      std::filesystem::create_directories(path.parent_path());
      std::ofstream(path) << file;
    }
  }

  SourceFiles Files(const std::string& from) {
    return std::get<SourceFiles>(FindSource(environment_, from));
  }
  std::vector<std::string> Relatives(const std::string& from) {
    std::vector<std::string> names;
    for (const SourceFile& file : Files(from).files) names.push_back(file.relative);
    return names;
  }
  base::Error Failure(const std::string& from) {
    try {
      FindSource(environment_, from);
    } catch (const base::Error& error) {
      return error;
    }
    ADD_FAILURE() << from;
    return {base::ErrorKind::kInternal, "test", "none"};
  }

  const io::TemporaryFolder folder_{"copy-source"};
  const catalog::Lake lake_ = TestLake(folder_.path());
  io::LocalObjectStore store_{lake_.storage_root.string()};
  base::SystemClock clock_;
  base::SeededRandom random_{1};
  const catalog::LakeEnvironment lake_environment_{lake_, store_, clock_, random_};
  const connect::Blocks blocks_;
  const CopyEnvironment environment_{lake_environment_, blocks_, {}};
};

using Names = std::vector<std::string>;

TEST_F(FindSourceTest, AFileIsOne) {
  const SourceFiles files = Files("shop/a.csv");
  EXPECT_TRUE(files.single);
  EXPECT_EQ(files.stem, "a");
  EXPECT_EQ(files.name, "shop/a.csv");
  EXPECT_EQ(files.files.front().info.size_bytes, 10U);
}

TEST_F(FindSourceTest, APathBelowTheLakesFolderIsNamedFromThere) {
  EXPECT_EQ(Files(folder_.path() + "/shop/a.csv").name, "shop/a.csv");
  EXPECT_EQ(Files(folder_.path() + "/lake/landing/d.csv").name, "landing/d.csv");
}

TEST_F(FindSourceTest, AFolderIsAllBelowItWithoutWhatIsHidden) {
  EXPECT_EQ(Relatives("shop"), (Names{"2013/b.csv", "a.csv"}));
  EXPECT_EQ(Relatives("./shop/"), (Names{"2013/b.csv", "a.csv"}));
  EXPECT_EQ(Files("shop").hidden.size(), 2U);
  EXPECT_EQ(Files("shop").name, "shop/");
  EXPECT_EQ(Files("./x/../shop/").name, "shop/");
}

TEST_F(FindSourceTest, AZoneLiesBelowTheStorageRoot) {
  EXPECT_EQ(Relatives("landing"), (Names{"d.csv", "sub/e.txt"}));
  EXPECT_EQ(Files("landing").store, &store_);
  EXPECT_EQ(Files(folder_.path() + "/lake/landing/").name, "landing/");
}

TEST_F(FindSourceTest, APatternKeepsTheStructureBelowItsFolder) {
  EXPECT_EQ(Relatives("shop/*.csv"), (Names{"a.csv"}));
  EXPECT_EQ(Relatives("shop/**/*.csv"), (Names{"2013/b.csv", "a.csv"}));
  EXPECT_EQ(Relatives("landing/sub/*"), (Names{"e.txt"}));
  EXPECT_TRUE(Relatives("shop/*.parquet").empty());
}

TEST_F(FindSourceTest, WhatIsNotThereIsNamedWithWhereItWasLookedFor) {
  const base::Error error = Failure("shop/b.csv");
  EXPECT_EQ(error.kind(), base::ErrorKind::kNotFound);
  EXPECT_NE(error.sentence().find(folder_.path() + "/shop/b.csv"), std::string::npos);
  EXPECT_NE(error.hint().find("a.csv"), std::string::npos) << error.hint();
  EXPECT_EQ(Failure("shopp:sales").code(), "block.unknown");
  EXPECT_EQ(Failure("s3://bucket/x").kind(), base::ErrorKind::kUnsupported);
}

TEST_F(FindSourceTest, NothingIsCopiedIntoItself) {
  const auto check = [&](const std::string& from, const std::string& to) {
    CheckApart(lake_environment_, Files(from), ParseTarget(lake_, to), {"new.csv"});
  };
  EXPECT_THROW(check("landing/", "landing/sub2/"), base::Error);
  EXPECT_THROW(check("landing/", "landing/"), base::Error);
  EXPECT_THROW(check("landing/d.csv", "landing/"), base::Error);
  EXPECT_THROW(check(folder_.path(), "landing/"), base::Error);
  EXPECT_THROW(check("landing/*.csv", "landing/"), base::Error);
  EXPECT_THROW(check("landing/**/*.csv", "landing/sub/"), base::Error);
  EXPECT_NO_THROW(check("landing/", "raw/"));
  EXPECT_NO_THROW(check("landing/d.csv", "landing/copy.csv"));
  EXPECT_NO_THROW(check("landing/*.csv", "landing/sub/"));
}

}  // namespace
}  // namespace laguna::ingest
