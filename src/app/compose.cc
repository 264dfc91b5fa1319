// SPDX-License-Identifier: Apache-2.0
#include "app/compose.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <system_error>
#include <utility>

#include "catalog/commit_journal.h"
#include "catalog/link/linked_store.h"
#include "io/store/fault.h"
#include "io/store/local.h"

namespace laguna::app {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

// Names a FaultPlan (io/store/fault.h); for crash tests.
constexpr const char* kFaultVariable = "LAGUNA_FAULT";

fs::path WorkingFolder() {
  std::error_code failure;
  fs::path folder = fs::current_path(failure);
  if (failure) {
    throw Error(ErrorKind::kNotFound, "files.working_folder",
                fmt::format("The working folder cannot be read: {}.", failure.message()))
        .Hint("It may have been deleted; change to another folder.");
  }
  return folder;
}

Error NoLake() {
  const std::string folder = WorkingFolder().string();
  return Error(ErrorKind::kInvalidInput, "lake.missing",
               fmt::format("There is no lake here: neither '{}' nor a folder above it has a "
                           "laguna.yaml.",
                           folder))
      .Hint("Make one with 'laguna init DIR', or name one with '--lake DIR'.");
}

// What stands for the lake in a session outside of any: paths mean what they mean to the shell.
catalog::Lake NoLakeStandIn() {
  catalog::Lake lake;
  lake.folder = WorkingFolder();
  lake.storage_root = "/";
  return lake;
}

}  // namespace

std::optional<fs::path> FindLake(const GlobalOptions& options) {
  if (!options.lake_folder) return catalog::FindLakeFolder(WorkingFolder());
  fs::path folder = fs::absolute(*options.lake_folder).lexically_normal();
  std::error_code ignored;
  // The file is as good as its folder.
  if (folder.filename() == "laguna.yaml" && fs::is_regular_file(folder, ignored)) {
    folder = folder.parent_path();
  }
  if (!fs::exists(folder / "laguna.yaml", ignored)) {
    throw Error(ErrorKind::kInvalidInput, "lake.missing",
                fmt::format("'{}' is not a lake: it has no laguna.yaml.", folder.string()))
        .Hint(fmt::format("Make it one with 'laguna init {}'.", options.lake_folder->string()));
  }
  return folder;
}

std::unique_ptr<Composition> Composition::InLake(const GlobalOptions& options, ProcessEnd& end,
                                                 const base::Logger& log) {
  const auto folder = FindLake(options);
  if (!folder) throw NoLake();
  return std::unique_ptr<Composition>(new Composition(catalog::LoadLake(*folder), true, end, log));
}

std::unique_ptr<Composition> Composition::WithOrWithoutLake(const GlobalOptions& options,
                                                            ProcessEnd& end,
                                                            const base::Logger& log) {
  if (const auto folder = FindLake(options)) {
    return std::unique_ptr<Composition>(
        new Composition(catalog::LoadLake(*folder), true, end, log));
  }
  return std::unique_ptr<Composition>(new Composition(NoLakeStandIn(), false, end, log));
}

Composition::Composition(catalog::Lake lake, bool has_lake, ProcessEnd& end,
                         const base::Logger& log)
    : end_(end),
      lake_(std::move(lake)),
      has_lake_(has_lake),
      base_store_(std::make_unique<io::LocalObjectStore>(lake_.storage_root.string())),
      store_(base_store_.get()),
      log_upkeeper_(log) {
  if (const char* plan = std::getenv(kFaultVariable)) {
    fault_store_ = std::make_unique<io::FaultObjectStore>(*base_store_, io::ParseFaultPlan(plan));
    store_ = fault_store_.get();
  }
  linked_store_ = std::make_unique<catalog::LinkedStore>(*store_, lake_);
  store_ = linked_store_.get();
  environment_.emplace(catalog::LakeEnvironment{lake_, *store_, clock_, random_});
  if (has_lake) cut_off_commits_ = catalog::TellCutOffCommits(*environment_);
  for (const std::string& sentence : cut_off_commits_) log.Warning(sentence);
  if (has_lake) services_ = std::make_unique<LakeServices>(*environment_, ProcessEnvironment());
}

// The engine may outlive what follows it here, up to the end of the process: whoever works in the
// background ends before, and nothing may wait for the engine's destructor to be finished.
Composition::~Composition() {
  executor_.reset();
  templates_.reset();
  runners_.clear();
  tasks_.reset();
  log_upkeeper_.Stop();
  if (database_) end_.Take(std::move(database_));
}

engine::Database& Composition::database() {
  if (database_) return *database_;
  const fs::path spills = TemporaryDirectory(lake());
  // The engine makes the last folder when it first spills, but not those above it.
  std::error_code ignored;
  fs::create_directories(spills.parent_path(), ignored);
  if (has_lake_) {
    database_ = std::make_unique<engine::Database>(
        services_->ConfigFor({.temp_directory = spills.string(),
                              .extension_directory = ExtensionDirectory().string(),
                              .log_upkeeper = &log_upkeeper_}));
    return *database_;
  }
  engine::DatabaseConfig config;
  config.temp_directory = spills.string();
  config.extension_directory = ExtensionDirectory().string();
  config.setups = {catalog::RegisterFunctions(*environment_)};
  const auto statements = catalog::LakeStatements();
  config.statements.assign(statements.begin(), statements.end());
  database_ = std::make_unique<engine::Database>(std::move(config));
  return *database_;
}

const task::TaskEnvironment& Composition::tasks() {
  if (!tasks_) {
    tasks_.emplace(task::TaskEnvironment{.lake = *environment_,
                                         .database = database(),
                                         .blocks = blocks(),
                                         .variables = services_->variables(),
                                         .state = state()});
  }
  return *tasks_;
}

const flow::ExecutorEnvironment& Composition::executor() {
  if (executor_) return *executor_;
  templates_ = std::make_unique<engine::Session>(database());
  executor_.emplace(flow::ExecutorEnvironment{
      .clock = clock_,
      .random = random_,
      .state = state(),
      .evaluate =
          [this](std::string_view expression, const engine::NamedValues& values) {
            return templates_->Evaluate(expression, values);
          },
      .runners = {},
      .blocks = blocks()});
  for (const task::Task* task : task::Tasks()) {
    runners_.push_back(task->make(tasks()));
    executor_->runners.push_back(runners_.back().get());
  }
  return *executor_;
}

fs::path ExtensionDirectory() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  return program.parent_path().parent_path() / "lib/laguna/extension";
}

fs::path ExamplesDirectory() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path installed = program.parent_path().parent_path() / "share/laguna/examples";
  if (fs::is_directory(installed, ignored)) return installed;
  // From its build tree: <clone>/build/<preset>/bin/laguna.
  return program.parent_path().parent_path().parent_path().parent_path() / "examples";
}

fs::path TemporaryDirectory(const catalog::Lake* lake) {
  const std::string process = fmt::format("{}", getpid());
  if (lake != nullptr) return lake->folder / ".laguna" / "tmp" / process;
  std::error_code ignored;
  return fs::temp_directory_path(ignored) / ("laguna-" + process);
}

}  // namespace laguna::app
