// SPDX-License-Identifier: Apache-2.0
// The only place that makes the program's long-lived objects and knows how they hang together.
//
// A Composition owns them for one command: the lake's description, its object store, clock,
// randomness, the engine, control state, blocks, and what runs flows. Only what is asked for is
// made: the engine is opened by the first database(), the control state by the first state(). Used
// by the main thread; what it hands out keeps its own rules.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "app/command.h"
#include "app/lake_services.h"
#include "app/process_end.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "catalog/lake.h"
#include "catalog/lake_environment.h"
#include "catalog/log/log_upkeeper.h"
#include "engine/database.h"
#include "engine/session.h"
#include "flow/executor.h"
#include "io/object_store.h"
#include "task/task.h"

namespace laguna::app {

class Composition {
 public:
  // The lake that `options` name. InvalidInput "lake.missing" when there is none. `end` gets the
  // engine when all else is done; work that nobody waits for writes its warnings to `log`.
  static std::unique_ptr<Composition> InLake(const GlobalOptions& options, ProcessEnd& end,
                                             const base::Logger& log);
  // The same, but an in-memory session where there is no lake (and none was named).
  static std::unique_ptr<Composition> WithOrWithoutLake(const GlobalOptions& options,
                                                        ProcessEnd& end, const base::Logger& log);

  // Finishes all work; only then it parts with the engine.
  ~Composition();
  Composition(const Composition&) = delete;
  Composition& operator=(const Composition&) = delete;

  // Null outside a lake.
  [[nodiscard]] const catalog::Lake* lake() const { return has_lake_ ? &lake_ : nullptr; }
  // Rooted at the lake's storage root; outside a lake at the root of the file system.
  [[nodiscard]] io::ObjectStore& store() { return *store_; }
  [[nodiscard]] const base::Clock& clock() const { return clock_; }
  [[nodiscard]] base::Random& random() { return random_; }
  [[nodiscard]] engine::Database& database();

  // Transactions that an earlier program was killed amidst, in full sentences, when they were found
  // now; the log has them too.
  [[nodiscard]] const std::vector<std::string>& cut_off_commits() const { return cut_off_commits_; }

  // --- Only in a lake.

  [[nodiscard]] const catalog::LakeEnvironment& environment() const { return *environment_; }
  [[nodiscard]] LakeServices& services() { return *services_; }
  [[nodiscard]] state::ControlState& state() { return services_->state(); }
  [[nodiscard]] const connect::Blocks& blocks() { return services_->blocks(); }
  // What tasks work on.
  [[nodiscard]] const task::TaskEnvironment& tasks();
  // What runs flows in this process. Its evaluator is used by one run at a time.
  [[nodiscard]] const flow::ExecutorEnvironment& executor();

 private:
  Composition(catalog::Lake lake, bool has_lake, ProcessEnd& end, const base::Logger& log);

  ProcessEnd& end_;
  catalog::Lake lake_;
  bool has_lake_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  std::unique_ptr<io::ObjectStore> base_store_;
  // What the rest of the program sees: base_store_, or one that injects faults around it.
  std::unique_ptr<io::ObjectStore> fault_store_;
  // The same, with the folders of tables that live elsewhere.
  std::unique_ptr<io::ObjectStore> linked_store_;
  io::ObjectStore* store_ = nullptr;
  std::optional<catalog::LakeEnvironment> environment_;
  std::vector<std::string> cut_off_commits_;
  std::unique_ptr<LakeServices> services_;
  std::unique_ptr<engine::Database> database_;
  // Works on the database, so it ends first.
  catalog::LogUpkeeper log_upkeeper_;
  std::optional<task::TaskEnvironment> tasks_;
  std::vector<std::unique_ptr<flow::TaskRunner>> runners_;
  // Evaluates templates.
  std::unique_ptr<engine::Session> templates_;
  std::optional<flow::ExecutorEnvironment> executor_;
};

// Where the engine's extension binaries lie, for the program as installed or as built.
std::filesystem::path ExtensionDirectory();
// Where the example lakes lie: a folder each.
std::filesystem::path ExamplesDirectory();
// Where one process may spill: <lake>/.laguna/tmp/<process id>, or below the system's temporary
// folder.
std::filesystem::path TemporaryDirectory(const catalog::Lake* lake);

// The lake's folder by the rule of GlobalOptions::lake_folder; nothing when there is none.
std::optional<std::filesystem::path> FindLake(const GlobalOptions& options);

}  // namespace laguna::app
