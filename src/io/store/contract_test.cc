// SPDX-License-Identifier: Apache-2.0
// What every object store has to keep (io/object_store.h), run against each.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "io/object_store.h"
#include "io/store/fault.h"
#include "io/store/local.h"
#include "io/store/memory.h"
#include "io/temporary_folder.h"

namespace laguna::io {
namespace {

using base::Error;
using base::ErrorKind;
using Strings = std::vector<std::string>;

// A store and what it stands on.
struct Bench {
  base::SystemClock clock;
  std::unique_ptr<TemporaryFolder> folder;
  std::unique_ptr<ObjectStore> inner;
  std::unique_ptr<ObjectStore> store;
};

struct StoreType {
  std::string name;
  std::function<void(Bench&)> open;
};

const std::vector<StoreType>& StoreTypes() {
  static const std::vector<StoreType> types{
      {"Local",
       [](Bench& bench) {
         bench.folder = std::make_unique<TemporaryFolder>("store");
         bench.store = std::make_unique<LocalObjectStore>(bench.folder->path() + "/root");
       }},
      {"Memory",
       [](Bench& bench) { bench.store = std::make_unique<MemoryObjectStore>(bench.clock); }},
      {"FaultWithoutFaults",
       [](Bench& bench) {
         bench.inner = std::make_unique<MemoryObjectStore>(bench.clock);
         bench.store = std::make_unique<FaultObjectStore>(*bench.inner);
       }},
  };
  return types;
}

class StoreContract : public testing::TestWithParam<size_t> {
 protected:
  void SetUp() override { StoreTypes()[GetParam()].open(bench_); }

  ObjectStore& store() { return *bench_.store; }

  void Stream(const std::string& key, const std::vector<std::string>& parts) {
    std::unique_ptr<ObjectWriter> writer = store().Write(key);
    for (const std::string& part : parts) writer->Append(std::as_bytes(std::span(part)), {});
    writer->Finish({});
  }

  std::vector<std::string> Keys(const std::string& prefix, const ListOptions& options = {}) {
    std::vector<std::string> keys;
    for (const ObjectInfo& info : ListAll(store(), prefix, options)) keys.push_back(info.key);
    return keys;
  }

  std::string Read(const std::string& key) { return ReadAll(store(), key, 1 << 20); }

  Bench bench_;
};

template <typename Work>
ErrorKind KindOf(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_FALSE(error.sentence().empty());
    return error.kind();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorKind::kInternal;
}

TEST_P(StoreContract, ReadsBackWhatWasPut) {
  store().Put("a/b/c.json", "hello");
  EXPECT_EQ(Read("a/b/c.json"), "hello");
  store().Put("a/b/c.json", "a longer second text");
  EXPECT_EQ(Read("a/b/c.json"), "a longer second text");
  store().Put("a/b/c.json", "");
  EXPECT_EQ(Read("a/b/c.json"), "");
}

TEST_P(StoreContract, DescribesAnObject) {
  EXPECT_FALSE(store().Head("a/x"));
  int64_t before_ms = bench_.clock.NowMs();
  store().Put("a/x", "12345");
  std::optional<ObjectInfo> info = store().Head("a/x");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->key, "a/x");
  EXPECT_EQ(info->size_bytes, 5U);
  // A file system's clock ticks coarsely and may lag behind.
  EXPECT_GE(info->modified_ms, before_ms - 1000);
  EXPECT_LE(info->modified_ms, bench_.clock.NowMs() + 1000);
  EXPECT_FALSE(store().Head("a")) << "a folder is no object";
}

TEST_P(StoreContract, ChangesTheEtagWithTheContent) {
  store().Put("x", "1");
  std::string first = store().Head("x")->etag;
  EXPECT_EQ(store().Head("x")->etag, first);
  store().Put("x", "22");
  EXPECT_NE(store().Head("x")->etag, first);
}

TEST_P(StoreContract, CreatesOnlyOnce) {
  EXPECT_EQ(store().PutIfAbsent("log/0", "first"), PutOutcome::kCreated);
  EXPECT_EQ(store().PutIfAbsent("log/0", "second"), PutOutcome::kExists);
  EXPECT_EQ(Read("log/0"), "first");
}

TEST_P(StoreContract, LetsOneOfManyCreatorsWin) {
  constexpr int kRounds = 20;
  constexpr int kThreads = 8;
  for (int round = 0; round < kRounds; ++round) {
    std::string key = "log/" + std::to_string(round);
    std::atomic<int> winner{-1};
    std::atomic<int> won{0};
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
          if (store().PutIfAbsent(key, std::to_string(i)) != PutOutcome::kCreated) return;
          winner = i;
          ++won;
        });
      }
    }
    ASSERT_EQ(won, 1);
    ASSERT_EQ(Read(key), std::to_string(winner));
  }
}

TEST_P(StoreContract, ShowsAStreamedObjectOnlyWhenFinished) {
  std::unique_ptr<ObjectWriter> writer = store().Write("t/part-0");
  std::string text = "half";
  writer->Append(std::as_bytes(std::span(text)), {});
  EXPECT_FALSE(store().Head("t/part-0"));
  EXPECT_EQ(Keys(""), Strings{});
  ObjectInfo info = writer->Finish({});
  EXPECT_EQ(info.key, "t/part-0");
  EXPECT_EQ(info.size_bytes, 4U);
  EXPECT_EQ(Read("t/part-0"), "half");
  EXPECT_EQ(store().Head("t/part-0")->etag, info.etag);
}

TEST_P(StoreContract, StreamsLargeObjectsInAnyPieces) {
  std::string whole;
  std::vector<std::string> parts;
  for (size_t size : {1U, 70'000U, 300'000U, 0U, 262'144U, 5U}) {
    parts.emplace_back(size, static_cast<char>('a' + parts.size()));
    whole += parts.back();
  }
  Stream("t/large", parts);
  EXPECT_TRUE(Read("t/large") == whole);
}

TEST_P(StoreContract, LeavesNothingOfAnAbortedWrite) {
  store().Put("t/x", "old");
  {
    std::unique_ptr<ObjectWriter> dropped = store().Write("t/x");
    std::unique_ptr<ObjectWriter> aborted = store().Write("t/y");
    aborted->Abort();
    std::unique_ptr<ObjectWriter> elsewhere = store().Write("new/folder/z");
  }
  EXPECT_EQ(Keys(""), (Strings{"t/x"}));
  EXPECT_EQ(store().List("", {.delimited = true}).folders, Strings{"t/"});
  EXPECT_EQ(Read("t/x"), "old");
  std::vector<std::string> keys{"t/x"};
  store().DeleteMany(keys);
  EXPECT_EQ(store().List("", {.delimited = true}).folders, Strings{}) << "a file was left behind";
}

TEST_P(StoreContract, ReadsRanges) {
  store().Put("x", "0123456789");
  std::unique_ptr<ObjectReader> reader = store().Open("x");
  struct Case {
    uint64_t offset;
    size_t length;
    std::string expected;
  };
  for (const Case& c : {Case{0, 3, "012"}, Case{7, 3, "789"}, Case{8, 5, "89"}, Case{10, 1, ""},
                        Case{99, 4, ""}, Case{5, 0, ""}}) {
    std::string into(c.length, '?');
    size_t count = reader->ReadAt(c.offset, std::as_writable_bytes(std::span(into)), {});
    EXPECT_EQ(into.substr(0, count), c.expected) << c.offset;
  }
}

TEST_P(StoreContract, KeepsAnOpenedObjectThatIsReplaced) {
  store().Put("x", "before");
  std::unique_ptr<ObjectReader> reader = store().Open("x");
  store().Put("x", "after and longer");
  std::string into(20, '?');
  size_t count = reader->ReadAt(0, std::as_writable_bytes(std::span(into)), {});
  EXPECT_EQ(into.substr(0, count), "before");
}

TEST_P(StoreContract, NamesTheObjectThatIsMissing) {
  try {
    store().Open("no/such");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
    EXPECT_NE(error.sentence().find(store().Locate("no/such")), std::string::npos);
  }
}

TEST_P(StoreContract, RefusesToReadMoreThanAllowed) {
  store().Put("x", "0123456789");
  EXPECT_EQ(KindOf([&] { ReadAll(store(), "x", 9); }), ErrorKind::kExhausted);
  EXPECT_EQ(ReadAll(store(), "x", 10), "0123456789");
}

TEST_P(StoreContract, ListsInByteOrderOfWholeKeys) {
  for (const char* key : {"t/a/1", "t/a.txt", "t/a0", "t/a/0/z", "t/B", "t/\xC3\xA9", "u"}) {
    store().Put(key, key);
  }
  EXPECT_EQ(Keys(""), (Strings{"t/B", "t/a.txt", "t/a/0/z", "t/a/1", "t/a0", "t/\xC3\xA9", "u"}));
  EXPECT_EQ(Keys("t/a"), (Strings{"t/a.txt", "t/a/0/z", "t/a/1", "t/a0"}));
  EXPECT_EQ(Keys("t/a/"), (Strings{"t/a/0/z", "t/a/1"}));
  EXPECT_EQ(Keys("t/nothing/here/"), Strings{});
  EXPECT_EQ(Keys("u/"), Strings{});
}

TEST_P(StoreContract, ListsFoldersWhenDelimited) {
  for (const char* key : {"t/a/1", "t/a/2", "t/a.txt", "t/b/c/d", "v/w"}) store().Put(key, "");
  ListPage top = store().List("", {.delimited = true});
  EXPECT_EQ(top.folders, (Strings{"t/", "v/"}));
  EXPECT_TRUE(top.objects.empty());
  ListPage inner = store().List("t/", {.delimited = true});
  EXPECT_EQ(inner.folders, (Strings{"t/a/", "t/b/"}));
  ASSERT_EQ(inner.objects.size(), 1U);
  EXPECT_EQ(inner.objects[0].key, "t/a.txt");
  EXPECT_EQ(store().List("t/b", {.delimited = true}).folders, (Strings{"t/b/"}));
  EXPECT_EQ(store().List("t/", {.start_after = "t/a/", .delimited = true}).folders,
            (Strings{"t/b/"}));
}

TEST_P(StoreContract, StartsAfterAnyKey) {
  for (const char* key : {"t/a/1", "t/a/2", "t/b/1", "t/c"}) store().Put(key, "");
  EXPECT_EQ(Keys("t/", {.start_after = "t/a/1"}), (Strings{"t/a/2", "t/b/1", "t/c"}));
  EXPECT_EQ(Keys("t/", {.start_after = "t/a/15"}), (Strings{"t/a/2", "t/b/1", "t/c"}));
  EXPECT_EQ(Keys("t/", {.start_after = "t/b/1"}), (Strings{"t/c"}));
  EXPECT_EQ(Keys("t/", {.start_after = "z"}), Strings{});
  EXPECT_EQ(Keys("t/", {.start_after = "a"}), (Strings{"t/a/1", "t/a/2", "t/b/1", "t/c"}));
}

TEST_P(StoreContract, LeavesOutWhatIsNotWanted) {
  for (const char* key : {"t/a/1", "t/a/2", "t/b/1", "t/b/2", "t/c"}) store().Put(key, "");
  const auto wanted = [](std::string_view name) { return !name.ends_with("/1"); };
  EXPECT_EQ(Keys("t/", {.wanted = wanted}), (Strings{"t/a/2", "t/b/2", "t/c"}));
  const ListPage page = store().List("t/", {.page_max = 2, .wanted = wanted});
  ASSERT_EQ(page.objects.size(), 2U) << "the others fill no page";
  EXPECT_EQ(page.next_start_after, "t/b/2");
}

TEST_P(StoreContract, LooksIntoNoFolderThatIsNotWanted) {
  for (const char* key : {"t/a/1", "t/a/2", "t/b/1", "t/b/in/1", "t/c", "t/d/1"}) {
    store().Put(key, "");
  }
  Strings asked;
  const auto wanted = [&](std::string_view name) {
    asked.emplace_back(name);
    return name != "a/" && !name.ends_with("/in/") && name != "c";
  };
  EXPECT_EQ(Keys("t/", {.wanted = wanted}), (Strings{"t/b/1", "t/d/1"}));
  const std::set<std::string> names(asked.begin(), asked.end());
  EXPECT_EQ(names, (std::set<std::string>{"a/", "b/", "b/1", "b/in/", "c", "d/", "d/1"}));
  const ListPage page = store().List("t/", {.page_max = 1, .wanted = wanted});
  EXPECT_EQ(page.next_start_after, "t/b/1");
  EXPECT_EQ(Keys("t/", {.start_after = "t/a/1", .wanted = wanted}), (Strings{"t/b/1", "t/d/1"}));
  const ListPage top = store().List("t/", {.delimited = true, .wanted = wanted});
  EXPECT_EQ(top.folders, (Strings{"t/b/", "t/d/"}));
  EXPECT_TRUE(top.objects.empty());
}

// Every page size gives the same listing, in both modes.
TEST_P(StoreContract, PagesWithoutLossOrRepetition) {
  std::vector<std::string> expected;
  for (int folder = 0; folder < 5; ++folder) {
    for (int file = 0; file < 30; ++file) {
      expected.push_back("p/" + std::to_string(folder) + "/" + std::to_string(file));
      store().Put(expected.back(), "");
    }
  }
  std::sort(expected.begin(), expected.end());
  for (size_t page_max : {1U, 7U, 29U, 30U, 149U, 150U, 151U}) {
    std::vector<std::string> keys;
    ListOptions options{.page_max = page_max};
    for (bool more = true; more;) {
      ListPage page = store().List("p/", options);
      ASSERT_LE(page.objects.size(), page_max);
      for (const ObjectInfo& info : page.objects) keys.push_back(info.key);
      more = page.next_start_after.has_value();
      if (more) options.start_after = *page.next_start_after;
    }
    EXPECT_EQ(keys, expected) << page_max;
  }
  ListPage first = store().List("p/", {.delimited = true, .page_max = 2});
  EXPECT_EQ(first.folders, (Strings{"p/0/", "p/1/"}));
  ASSERT_TRUE(first.next_start_after);
  ListPage rest = store().List(
      "p/", {.start_after = *first.next_start_after, .delimited = true, .page_max = 3});
  EXPECT_EQ(rest.folders, (Strings{"p/2/", "p/3/", "p/4/"}));
  EXPECT_EQ(rest.next_start_after, std::nullopt) << "the last page says so";
}

TEST_P(StoreContract, DeletesWhatIsThere) {
  for (const char* key : {"t/a/1", "t/a/2", "t/b"}) store().Put(key, "");
  std::vector<std::string> keys{"t/a/1", "t/a/2", "t/missing", "no/folder/x"};
  store().DeleteMany(keys);
  EXPECT_EQ(Keys(""), (Strings{"t/b"}));
  EXPECT_EQ(store().List("t/", {.delimited = true}).folders, Strings{});
}

TEST_P(StoreContract, CreatesWhileOthersEmptyTheFolder) {
  constexpr int kRounds = 200;
  std::jthread deleter([&](const std::stop_token& stop) {
    std::vector<std::string> keys{"d/e/f/1"};
    while (!stop.stop_requested()) store().DeleteMany(keys);
  });
  for (int i = 0; i < kRounds; ++i) Stream("d/e/f/1", {"x"});
  Stream("d/e/f/2", {"kept"});
  deleter.request_stop();
  deleter.join();
  EXPECT_EQ(Read("d/e/f/2"), "kept");
}

TEST_P(StoreContract, MovesAFolder) {
  for (const char* key : {"a/t/1", "a/t/x/2", "a/t0"}) store().Put(key, key);
  store().MoveFolder("a/t/", "b/c/u/");
  EXPECT_EQ(Keys(""), (Strings{"a/t0", "b/c/u/1", "b/c/u/x/2"}));
  EXPECT_EQ(Read("b/c/u/x/2"), "a/t/x/2");
}

TEST_P(StoreContract, RefusesAMoveThatWouldMixFolders) {
  store().Put("a/1", "");
  store().Put("b/1", "");
  EXPECT_EQ(KindOf([&] { store().MoveFolder("a/", "b/"); }), ErrorKind::kExists);
  EXPECT_EQ(KindOf([&] { store().MoveFolder("c/", "d/"); }), ErrorKind::kNotFound);
  EXPECT_EQ(KindOf([&] { store().MoveFolder("a/", "a/b/"); }), ErrorKind::kInvalidInput);
  EXPECT_EQ(KindOf([&] { store().MoveFolder("a", "z"); }), ErrorKind::kInvalidInput);
  EXPECT_EQ(Keys(""), (Strings{"a/1", "b/1"}));
}

TEST_P(StoreContract, SyncsFinishedObjects) {
  Stream("t/1", {"x"});
  Stream("t/u/2", {"y"});
  store().Put("t/3", "z");
  std::vector<std::string> keys{"t/1", "t/u/2", "t/3"};
  EXPECT_NO_THROW(store().Sync(keys));
  keys.push_back("t/missing");
  EXPECT_EQ(KindOf([&] { store().Sync(keys); }), ErrorKind::kNotFound);
}

TEST_P(StoreContract, RefusesMalformedKeys) {
  for (const std::string& key :
       Strings{"", "/a", "a/", "a//b", ".", "a/../b", "..", "a/.", std::string("a\0b", 3)}) {
    EXPECT_EQ(KindOf([&] { store().Put(key, ""); }), ErrorKind::kInvalidInput) << key;
    EXPECT_EQ(KindOf([&] { store().Head(key); }), ErrorKind::kInvalidInput) << key;
    EXPECT_EQ(KindOf([&] { store().Open(key); }), ErrorKind::kInvalidInput) << key;
    EXPECT_EQ(KindOf([&] { store().Write(key); }), ErrorKind::kInvalidInput) << key;
    EXPECT_EQ(KindOf([&] { store().PutIfAbsent(key, ""); }), ErrorKind::kInvalidInput) << key;
    std::vector<std::string> keys{key};
    EXPECT_EQ(KindOf([&] { store().DeleteMany(keys); }), ErrorKind::kInvalidInput) << key;
    EXPECT_EQ(KindOf([&] { store().Sync(keys); }), ErrorKind::kInvalidInput) << key;
  }
  EXPECT_EQ(KindOf([&] { store().List("../x"); }), ErrorKind::kInvalidInput);
  EXPECT_EQ(KindOf([&] { store().List("/x"); }), ErrorKind::kInvalidInput);
}

TEST_P(StoreContract, StopsWhenAskedTo) {
  store().Put("x", "1");
  std::stop_source source;
  source.request_stop();
  Call stopped{.stop = source.get_token()};
  Call late{.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1)};
  EXPECT_EQ(KindOf([&] { store().Head("x", stopped); }), ErrorKind::kCancelled);
  EXPECT_EQ(KindOf([&] { store().Put("y", "1", stopped); }), ErrorKind::kCancelled);
  EXPECT_EQ(KindOf([&] { store().List("", {}, late); }), ErrorKind::kUnavailable);
  EXPECT_EQ(KindOf([&] { store().PutIfAbsent("y", "1", late); }), ErrorKind::kUnavailable);
  EXPECT_EQ(Keys(""), (Strings{"x"}));
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, testing::Range<size_t>(0, StoreTypes().size()),
                         [](const testing::TestParamInfo<size_t>& info) {
                           return StoreTypes()[info.param].name;
                         });

}  // namespace
}  // namespace laguna::io
