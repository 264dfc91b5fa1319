// SPDX-License-Identifier: Apache-2.0
#include "app/lake_services.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/system_table.h"
#include "flow/run_tables.h"
#include "ingest/copy/copies_table.h"
#include "ingest/files_table.h"
#include "ingest/read_files_function.h"
#include "io/file_error.h"
#include "pipeline/expectations_table.h"
#include "task/task.h"

namespace laguna::app {
namespace {

namespace fs = std::filesystem;

fs::path StateFolder(const catalog::Lake& lake) {
  return lake.folder / ".laguna";
}

fs::path FlowsFolder(const catalog::Lake& lake) {
  return lake.folder / "flows";
}

// A disk that is not mounted must not look like an empty lake, and nothing may be written below the
// place where it belongs.
void CheckStorageRoot(const catalog::Lake& lake) {
  std::error_code failure;
  if (lake.storage_root == lake.folder / "lake" || fs::is_directory(lake.storage_root, failure)) {
    return;
  }
  const std::string root = lake.storage_root.string();
  if (failure && failure != std::errc::no_such_file_or_directory &&
      failure != std::errc::not_a_directory) {
    throw io::FileError(failure.value(), "look at the storage root", root);
  }
  throw base::Error(base::ErrorKind::kUnavailable, "lake.no_storage",
                    fmt::format("The storage root {} that laguna.yaml names is not there.", root))
      .Hint(fmt::format("Mount the disk it lies on, correct 'storage: root:' in {}, or, for a new "
                        "lake, make it with: mkdir -p '{}'",
                        (lake.folder / "laguna.yaml").string(), root))
      .With("path", root);
}

}  // namespace

LakeServices::LakeServices(const catalog::LakeEnvironment& environment,
                           connect::Environment variables)
    : environment_(environment), variables_(std::move(variables)) {
  CheckStorageRoot(environment_.lake);
}

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
  return flow::FlowFiles::Load(FlowsFolder(environment_.lake).string(),
                               {types, &blocks(), environment_.lake.time_zone});
}

std::string LakeServices::FlowsFingerprint() {
  return flow::FlowFiles::Fingerprint(FlowsFolder(environment_.lake).string());
}

engine::DatabaseConfig LakeServices::ConfigFor(catalog::LakeOpening opening) {
  std::vector<engine::RowSource> tables = flow::RunTables([this] { return FindState(); });
  tables.push_back(flow::FlowsTable([this] { return LoadFlows(); }, environment_.clock));
  tables.push_back(ingest::CopiesTable(environment_.store));
  tables.push_back(ingest::FilesTable(environment_));
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
