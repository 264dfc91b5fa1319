// SPDX-License-Identifier: Apache-2.0
#include "app/lake_services.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/system_table.h"
#include "flow/run_tables.h"
#include "ingest/copy/copies_table.h"
#include "ingest/read_files_function.h"
#include "pipeline/expectations_table.h"
#include "task/task.h"

namespace laguna::app {
namespace {

namespace fs = std::filesystem;

fs::path StateFolder(const catalog::Lake& lake) {
  return lake.folder / ".laguna";
}

}  // namespace

state::ControlState& LakeServices::state() {
  const std::lock_guard lock(mutex_);
  if (!state_) {
    state_ = std::make_unique<state::ControlState>(StateFolder(environment_.lake).string());
  }
  return *state_;
}

const state::ControlState* LakeServices::FindState() {
  std::error_code ignored;
  return fs::exists(StateFolder(environment_.lake) / "state.db", ignored) ? &state() : nullptr;
}

const connect::Blocks& LakeServices::blocks() {
  const std::lock_guard lock(mutex_);
  if (!blocks_) {
    const fs::path folder = environment_.lake.folder / "blocks";
    blocks_ = std::make_unique<connect::Blocks>(connect::Blocks::Load(folder.string()));
  }
  return *blocks_;
}

flow::FlowFiles LakeServices::LoadFlows() {
  std::vector<const flow::TaskType*> types;
  for (const task::Task* task : task::Tasks()) types.push_back(&task->type);
  return flow::FlowFiles::Load((environment_.lake.folder / "flows").string(), {types, &blocks()});
}

engine::DatabaseConfig LakeServices::ConfigFor(catalog::LakeOpening opening) {
  std::vector<engine::RowSource> tables = flow::RunTables([this] { return FindState(); });
  tables.push_back(flow::FlowsTable([this] { return LoadFlows(); }));
  tables.push_back(ingest::CopiesTable(environment_.store));
  tables.push_back(pipeline::ExpectationsSource([this] { return FindState(); }));
  opening.setups.push_back(engine::AddSystemTables(std::move(tables)));
  opening.setups.push_back(ingest::ReadFilesFunction(environment_));
  return catalog::LakeDatabaseConfig(environment_, std::move(opening));
}

connect::Environment ProcessEnvironment() {
  return [](const std::string& variable) -> std::optional<std::string> {
    const char* value = std::getenv(variable.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

}  // namespace laguna::app
