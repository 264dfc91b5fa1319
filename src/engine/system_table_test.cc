// SPDX-License-Identifier: Apache-2.0
#include "engine/system_table.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/database.h"
#include "engine/session.h"

namespace laguna::engine {
namespace {

class OneRow final : public RowReader {
 public:
  std::vector<ValueList> Next(size_t) override {
    if (done_) return {};
    done_ = true;
    return {{Value("a"), 1}};
  }

 private:
  bool done_ = false;
};

class SystemTableTest : public testing::Test {
 protected:
  DatabaseConfig Config() {
    RowSource runs;
    runs.name = "runs";
    runs.columns = [](const NamedValues&) {
      return std::vector<RowColumn>{{"id", "VARCHAR"}, {"n", "INTEGER"}};
    };
    runs.open = [this](const NamedValues&) {
      ++opened_;
      return std::make_unique<OneRow>();
    };
    DatabaseConfig config;
    config.setups.push_back(AddSystemTables({runs}));
    return config;
  }

  std::string Query(const std::string& sql) {
    std::string text;
    for (const auto& row : session_.Run(sql).Drain()) {
      for (const Value& value : row) text += (text.empty() ? "" : " ") + value.ToText();
    }
    return text;
  }

  int opened_ = 0;
  Database database_{Config()};
  Session session_{database_};
};

TEST_F(SystemTableTest, IsReadByItsName) {
  EXPECT_EQ(Query("SELECT n, id FROM laguna.runs WHERE n > 0"), "1 a");
  EXPECT_EQ(Query("SELECT count(*) FROM laguna.runs a JOIN laguna.runs b USING (id)"), "1");
}

TEST_F(SystemTableTest, IsListedWithItsColumnsAndNotOpenedForIt) {
  EXPECT_EQ(Query("SELECT name, column_names FROM (SHOW ALL TABLES)"), "runs ['id', 'n']");
  EXPECT_EQ(Query("SELECT string_agg(column_name || ' ' || data_type, ',' ORDER BY column_name) "
                  "FROM information_schema.columns WHERE table_catalog = 'laguna'"),
            "id VARCHAR,n INTEGER");
  EXPECT_EQ(Query("SELECT column_name FROM (DESCRIBE laguna.runs)"), "id n");
  EXPECT_EQ(opened_, 0);
}

TEST_F(SystemTableTest, TheirCatalogCannotBeChanged) {
  for (const char* sql : {"CREATE TABLE laguna.x (a INTEGER)", "DROP VIEW laguna.runs",
                          "CREATE OR REPLACE VIEW laguna.runs AS SELECT 1"}) {
    try {
      session_.Run(sql);
      ADD_FAILURE() << sql;
    } catch (const base::Error& error) {
      EXPECT_NE(error.sentence().find("read-only"), std::string::npos) << error.sentence();
    }
  }
}

}  // namespace
}  // namespace laguna::engine
