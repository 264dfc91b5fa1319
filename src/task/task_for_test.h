// SPDX-License-Identifier: Apache-2.0
// A lake in a temporary folder and one task run on it, for the tests of this module.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "base/yaml.h"
#include "catalog/lake_database.h"
#include "engine/session.h"
#include "flow/definition.h"
#include "io/store/local.h"
#include "task/task.h"

namespace laguna::task {

class TaskTest : public ::testing::Test {
 protected:
  TaskTest() : folder_(MakeFolder()), lake_(MakeLake(folder_)) {}
  ~TaskTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // Runs a task as a flow's file would have it: "sql: SELECT 1".
  flow::TaskOutputs RunTask(const std::string& type, const std::string& yaml,
                            std::stop_token stop = {}) {
    const Task& task = *Find(type);
    const base::YamlNode node = base::ParseYaml(yaml, "flows/f.yaml");
    const connect::Options options =
        connect::Options::FromYaml(node, task.type.options, flow::kTaskKeys);
    const auto runner = task.make(environment_);
    log_.clear();
    return runner->Run({.flow = "f",
                        .run_id = "r",
                        .task = "t",
                        .attempt = 1,
                        .options = options,
                        .node = node,
                        .stop = std::move(stop),
                        .log = [this](std::string_view line) {
                          const std::lock_guard lock(mutex_);
                          log_ += std::string(line) + "\n";
                        }});
  }

  base::Error Failure(const std::string& type, const std::string& yaml, std::stop_token stop = {}) {
    try {
      RunTask(type, yaml, std::move(stop));
    } catch (const base::Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error from\n" << yaml;
    return {base::ErrorKind::kInternal, "test.no_error", ""};
  }

  // "NULL" when there is none of that name.
  static std::string Output(const flow::TaskOutputs& outputs, std::string_view name) {
    for (const auto& [key, value] : outputs) {
      if (key == name) return value.ToText();
    }
    return "NULL";
  }

  void Write(const std::string& path, std::string_view text) {
    std::filesystem::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path, std::ios::binary) << text;
  }

  std::string Query(const std::string& sql) {
    engine::Session session(database_);
    std::string text;
    for (const auto& row : session.Run(sql).Drain()) {
      for (const auto& value : row) text += (text.empty() ? "" : " ") + value.ToText();
    }
    return text;
  }

  static const Task* Find(const std::string& type) {
    for (const Task* task : Tasks()) {
      if (task->type.name == type) return task;
    }
    return nullptr;
  }

  static std::filesystem::path MakeFolder() {
    auto pattern = (std::filesystem::temp_directory_path() / "task-test-XXXXXX").string();
    return mkdtemp(pattern.data());
  }

  static catalog::Lake MakeLake(const std::filesystem::path& folder) {
    catalog::Lake lake;
    lake.name = "test";
    lake.folder = folder;
    lake.storage_root = folder / "lake";
    lake.zones = {{.name = "landing", .files = true}, {.name = "bronze"}, {.name = "silver"}};
    lake.threads = 2;
    return lake;
  }

  const std::filesystem::path folder_;
  const catalog::Lake lake_;
  io::LocalObjectStore store_{lake_.storage_root.string()};
  base::SystemClock clock_;
  base::SeededRandom random_{1};
  const catalog::LakeEnvironment lake_environment_{lake_, store_, clock_, random_};
  engine::Database database_{catalog::LakeDatabaseConfig(lake_environment_, {})};
  connect::Blocks blocks_;
  // Where secrets come from.
  std::map<std::string, std::string> variables_;
  state::ControlState state_{(folder_ / ".laguna").string()};
  const TaskEnvironment environment_{
      .lake = lake_environment_,
      .database = database_,
      .blocks = blocks_,
      .variables = [this](const std::string& name) -> std::optional<std::string> {
        const auto found = variables_.find(name);
        return found == variables_.end() ? std::nullopt : std::optional(found->second);
      },
      .state = state_};
  std::mutex mutex_;
  std::string log_;
};

}  // namespace laguna::task
