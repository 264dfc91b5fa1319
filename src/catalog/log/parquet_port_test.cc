// SPDX-License-Identifier: Apache-2.0
#include "catalog/log/parquet_port.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/error.h"
#include "catalog/lake_for_test.h"
#include "duckdb/main/connection.hpp"

namespace laguna::catalog {
namespace {

using delta::PortBatch;
using delta::PortColumn;
using delta::PortType;
using delta::PortValues;

const std::vector<PortColumn>& Columns() {
  static const std::vector<PortColumn> columns = {
      {"add.path", PortType::kText},
      {"add.size", PortType::kLong},
      {"add.values", PortType::kTextMap},
      {"add.vector.kind", PortType::kText},
      {"add.vector.offset", PortType::kInteger},
      {"txn.id", PortType::kText},
      {"txn.names", PortType::kTextList},
      {"txn.done", PortType::kBoolean},
  };
  return columns;
}

PortValues Texts(std::vector<std::optional<std::string_view>> texts) {
  PortValues values;
  for (const auto& text : texts) {
    values.valid.push_back(text ? 1 : 0);
    values.texts.push_back(text.value_or(""));
  }
  return values;
}

PortValues Numbers(std::vector<std::optional<int64_t>> numbers) {
  PortValues values;
  for (const auto& number : numbers) {
    values.valid.push_back(number ? 1 : 0);
    values.integers.push_back(number.value_or(0));
  }
  return values;
}

// Two files, one with a vector, and a transaction.
PortBatch ThreeRows() {
  PortBatch batch;
  batch.rows = 3;
  batch.columns.push_back(Texts({"a/short", "a path that is too long to lie in a vector", {}}));
  batch.columns.push_back(Numbers({1, int64_t{1} << 40, {}}));
  PortValues map;
  map.valid = {1, 1, 0};
  map.offsets = {0, 2, 2, 2};
  map.keys = {"k", "l"};
  map.entries = {"v", std::nullopt};
  batch.columns.push_back(map);
  batch.columns.push_back(Texts({{}, "u", {}}));
  batch.columns.push_back(Numbers({{}, 7, {}}));
  batch.columns.push_back(Texts({{}, {}, "app"}));
  PortValues list;
  list.valid = {0, 0, 1};
  list.offsets = {0, 0, 0, 2};
  list.entries = {"x", "y"};
  batch.columns.push_back(list);
  batch.columns.push_back(Numbers({{}, {}, 1}));
  return batch;
}

class ParquetPortTest : public testing::Test {
 protected:
  ParquetPortTest() : port_(*lake_.session().connection().context->db) {}

  std::string Write() {
    const std::string location = (lake_.folder() / "rows[1].parquet").string();
    const auto produce = [](PortBatch& batch) {
      batch = ThreeRows();
      return false;
    };
    size_bytes_ = port_.Write(location, Columns(), produce, {});
    return location;
  }

  LakeForTest lake_;
  DuckdbParquetPort port_;
  uint64_t size_bytes_ = 0;
};

TEST_F(ParquetPortTest, StructsAreNullWhereTheirFirstFieldIs) {
  const auto location = Write();
  EXPECT_EQ(size_bytes_, std::filesystem::file_size(location));
  EXPECT_EQ(
      lake_.Query("SELECT add IS NULL, add.vector IS NULL, txn IS NULL, add.size, "
                  "add.\"values\"::VARCHAR, typeof(add.vector.\"offset\"), txn.names::VARCHAR "
                  "FROM read_parquet('" +
                  (lake_.folder() / "rows*.parquet").string() + "')"),
      "false|true|true|1|{k=v, l=NULL}|INTEGER|NULL\n"
      "false|false|true|1099511627776|{}|INTEGER|NULL\n"
      "true|true|false|NULL|NULL|INTEGER|[x, y]");
}

TEST_F(ParquetPortTest, ReadsWhatItWrote) {
  delta::ParquetRead read{{Write()}, Columns(), {}};
  size_t batches = 0;
  port_.Read(read,
             [&](const PortBatch& batch) {
               ++batches;
               const PortBatch expected = ThreeRows();
               ASSERT_EQ(batch.rows, expected.rows);
               for (size_t i = 0; i < Columns().size(); ++i) {
                 const PortValues& values = batch.columns[i];
                 EXPECT_EQ(values.valid, expected.columns[i].valid) << Columns()[i].path;
                 EXPECT_EQ(values.texts, expected.columns[i].texts) << Columns()[i].path;
                 EXPECT_EQ(values.integers, expected.columns[i].integers) << Columns()[i].path;
                 EXPECT_EQ(values.offsets, expected.columns[i].offsets) << Columns()[i].path;
                 EXPECT_EQ(values.keys, expected.columns[i].keys) << Columns()[i].path;
                 EXPECT_EQ(values.entries, expected.columns[i].entries) << Columns()[i].path;
               }
             },
             {});
  EXPECT_EQ(batches, 1U);
}

TEST_F(ParquetPortTest, ColumnsAFileLacksAreNullAndRowsAreChosen) {
  delta::ParquetRead read{{Write()},
                          {{"add.path", PortType::kText},
                           {"add.tags", PortType::kTextMap},
                           {"nothing.at.all", PortType::kLong},
                           {"add.vector", PortType::kJson, "add.size"},
                           {"add.vector", PortType::kJson, "add.nothing"}},
                          {"add.vector.kind", "nothing.at"}};
  size_t rows = 0;
  port_.Read(read,
             [&](const PortBatch& batch) {
               rows += batch.rows;
               EXPECT_TRUE(batch.columns[0].texts[0].starts_with("a path that"));
               EXPECT_EQ(batch.columns[1].valid[0], 0);
               EXPECT_EQ(batch.columns[2].valid[0], 0);
               EXPECT_EQ(batch.columns[3].valid[0], 0);
               EXPECT_EQ(batch.columns[4].texts[0], R"({"kind":"u","offset":7})");
             },
             {});
  EXPECT_EQ(rows, 1U);
}

TEST_F(ParquetPortTest, NamesTheFileThatIsNoParquet) {
  const std::string location = (lake_.folder() / "broken.parquet").string();
  std::ofstream(location) << "no parquet at all, but long enough to be looked at";
  delta::ParquetRead read{{location}, Columns(), {}};
  try {
    port_.Read(read, [](const PortBatch&) {}, {});
    FAIL() << "read a broken file";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "delta.checkpoint");
    EXPECT_NE(error.sentence().find(location), std::string::npos) << error.sentence();
  }
}

// A map's keys are required. Where a file says that they are not, the levels that stood for a key
// stand for none.
TEST_F(ParquetPortTest, RefusesEntriesWithoutKey) {
  const std::string location = Write();
  std::ifstream file(location);
  std::string bytes((std::istreambuf_iterator<char>(file)), {});
  const std::string required("\x25\x00\x18\x03key", 7);
  const size_t at = bytes.find(required);
  ASSERT_NE(at, std::string::npos);
  bytes[at + 1] = '\x02';
  std::ofstream(location) << bytes;
  try {
    port_.Read({{location}, Columns(), {}}, [](const PortBatch&) {}, {});
    FAIL() << "read an entry without a key";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kCorrupt);
    EXPECT_NE(error.sentence().find(location), std::string::npos) << error.sentence();
    EXPECT_NE(error.sentence().find("add.values"), std::string::npos) << error.sentence();
  }
}

TEST_F(ParquetPortTest, ErrorsOfTheConsumerPassThrough) {
  delta::ParquetRead read{{Write()}, Columns(), {}};
  const auto consume = [](const PortBatch&) {
    throw base::Error(base::ErrorKind::kCorrupt, "test.mine", "Mine.");
  };
  try {
    port_.Read(read, consume, {});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "test.mine");
  }
}

}  // namespace
}  // namespace laguna::catalog
