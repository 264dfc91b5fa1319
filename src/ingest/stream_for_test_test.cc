// SPDX-License-Identifier: Apache-2.0
#include "ingest/stream_for_test.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "engine/store_file_system.h"
#include "ingest/read_files_function.h"

namespace laguna::ingest {

StreamForTest::StreamForTest() : StreamForTest(nullptr) {}

StreamForTest::StreamForTest(const StreamForTest* other) {
  auto pattern = (std::filesystem::temp_directory_path() / "ingest-test-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  lake_.name = "test";
  lake_.folder = folder_;
  lake_.storage_root = (other == nullptr ? folder_ : other->folder_) / "lake";
  lake_.zones = {{.name = "landing", .files = true}, {.name = "bronze"}, {.name = "silver"}};
  local_ = std::make_unique<io::LocalObjectStore>(lake_.storage_root.string());
  Restart();
}

StreamForTest::~StreamForTest() {
  session_.reset();
  database_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void StreamForTest::Restart(std::string_view faults) {
  session_.reset();
  database_.reset();
  store_ = std::make_unique<io::FaultObjectStore>(
      *local_, faults.empty() ? io::FaultPlan{} : io::ParseFaultPlan(faults));
  environment_ = std::make_unique<catalog::LakeEnvironment>(catalog::LakeEnvironment{
      .lake = lake_, .store = *store_, .clock = clock_, .random = random_});
  engine::DatabaseConfig config;
  config.threads = 2;
  config.setups = {
      engine::MountStores({{lake_.storage_root.string(), *store_}},
                          [this](std::string_view path) { return lake_.ResolvePath(path); }),
      catalog::AttachLake(*environment_), ReadFilesFunction(*environment_)};
  const auto statements = catalog::LakeStatements();
  config.statements.assign(statements.begin(), statements.end());
  database_ = std::make_unique<engine::Database>(std::move(config));
  session_ = std::make_unique<engine::Session>(*database_);
}

void StreamForTest::Write(const std::string& key, std::string_view text) {
  const auto path = lake_.storage_root / key;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

void StreamForTest::Remove(const std::string& key) {
  std::filesystem::remove(lake_.storage_root / key);
}

std::string StreamForTest::Query(const std::string& sql) {
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

UpdateReport StreamForTest::Update(const std::string& table, const std::string& query,
                                   const StreamUpdateOptions& options,
                                   const std::vector<RowCheck>& checks) {
  TableDefinition definition;
  definition.table = table;
  std::string text = query;
  definition.checks = checks;
  std::vector<size_t> places;
  for (const RowCheck& check : checks) {
    places.push_back(text.size() + 4);
    text += " -- " + std::string(check.condition);
  }
  definition.script = std::make_shared<const engine::Script>(text, "pipelines/test.sql");
  definition.query = definition.script->statements().at(0);
  for (size_t i = 0; i < checks.size(); ++i) {
    definition.checks[i].offset = places[i];
    definition.checks[i].condition =
        std::string_view(definition.script->text()).substr(places[i], checks[i].condition.size());
  }
  StreamUpdateOptions with_notices = options;
  with_notices.on_notice = [this](std::string_view notice) { notices.emplace_back(notice); };
  return UpdateStream(*environment_, *session_, definition, with_notices);
}

base::Error StreamForTest::UpdateFailure(const std::string& table, const std::string& query,
                                         const StreamUpdateOptions& options,
                                         const std::vector<RowCheck>& checks) {
  try {
    const UpdateReport report = Update(table, query, options, checks);
    ADD_FAILURE() << query << " went through with " << report.rows_written() << " rows";
  } catch (const base::Error& error) {
    return error;
  }
  return {base::ErrorKind::kInternal, "test.no_error", ""};
}

}  // namespace laguna::ingest
