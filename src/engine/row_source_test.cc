// SPDX-License-Identifier: Apache-2.0
#include "engine/row_source.h"

#include <gtest/gtest.h>

#include "engine/database.h"
#include "engine/session.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;

class CountingReader final : public RowReader {
 public:
  explicit CountingReader(int64_t rows) : rows_(rows) {}
  std::vector<ValueList> Next(size_t rows_max) override {
    std::vector<ValueList> rows;
    while (next_ < rows_ && rows.size() < rows_max) {
      rows.push_back({next_, Value("row"), Typed{"DATE", "2024-01-31"}});
      ++next_;
    }
    return rows;
  }

 private:
  int64_t rows_;
  int64_t next_ = 0;
};

RowSource Counting() {
  RowSource source;
  source.name = "count_rows";
  source.options = {{"rows", "BIGINT", true}};
  source.columns = [](const NamedValues&) {
    return std::vector<RowColumn>{{"n", "INTEGER"}, {"label", "VARCHAR"}, {"day", "DATE"}};
  };
  source.open = [](const NamedValues& options) -> std::unique_ptr<RowReader> {
    const int64_t rows = std::get<int64_t>(options.at("rows").alternatives());
    if (rows < 0) {
      throw Error(ErrorKind::kUnavailable, "test.negative", "Fewer than no rows.");
    }
    return std::make_unique<CountingReader>(rows);
  };
  return source;
}

class RowSourceTest : public testing::Test {
 protected:
  static DatabaseConfig Config() {
    DatabaseConfig config;
    config.setups.push_back(AddRowSource(Counting()));
    return config;
  }
  Database database_{Config()};
  Session session_{database_};
};

TEST_F(RowSourceTest, GivesTypedRows) {
  const auto rows =
      session_
          .Run("SELECT count(*), sum(n), max(day), any_value(label) FROM count_rows(rows => 5000)")
          .Drain();
  EXPECT_EQ(rows[0][0], Value(5000));
  EXPECT_EQ(rows[0][2], Value(Typed{"DATE", "2024-01-31"}));
  EXPECT_EQ(rows[0][3], Value("row"));
}

TEST_F(RowSourceTest, ErrorsComeThrough) {
  try {
    session_.Run("SELECT * FROM count_rows()");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "sql.missing_option");
    EXPECT_EQ(error.place()->column, 15);
  }
  try {
    session_.Run("SELECT * FROM count_rows(rows => -1)").Drain();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "test.negative");
    EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
  }
  EXPECT_THROW(session_.Run("SELECT * FROM count_rows(nix => 1)"), Error);
}

}  // namespace
}  // namespace laguna::engine
