// SPDX-License-Identifier: Apache-2.0
// A lake in a temporary folder with one session, for the tests of this module.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "catalog/lake.h"
#include "catalog/lake_environment.h"
#include "engine/database.h"
#include "engine/session.h"
#include "io/store/local.h"

namespace laguna::catalog {

// One data file of a hand-made table.
struct TestFile {
  std::string name;
  // Gives the rows, partition columns left out.
  std::string query;
  // JSON texts of the add action; empty: none.
  std::string partition_values = "{}";
  std::string statistics = {};
};

class LakeForTest {
 public:
  // Zones: landing (files), bronze, silver.
  explicit LakeForTest(const std::string& time_zone = "UTC");
  ~LakeForTest();
  LakeForTest(const LakeForTest&) = delete;
  LakeForTest& operator=(const LakeForTest&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] engine::Session& session() { return *session_; }
  [[nodiscard]] engine::Database& database() { return *database_; }

  // The rows as text, cells separated by "|", rows by a newline; "NULL" for NULL.
  std::string Query(const std::string& sql);
  // The error the statement ends with.
  base::Error Failure(const std::string& sql);
  // A file below the storage root.
  void Write(const std::string& key, std::string_view text);
  // A table with version 0. `fields` are the JSON objects of its schema, separated by commas.
  void MakeTable(const std::string& root, const std::string& fields,
                 const std::vector<TestFile>& files, const std::string& metadata = {},
                 const std::string& partition_columns = "[]");
  // One more commit, of raw actions.
  void Commit(const std::string& root, int version, const std::string& actions);
  // The add action of a file, which is written.
  std::string Add(const std::string& root, const TestFile& file);

 private:
  std::filesystem::path folder_;
  Lake lake_;
  std::unique_ptr<io::LocalObjectStore> store_;
  base::SystemClock clock_;
  base::SeededRandom random_{1};
  std::unique_ptr<LakeEnvironment> environment_;
  std::unique_ptr<engine::Database> database_;
  std::unique_ptr<engine::Session> session_;
};

// A field of a schema: Field("a", "long").
std::string Field(const std::string& name, const std::string& type, bool nullable = true,
                  const std::string& metadata = "{}");

}  // namespace laguna::catalog
