// SPDX-License-Identifier: Apache-2.0
// Databases of blocks under their blocks' names, for SQL that reads and writes them.
//
// An attached database is known to the whole engine, not to one session: those who want the same
// block at the same time share it, and the last one detaches it. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/lake_environment.h"
#include "connect/block.h"
#include "connect/secret.h"
#include "engine/session.h"

namespace laguna::task {

class AttachedBlocks {
 public:
  enum class Access { kReadWrite, kReadOnly };

  // All of them outlive it.
  AttachedBlocks(const catalog::LakeEnvironment& lake, const connect::Blocks& blocks,
                 connect::Environment variables, Access access = Access::kReadWrite)
      : lake_(lake), blocks_(blocks), variables_(std::move(variables)), access_(access) {}

  // Databases that stay attached as long as it lives; used on the session's thread, and gone before
  // the session.
  class Use {
   public:
    // NotFound "block.unknown", and the errors of ingest::BlockDatabase::Attach.
    Use(AttachedBlocks& owner, engine::Session& session, std::vector<std::string> names);
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    void Leave() noexcept;

    AttachedBlocks& owner_;
    engine::Session& session_;
    std::vector<std::string> attached_;
  };

 private:
  void Take(engine::Session& session, const std::string& name);
  void GiveBack(engine::Session& session, const std::string& name) noexcept;

  const catalog::LakeEnvironment& lake_;
  const connect::Blocks& blocks_;
  const connect::Environment variables_;
  const Access access_;
  std::mutex mutex_;
  // How many use a block.
  std::map<std::string, int> users_;
};

}  // namespace laguna::task
