// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

EditedStatement Edited(const Script& script) {
  EditedStatement statement(script, script.statements().at(0));
  EditInsertOverwrite(statement);
  EditInsertPartition(statement);
  return statement;
}

struct PartitionCase {
  std::string sql;
  // "p=1;q;": nothing where the clause is not there.
  std::string items;
};

TEST(InsertPartition, TakesNamesAndValues) {
  const PartitionCase cases[] = {
      {"INSERT INTO t PARTITION (p = 1, q) SELECT 1", "p=1;q;"},
      {"INSERT OVERWRITE b.t PARTITION (\"a b\" = f('x', 2)) VALUES (1)", "a b=f('x', 2);"},
      {"INSERT OVERWRITE TABLE b.t PARTITION (p = DATE '2024-01-01') FROM u",
       "p=DATE '2024-01-01';"},
      {"INSERT INTO partition (p) SELECT 1", ""},
      {"INSERT INTO t SELECT sum(a) OVER (PARTITION BY b) FROM u", ""},
      {"SELECT 1", ""},
  };
  for (const PartitionCase& test : cases) {
    const Script script(test.sql, "x.sql");
    const EditedStatement statement = Edited(script);
    std::string items;
    for (const auto& item : statement.options.partition) {
      items += item.name + (item.value ? "=" + *item.value : "") + ";";
      if (!item.value) continue;
      EXPECT_EQ(test.sql.substr(item.offset, item.value->size()), *item.value);
    }
    EXPECT_EQ(items, test.items) << test.sql;
    EXPECT_EQ(statement.text().size(), test.sql.size());
  }
}

TEST(InsertPartition, SaysWhatIsMissing) {
  for (const char* sql :
       {"INSERT INTO t PARTITION () SELECT 1", "INSERT INTO t PARTITION (p =) SELECT 1",
        "INSERT INTO t PARTITION (p q) SELECT 1", "INSERT INTO t PARTITION (p, ) SELECT 1"}) {
    const Script script(sql, "x.sql");
    EXPECT_THROW(Edited(script), base::Error) << sql;
  }
}

}  // namespace
}  // namespace laguna::engine
