// SPDX-License-Identifier: Apache-2.0
#include "ingest/files_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "ingest/stream_for_test.h"

namespace laguna::ingest {
namespace {

namespace fs = std::filesystem;

// table batch file bytes state, a line each.
std::string Text(const engine::RowSource& source) {
  const auto reader = source.open({});
  std::string text;
  for (auto rows = reader->Next(2); !rows.empty(); rows = reader->Next(2)) {
    for (const auto& row : rows) {
      for (const size_t column : {0, 2, 3, 4, 6}) text += row.at(column).ToText() + " ";
      text.back() = '\n';
    }
  }
  return text;
}

TEST(FilesTable, ShowsWhatWasReadAndWhatBecameOfIt) {
  StreamForTest lake;
  const engine::RowSource source = FilesTable(lake.environment());
  EXPECT_EQ(source.columns({}).size(), 7U);
  EXPECT_EQ(Text(source), "");
  const std::string query = "SELECT * FROM STREAM read_files('landing/sales/*.csv')";
  for (const char* name : {"a", "b", "c", "d"}) {
    lake.Write(fmt::format("landing/sales/{}.csv", name), "id\n1\n");
  }
  lake.Update("bronze.Sales", query);
  lake.Write("landing/sales/e.csv", "id\n5\n");
  lake.Update("bronze.Sales", query);
  lake.Remove("landing/sales/a.csv");
  lake.Write("landing/sales/b.csv", "id\n1\n2\n");
  const fs::path touched = lake.folder() / "lake/landing/sales/c.csv";
  fs::last_write_time(touched, fs::last_write_time(touched) + std::chrono::hours(1));
  EXPECT_EQ(Text(source),
            "bronze.sales 0 landing/sales/a.csv 5 gone\n"
            "bronze.sales 0 landing/sales/b.csv 5 changed\n"
            "bronze.sales 0 landing/sales/c.csv 5 read\n"
            "bronze.sales 0 landing/sales/d.csv 5 read\n"
            "bronze.sales 1 landing/sales/e.csv 5 read\n");
}

}  // namespace
}  // namespace laguna::ingest
