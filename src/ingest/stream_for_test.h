// SPDX-License-Identifier: Apache-2.0
// A lake in a temporary folder whose store fails on demand, for the tests of this module.
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
#include "ingest/stream_update.h"
#include "io/store/fault.h"
#include "io/store/local.h"

namespace laguna::ingest {

class StreamForTest {
 public:
  StreamForTest();
  // Another lake on the storage of `other`, as another machine has it.
  explicit StreamForTest(const StreamForTest* other);
  ~StreamForTest();
  StreamForTest(const StreamForTest&) = delete;
  StreamForTest& operator=(const StreamForTest&) = delete;

  // Below the storage root.
  void Write(const std::string& key, std::string_view text);
  void Remove(const std::string& key);
  // A fresh session, as after a restart of the program; its store follows `faults`
  // (io/store/fault.h).
  void Restart(std::string_view faults = {});

  // Rows as text: cells separated by "|", rows by a newline, "NULL" for NULL.
  std::string Query(const std::string& sql);
  // Updates `table` from `query`; conditions of `checks` are texts of their own.
  UpdateReport Update(const std::string& table, const std::string& query,
                      const StreamUpdateOptions& options = {},
                      const std::vector<RowCheck>& checks = {});
  base::Error UpdateFailure(const std::string& table, const std::string& query,
                            const StreamUpdateOptions& options = {},
                            const std::vector<RowCheck>& checks = {});

  engine::Session& session() { return *session_; }
  [[nodiscard]] const catalog::LakeEnvironment& environment() const { return *environment_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  // Sentences of all updates.
  std::vector<std::string> notices;

 private:
  std::filesystem::path folder_;
  catalog::Lake lake_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  std::unique_ptr<io::LocalObjectStore> local_;
  std::unique_ptr<io::FaultObjectStore> store_;
  std::unique_ptr<catalog::LakeEnvironment> environment_;
  std::unique_ptr<engine::Database> database_;
  std::unique_ptr<engine::Session> session_;
};

}  // namespace laguna::ingest
