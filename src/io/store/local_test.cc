// SPDX-License-Identifier: Apache-2.0
// What only the store in a local folder does; the rest is in contract_test.cc.
#include "io/store/local.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "base/error.h"
#include "io/temporary_folder.h"

namespace laguna::io {
namespace {

using base::Error;
using base::ErrorKind;
using Strings = std::vector<std::string>;
namespace fs = std::filesystem;

class LocalStore : public testing::Test {
 protected:
  Strings Keys(const std::string& prefix = "") {
    Strings keys;
    for (const ObjectInfo& info : ListAll(store_, prefix)) keys.push_back(info.key);
    return keys;
  }

  template <typename Work>
  ErrorKind KindOf(const Work& work) {
    try {
      work();
    } catch (const Error& error) {
      EXPECT_NE(error.sentence().find(folder_.path()), std::string::npos) << error.sentence();
      return error.kind();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorKind::kInternal;
  }

  TemporaryFolder folder_{"local"};
  LocalObjectStore store_{folder_.path() + "/x/../store/"};
};

TEST_F(LocalStore, NamesObjectsByAbsolutePath) {
  EXPECT_EQ(store_.Locate("a/b"), folder_.path() + "/store/a/b");
  EXPECT_EQ(store_.Locate(""), folder_.path() + "/store");
  EXPECT_EQ(Keys(), Strings{}) << "a root that does not exist yet is empty";
}

TEST_F(LocalStore, FollowsLinksButNotInCircles) {
  store_.Put("t/a", "1");
  fs::create_directory(folder_.path() + "/elsewhere");
  std::ofstream(folder_.path() + "/elsewhere/b") << "2";
  fs::create_symlink(folder_.path() + "/elsewhere", store_.Locate("linked"));
  fs::create_symlink(store_.Locate("t"), store_.Locate("t/circle"));
  fs::create_symlink("/no/such/file", store_.Locate("t/broken"));
  EXPECT_EQ(Keys(), (Strings{"linked/b", "t/a"}));
  EXPECT_EQ(ReadAll(store_, "linked/b", 10), "2");
}

TEST_F(LocalStore, KeepsFoldersAndObjectsApart) {
  store_.Put("t/a", "1");
  EXPECT_EQ(KindOf([&] { store_.Put("t", "x"); }), ErrorKind::kExists);
  EXPECT_EQ(KindOf([&] { store_.Put("t/a/b", "x"); }), ErrorKind::kExists);
  EXPECT_EQ(KindOf([&] { store_.PutIfAbsent("t", "x"); }), ErrorKind::kExists);
  EXPECT_EQ(KindOf([&] { store_.Open("t"); }), ErrorKind::kNotFound);
  EXPECT_EQ(KindOf([&] { store_.Open("t/a/b"); }), ErrorKind::kNotFound);
  EXPECT_FALSE(store_.Head("t/a/b"));
  EXPECT_EQ(KindOf([&] { store_.Put(std::string(300, 'n'), "x"); }), ErrorKind::kInvalidInput);
  Strings folders{"t"};
  store_.DeleteMany(folders);
  EXPECT_EQ(Keys(), Strings{"t/a"});
}

// So many are looked at by several threads.
TEST_F(LocalStore, ListsManyFilesOfOneFolder) {
  constexpr size_t kFiles = 6000;
  store_.Put("t/f02000.d/within", "1");
  for (size_t i = 0; i < kFiles; ++i) {
    std::ofstream(fmt::format("{}/f{:05}", store_.Locate("t"), i)) << std::string(i % 7, 'x');
  }
  fs::create_symlink("/no/such/file", store_.Locate("t/f00007.broken"));
  ASSERT_EQ(::mkfifo(store_.Locate("t/f00008.pipe").c_str(), 0600), 0);
  for (const size_t page_max : {size_t{100'000}, size_t{5000}}) {
    const auto listed = ListAll(store_, "t/", {.page_max = page_max});
    ASSERT_EQ(listed.size(), kFiles + 1);
    EXPECT_TRUE(std::ranges::is_sorted(listed, {}, &ObjectInfo::key));
    EXPECT_EQ(listed[2001].key, "t/f02000.d/within");
    for (const size_t i : {size_t{0}, size_t{7}, size_t{1999}, size_t{2000}}) {
      EXPECT_EQ(listed[i].size_bytes, i % 7) << i;
      EXPECT_EQ(listed[i].etag, store_.Head(listed[i].key)->etag) << i;
    }
    EXPECT_EQ(listed.back().size_bytes, (kFiles - 1) % 7);
  }
}

TEST_F(LocalStore, BlocksOnNoNamedPipe) {
  store_.Put("a", "");
  ASSERT_EQ(::mkfifo(store_.Locate("pipe").c_str(), 0600), 0);
  EXPECT_EQ(KindOf([&] { store_.Open("pipe"); }), ErrorKind::kNotFound);
  EXPECT_EQ(Keys(), Strings{"a"});
}

TEST_F(LocalStore, ReadsAnObjectAsItWasOpened) {
  store_.Put("a", "12345");
  std::unique_ptr<ObjectReader> reader = store_.Open("a");
  std::ofstream(store_.Locate("a"), std::ios::app) << "678";
  std::string into(10, '?');
  EXPECT_EQ(reader->ReadAt(0, std::as_writable_bytes(std::span(into)), {}), 5U);
}

TEST_F(LocalStore, HidesAndClearsWhatKilledProcessesLeft) {
  store_.Put("t/a", "1");
  // No process can have this id: the kernel's largest is below 2^22.
  std::string dead = store_.Locate("t/.tmp-999999999-0");
  std::string own = store_.Locate("t/.tmp-" + std::to_string(::getpid()) + "-77");
  std::ofstream(dead) << "x";
  std::ofstream(own) << "x";
  EXPECT_EQ(Keys(), Strings{"t/a"});
  EXPECT_EQ(KindOf([&] { store_.Head("t/.tmp-999999999-0"); }), ErrorKind::kInvalidInput);
  EXPECT_EQ(store_.ClearLeftovers("", 0), 0U) << "too young";
  EXPECT_EQ(store_.ClearLeftovers("", std::numeric_limits<int64_t>::max()), 1U);
  EXPECT_FALSE(fs::exists(dead));
  EXPECT_TRUE(fs::exists(own));
}

TEST_F(LocalStore, LeavesNoTemporaryFileWhenItFails) {
  store_.Put("t/a", "1");
  EXPECT_THROW(store_.Put("t", "x"), Error);
  EXPECT_EQ(store_.PutIfAbsent("t/a", "x"), PutOutcome::kExists);
  for (const auto& entry : fs::recursive_directory_iterator(store_.Locate(""))) {
    EXPECT_NE(entry.path().filename().string().substr(0, 4), ".tmp") << entry.path();
  }
}

TEST_F(LocalStore, RemovesEmptiedFoldersButNeverTheRoot) {
  store_.Put("a/b/c", "");
  fs::create_directory(store_.Locate("empty"));
  Strings keys{"a/b/c"};
  store_.DeleteMany(keys);
  EXPECT_FALSE(fs::exists(store_.Locate("a")));
  EXPECT_TRUE(fs::exists(store_.Locate("empty"))) << "it was not emptied by us";
  fs::remove(store_.Locate("empty"));
  store_.Put("x", "");
  Strings last{"x"};
  store_.DeleteMany(last);
  EXPECT_TRUE(fs::exists(store_.Locate("")));
}

TEST_F(LocalStore, SaysWhenAFileMayNotGrow) {
  // The limit stands for a full disk: the same path, one error number further.
  struct rlimit before {};
  ::getrlimit(RLIMIT_FSIZE, &before);
  struct rlimit small {
    1000, before.rlim_max
  };
  auto handler = ::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_EQ(KindOf([&] { store_.Put("t/large", std::string(5000, 'x')); }), ErrorKind::kExhausted);
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  EXPECT_EQ(Keys(), Strings{});
}

TEST_F(LocalStore, SaysWhenItMayNotWrite) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  store_.Put("t/a", "1");
  ASSERT_EQ(::chmod(store_.Locate("t").c_str(), 0555), 0);
  EXPECT_EQ(KindOf([&] { store_.Put("t/b", "1"); }), ErrorKind::kPermissionDenied);
  ::chmod(store_.Locate("t").c_str(), 0755);
}

}  // namespace
}  // namespace laguna::io
