// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "app/compose.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "engine/own_statement.h"
#include "engine/session.h"
#include "ingest/read_files_function.h"
#include "io/temporary_folder.h"

namespace laguna::app {
namespace {

// Each behind the name it stands under.
std::vector<std::pair<std::string, std::string>> ExamplesOfPages() {
  std::vector<std::pair<std::string, std::string>> examples;
  for (const engine::OwnStatement* statement : catalog::LakeStatements()) {
    examples.emplace_back(statement->name, statement->example);
  }
  std::vector<catalog::FunctionPage> functions = catalog::LakeFunctionPages();
  functions.push_back(ingest::ReadFilesPage());
  for (const catalog::FunctionPage& function : functions) {
    examples.emplace_back(function.name, function.example);
  }
  return examples;
}

// The lake that the pages speak of: bronze.sales with versions 0 to 3, and files of sales.
class LakeOfPages {
 public:
  LakeOfPages() {
    const std::filesystem::path folder(folder_.path());
    std::filesystem::create_directories(folder / "lake/landing/sales");
    std::ofstream(folder / "laguna.yaml") << "name: shop\n";
    std::ofstream(folder / "lake/landing/sales/1.csv") << "item,price\nmug,8.5\nlamp,NA\n";
    GlobalOptions options;
    options.lake_folder = folder;
    composition_ = Composition::InLake(options, end_, base::Logger::Silent(clock_));
    session_.emplace(composition_->database());
    Run("CREATE TABLE bronze.sales PARTITIONED BY (country) AS SELECT 1 AS id, 'FR' AS country");
    for (int version = 1; version <= 3; ++version) {
      Run("INSERT INTO bronze.sales VALUES (2, 'FR')");
    }
  }

  size_t Run(const std::string& sql) { return session_->Run(sql).Drain().size(); }

 private:
  io::TemporaryFolder folder_{"pages"};
  ProcessEnd end_{ProcessEnd::Engines::kNow};
  base::SystemClock clock_;
  std::unique_ptr<Composition> composition_;
  std::optional<engine::Session> session_;
};

TEST(SqlExamples, EveryExampleOfAPageRunsAndShowsSomething) {
  LakeOfPages lake;
  for (const auto& [name, example] : ExamplesOfPages()) {
    try {
      EXPECT_GT(lake.Run(example), 0U) << name << ": " << example;
    } catch (const base::Error& error) {
      ADD_FAILURE() << name << ": " << example << "\n" << error.Report();
    }
  }
}

}  // namespace
}  // namespace laguna::app
