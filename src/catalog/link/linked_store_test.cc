// SPDX-License-Identifier: Apache-2.0
#include "catalog/link/linked_store.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "catalog/link/table_link.h"
#include "io/store/local.h"
#include "io/temporary_folder.h"

namespace laguna::catalog {
namespace {

namespace fs = std::filesystem;

class LinkedStoreTest : public testing::Test {
 protected:
  LinkedStoreTest() {
    lake_.folder = folder_.path();
    lake_.storage_root = lake_.folder / "lake";
    lake_.zones = {{.name = "bronze"}};
  }

  [[nodiscard]] std::string OnDisk(const std::string& path) const {
    return (lake_.folder / path).string();
  }

  io::TemporaryFolder folder_{"linked-store"};
  Lake lake_;
  io::LocalObjectStore inner_{folder_.path() + "/lake"};
  LinkedStore store_{inner_, lake_};
  const std::string root_ = LinkedRoot("bronze/t", "far/t");
};

TEST_F(LinkedStoreTest, KeysBelowALinkAreObjectsOfItsFolder) {
  store_.Put(root_ + "/_delta_log/0.json", "far");
  store_.Put("bronze/u/_delta_log/0.json", "near");
  EXPECT_TRUE(fs::exists(OnDisk("far/t/_delta_log/0.json")));
  EXPECT_TRUE(fs::exists(OnDisk("lake/bronze/u/_delta_log/0.json")));
  EXPECT_EQ(store_.Locate(root_), OnDisk("far/t"));
  EXPECT_EQ(store_.Locate(root_ + "/a"), OnDisk("far/t/a"));
  EXPECT_EQ(io::ReadAll(store_, root_ + "/_delta_log/0.json", 100), "far");
  EXPECT_EQ(store_.PutIfAbsent(root_ + "/_delta_log/0.json", "x"), io::PutOutcome::kExists);
  EXPECT_FALSE(store_.Head(root_));
  EXPECT_EQ(store_.Head(root_ + "/_delta_log/0.json")->key, root_ + "/_delta_log/0.json");
  EXPECT_EQ(store_.Open(root_ + "/_delta_log/0.json")->info().key, root_ + "/_delta_log/0.json");
}

TEST_F(LinkedStoreTest, ListingsGoOnByTheirOwnKeys) {
  for (const char* name : {"a", "b", "c", "d/e"}) store_.Put(root_ + "/" + name, name);
  std::vector<std::string> keys;
  for (const auto& object : io::ListAll(store_, root_ + "/", {.page_max = 2})) {
    keys.push_back(object.key);
  }
  EXPECT_EQ(keys,
            (std::vector<std::string>{root_ + "/a", root_ + "/b", root_ + "/c", root_ + "/d/e"}));
  const auto page = store_.List(root_ + "/", {.start_after = root_ + "/b", .delimited = true});
  ASSERT_EQ(page.objects.size(), 1);
  EXPECT_EQ(page.objects[0].key, root_ + "/c");
  EXPECT_EQ(page.folders, std::vector<std::string>{root_ + "/d/"});
}

TEST_F(LinkedStoreTest, StreamedWritesAndManyKeysGoToBothStores) {
  const std::string keys[] = {root_ + "/far", "bronze/u/near"};
  for (const std::string& key : keys) {
    const auto writer = store_.Write(key);
    writer->Append(std::as_bytes(std::span("abc", 3)), {});
    EXPECT_EQ(writer->Finish({}).key, key);
  }
  store_.Sync(keys);
  EXPECT_TRUE(fs::exists(OnDisk("far/t/far")));
  EXPECT_TRUE(fs::exists(OnDisk("lake/bronze/u/near")));
  store_.DeleteMany(keys);
  EXPECT_FALSE(store_.Head(keys[0]));
  EXPECT_FALSE(store_.Head(keys[1]));
}

TEST_F(LinkedStoreTest, AFolderElsewhereIsNotMoved) {
  store_.Put(root_ + "/a", "a");
  EXPECT_THROW(store_.MoveFolder(root_ + "/", "bronze/u/"), base::Error);
  EXPECT_TRUE(store_.Head(root_ + "/a"));
}

}  // namespace
}  // namespace laguna::catalog
