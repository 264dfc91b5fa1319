// SPDX-License-Identifier: Apache-2.0
// Commits to a table whose folder gets another name at the worst moment: between the writer's last
// look and its put-if-absent.
#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "delta/log_upkeep.h"
#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

// Does something right before a commit file is put, or right behind it.
class AroundPut final : public io::ObjectStore {
 public:
  AroundPut(io::ObjectStore& store, std::function<void()> before, std::function<void()> behind)
      : store_(store), before_(std::move(before)), behind_(std::move(behind)) {}

  [[nodiscard]] std::string Locate(std::string_view key) const override {
    return store_.Locate(key);
  }
  std::optional<io::ObjectInfo> Head(const std::string& key, const io::Call& call) override {
    return store_.Head(key, call);
  }
  std::unique_ptr<io::ObjectReader> Open(const std::string& key, const io::Call& call) override {
    return store_.Open(key, call);
  }
  std::unique_ptr<io::ObjectWriter> Write(const std::string& key, const io::Call& call) override {
    return store_.Write(key, call);
  }
  void Sync(std::span<const std::string> keys, const io::Call& call) override {
    store_.Sync(keys, call);
  }
  void Put(const std::string& key, std::string_view bytes, const io::Call& call) override {
    store_.Put(key, bytes, call);
  }
  io::PutOutcome PutIfAbsent(const std::string& key, std::string_view bytes,
                             const io::Call& call) override {
    before_();
    const io::PutOutcome outcome = store_.PutIfAbsent(key, bytes, call);
    behind_();
    return outcome;
  }
  io::ListPage List(const std::string& prefix, const io::ListOptions& options,
                    const io::Call& call) override {
    return store_.List(prefix, options, call);
  }
  void DeleteMany(std::span<const std::string> keys, const io::Call& call) override {
    store_.DeleteMany(keys, call);
  }
  void MoveFolder(const std::string& from, const std::string& to, const io::Call& call) override {
    store_.MoveFolder(from, to, call);
  }

 private:
  io::ObjectStore& store_;
  std::function<void()> before_;
  std::function<void()> behind_;
};

CommitOutcome AppendWhile(
    TestLake& lake, std::function<void()> before, std::function<void()> behind = [] {}) {
  AroundPut store(lake.store, std::move(before), std::move(behind));
  Table table(store, "bronze/t", lake.clock);
  Transaction transaction(table, table.Latest(), lake.clock, lake.random);
  transaction.Append(FileNamed("late"));
  return transaction.Commit();
}

TEST(MovedTable, ACommitUnderItsOldNameIsTakenBack) {
  TestLake lake;
  lake.Create();
  lake.Append("a");
  const CommitOutcome outcome =
      AppendWhile(lake, [&] { lake.store.MoveFolder("bronze/t/", "bronze/u/"); });
  EXPECT_TRUE(std::holds_alternative<Lost>(outcome));
  EXPECT_TRUE(io::ListAll(lake.store, "bronze/t/").empty());
  Table moved(lake.store, "bronze/u", lake.clock);
  EXPECT_EQ(Paths(moved.Latest()->files()), std::vector<std::string>{"a"});
}

TEST(MovedTable, ACommitThatGoesAlongStays) {
  TestLake lake;
  lake.Create();
  lake.Append("a");
  const auto move = [&] { lake.store.MoveFolder("bronze/t/", "bronze/u/"); };
  EXPECT_TRUE(std::holds_alternative<Committed>(AppendWhile(
      lake, [] {}, move)));
  Table moved(lake.store, "bronze/u", lake.clock);
  EXPECT_EQ(Paths(moved.Latest()->files()), (std::vector<std::string>{"a", "late"}));
  EXPECT_TRUE(io::ListAll(lake.store, "bronze/t/").empty());
}

// Two writers of a table that is moved: a commit of one stands alone under the old name, not taken
// back yet, when the other comes by, who saw the table there.
class CommitUnderTheOldName : public testing::Test {
 protected:
  CommitUnderTheOldName() {
    lake_.Create();
    lake_.Append("a");
  }

  // `meanwhile` happens while the commit stands alone.
  CommitOutcome Append(std::function<void()> meanwhile) {
    return AppendWhile(
        lake_, [&] { lake_.store.MoveFolder("bronze/t/", "bronze/u/"); }, std::move(meanwhile));
  }

  // The table has its old name again, and the commit that stands alone is out of sight.
  void ShowTable() { Show("bronze/u/", "bronze/alone/"); }
  void ShowCommit() { Show("bronze/alone/", "bronze/u/"); }

  TestLake lake_;

 private:
  void Show(const char* shown, const char* other) {
    lake_.store.MoveFolder("bronze/t/", other);
    lake_.store.MoveFolder(shown, "bronze/t/");
  }
};

TEST_F(CommitUnderTheOldName, GoesWithAnothersChecksum) {
  const CommitOutcome outcome = Append([&] {
    ShowTable();
    const CommitOutcome along = AppendWhile(
        lake_, [] {}, [&] { ShowCommit(); });
    ASSERT_TRUE(std::holds_alternative<Committed>(along));
    WriteVersionChecksum(lake_.table, *std::get<Committed>(along).snapshot);
  });
  EXPECT_TRUE(std::holds_alternative<Lost>(outcome));
  EXPECT_TRUE(io::ListAll(lake_.store, "bronze/t/").empty());
  Table moved(lake_.store, "bronze/u", lake_.clock);
  EXPECT_EQ(Paths(moved.Latest()->files()), (std::vector<std::string>{"a", "late"}));
}

TEST_F(CommitUnderTheOldName, IsNoGroundForTheNext) {
  const CommitOutcome outcome = Append([&] {
    ShowTable();
    const CommitOutcome next = AppendWhile(lake_, [&, shown = false]() mutable {
      if (!std::exchange(shown, true)) ShowCommit();
    });
    EXPECT_TRUE(std::holds_alternative<Lost>(next));
  });
  EXPECT_TRUE(std::holds_alternative<Lost>(outcome));
  EXPECT_TRUE(io::ListAll(lake_.store, "bronze/t/").empty());
}

TEST(MovedTable, SoIsOneBehindATableThatWasMadeAnew) {
  TestLake lake;
  lake.Create();
  lake.Append("a");
  const CommitOutcome outcome = AppendWhile(lake, [&] {
    lake.store.MoveFolder("bronze/t/", "dropped/t/");
    lake.Create();
  });
  EXPECT_TRUE(std::holds_alternative<Lost>(outcome));
  EXPECT_EQ(lake.table.Latest()->version(), 0);
  EXPECT_TRUE(lake.table.Latest()->files().empty());
}

TEST(MovedTable, ACleanedUpLogIsNoMovedOne) {
  TestLake lake;
  lake.Create();
  lake.Append("a");
  const CommitOutcome outcome = AppendWhile(lake, [&] {
    const std::string keys[] = {CommitKey("bronze/t", 0)};
    lake.store.DeleteMany(keys);
  });
  EXPECT_TRUE(std::holds_alternative<Committed>(outcome));
}

}  // namespace
}  // namespace laguna::delta
