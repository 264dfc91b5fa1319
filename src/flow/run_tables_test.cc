// SPDX-License-Identifier: Apache-2.0
#include "flow/run_tables.h"

#include <filesystem>

#include "engine/database.h"
#include "engine/session.h"
#include "engine/system_table.h"
#include "flow/flow_for_test.h"

namespace laguna::flow {
namespace {

using state::StateType;
namespace state_name = state::state_name;

class RunTablesTest : public ::testing::Test {
 protected:
  RunTablesTest() : folder_(MakeFolder()) {}
  ~RunTablesTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  static std::filesystem::path MakeFolder() {
    auto pattern = (std::filesystem::temp_directory_path() / "run-tables-XXXXXX").string();
    return mkdtemp(pattern.data());
  }

  engine::DatabaseConfig Config() {
    std::vector<engine::RowSource> tables = RunTables([this] { return state_.get(); });
    tables.push_back(FlowsTable(
        [] {
          throw base::Error(base::ErrorKind::kPermissionDenied, "file.unreadable", "No.");
          return FlowFiles();
        },
        clock_));
    engine::DatabaseConfig config;
    config.setups.push_back(engine::AddSystemTables(std::move(tables)));
    return config;
  }

  std::string Query(const std::string& sql) {
    std::string text;
    for (const auto& row : session_.Run(sql).Drain()) {
      text += text.empty() ? "" : "\n";
      for (size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : "|") + row[i].ToText();
    }
    return text;
  }

  // A run that took a second and a half, with one task tried twice.
  void AddRun(const std::string& id, int64_t created_ms) {
    state_->AddRun({.id = id,
                    .flow = "f",
                    .parameters = R"({"day":"2024-01-31"})",
                    .created_ms = created_ms,
                    .host = "h"});
    state_->SetRunState(id, {StateType::kRunning, "Running"}, created_ms + 500);
    state::TaskRunRecord task_run{.run_id = id, .task = "t", .attempt = 1};
    task_run.state = {StateType::kFailed, "Failed", "No."};
    state_->PutTaskRuns({task_run}, created_ms + 600);
    task_run.attempt = 2;
    task_run.state = {StateType::kCompleted, "Completed"};
    task_run.outputs = R"({"rows":7})";
    state_->PutTaskRuns({task_run}, created_ms + 700);
    state_->SetRunState(id, {StateType::kCompleted, "Completed"}, created_ms + 2000);
  }

  const std::filesystem::path folder_;
  const JumpingClock clock_;
  std::unique_ptr<state::ControlState> state_;
  engine::Database database_{Config()};
  engine::Session session_{database_};
};

TEST_F(RunTablesTest, AreEmptyWithoutAControlState) {
  for (const char* table : {"runs", "task_runs", "run_states"}) {
    EXPECT_EQ(Query(fmt::format("SELECT count(*) FROM laguna.{}", table)), "0");
  }
}

TEST_F(RunTablesTest, HoldRunsNewestFirstWithTheirTasks) {
  state_ = std::make_unique<state::ControlState>(folder_.string());
  AddRun("a1", 1'000'000);
  AddRun("b2", 2'000'000);
  EXPECT_EQ(Query("SELECT id, flow, state, parameters->>'day', seconds, created FROM laguna.runs"),
            "b2|f|COMPLETED|2024-01-31|1.5|1970-01-01 00:33:20+00\n"
            "a1|f|COMPLETED|2024-01-31|1.5|1970-01-01 00:16:40+00");
  EXPECT_EQ(Query("SELECT run, task, attempt, name, message, (outputs->>'rows')::INTEGER FROM "
                  "laguna.task_runs WHERE run = 'a1'"),
            "a1|t|1|Failed|No.|NULL\na1|t|2|Completed|NULL|7");
  EXPECT_EQ(Query("SELECT string_agg(coalesce(task, 'run') || ' ' || name, ', ' ORDER BY \"at\", "
                  "task DESC) FROM laguna.run_states WHERE run = 'a1'"),
            "run Scheduled, run Running, t Failed, t Completed, run Completed");
}

TEST_F(RunTablesTest, GiveMoreRowsThanOneChunkHolds) {
  state_ = std::make_unique<state::ControlState>(folder_.string());
  state_->AddRun({.id = "many", .flow = "f"});
  std::vector<state::TaskRunRecord> task_runs;
  for (int i = 0; i < 5000; ++i) {
    task_runs.push_back({.run_id = "many", .task = fmt::format("t{}", i), .attempt = 1});
  }
  state_->PutTaskRuns(task_runs, 1);
  EXPECT_EQ(Query("SELECT count(*), count(DISTINCT task) FROM laguna.task_runs"), "5000|5000");
}

TEST_F(RunTablesTest, AnErrorOfASourceIsTheStatements) {
  const base::Error error = ErrorFrom([this] { Query("FROM laguna.flows"); });
  EXPECT_EQ(error.code(), "file.unreadable");
}

}  // namespace
}  // namespace laguna::flow
