// SPDX-License-Identifier: Apache-2.0
#include "catalog/lake_for_test.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "catalog/lake_database.h"
#include "engine/result.h"
#include "engine/value.h"

namespace laguna::catalog {

LakeForTest::LakeForTest(const std::string& time_zone) {
  auto pattern = (std::filesystem::temp_directory_path() / "catalog-test-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  lake_.name = "test";
  lake_.folder = folder_;
  lake_.storage_root = folder_ / "lake";
  lake_.zones = {{.name = "landing", .files = true}, {.name = "bronze"}, {.name = "silver"}};
  lake_.time_zone = time_zone;
  store_ = std::make_unique<io::LocalObjectStore>(lake_.storage_root.string());
  environment_ = std::make_unique<LakeEnvironment>(
      LakeEnvironment{.lake = lake_, .store = *store_, .clock = clock_, .random = random_});
  lake_.threads = 2;
  database_ = std::make_unique<engine::Database>(LakeDatabaseConfig(*environment_, {}));
  session_ = std::make_unique<engine::Session>(*database_);
}

LakeForTest::~LakeForTest() {
  session_.reset();
  database_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string LakeForTest::Query(const std::string& sql) {
  auto result = session_->Run(sql);
  std::string text;
  for (const auto& row : result.Drain()) {
    if (!text.empty()) text += '\n';
    for (size_t column = 0; column < row.size(); ++column) {
      if (column > 0) text += '|';
      text += row[column].ToText();
    }
  }
  return text;
}

base::Error LakeForTest::Failure(const std::string& sql) {
  try {
    const auto rows = Query(sql);
    ADD_FAILURE() << sql << " gave\n" << rows;
  } catch (const base::Error& error) {
    return error;
  }
  return {base::ErrorKind::kInternal, "test.no_error", ""};
}

void LakeForTest::Write(const std::string& key, std::string_view text) {
  const auto path = lake_.storage_root / key;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string LakeForTest::Add(const std::string& root, const TestFile& file) {
  const auto path = lake_.storage_root / root / file.name;
  std::filesystem::create_directories(path.parent_path());
  Query(fmt::format("COPY ({}) TO '{}' (FORMAT parquet)", file.query, path.string()));
  std::string quoted;
  for (const char c : file.statistics) {
    if (c == '"') quoted += '\\';
    quoted += c;
  }
  const auto statistics =
      file.statistics.empty() ? std::string() : fmt::format(R"(,"stats":"{}")", quoted);
  return fmt::format(
      R"({{"add":{{"path":"{}","partitionValues":{},"size":{},"modificationTime":1,"dataChange":true{}}}}})",
      file.name, file.partition_values, std::filesystem::file_size(path), statistics);
}

void LakeForTest::Commit(const std::string& root, int version, const std::string& actions) {
  Write(fmt::format("{}/_delta_log/{:020}.json", root, version), actions);
}

void LakeForTest::MakeTable(const std::string& root, const std::string& fields,
                            const std::vector<TestFile>& files, const std::string& metadata,
                            const std::string& partition_columns) {
  const auto schema = fmt::format(R"({{"type":"struct","fields":[{}]}})", fields);
  std::string quoted;
  for (const char c : schema) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  const auto ntz = fields.find("timestamp_ntz") != std::string::npos;
  std::string actions =
      ntz ? R"({"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["timestampNtz"],"writerFeatures":["timestampNtz"]}})"
          : R"({"protocol":{"minReaderVersion":2,"minWriterVersion":5}})";
  actions += fmt::format(
      "\n"
      R"({{"metaData":{{"id":"{}","format":{{"provider":"parquet","options":{{}}}},"schemaString":"{}","partitionColumns":{},"configuration":{{}},"createdTime":1{}}}}})"
      "\n",
      root, quoted, partition_columns, metadata);
  for (const auto& file : files) actions += Add(root, file) + "\n";
  Commit(root, 0, actions);
}

std::string Field(const std::string& name, const std::string& type, bool nullable,
                  const std::string& metadata) {
  const auto type_json = type.starts_with('{') ? type : '"' + type + '"';
  return fmt::format(R"({{"name":"{}","type":{},"nullable":{},"metadata":{}}})", name, type_json,
                     nullable, metadata);
}

}  // namespace laguna::catalog
