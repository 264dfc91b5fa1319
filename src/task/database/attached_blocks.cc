// SPDX-License-Identifier: Apache-2.0
#include "task/database/attached_blocks.h"

#include <utility>

#include "base/error.h"
#include "ingest/database/block_database.h"
#include "ingest/plain_run.h"

namespace laguna::task {
namespace {

ingest::BlockDatabase DatabaseOf(const connect::Block& block, AttachedBlocks::Access access) {
  const bool read_only = access == AttachedBlocks::Access::kReadOnly;
  return {block, block.name(),
          read_only ? ingest::DatabaseAccess::kRead : ingest::DatabaseAccess::kWrite};
}

}  // namespace

AttachedBlocks::Use::Use(AttachedBlocks& owner, engine::Session& session,
                         std::vector<std::string> names)
    : owner_(owner), session_(session) {
  try {
    for (std::string& name : names) {
      owner_.Take(session_, name);
      attached_.push_back(std::move(name));
    }
  } catch (...) {
    Leave();
    throw;
  }
}

AttachedBlocks::Use::~Use() {
  Leave();
}

void AttachedBlocks::Use::Leave() noexcept {
  if (attached_.empty()) return;
  session_.ClearInterrupt();
  for (const std::string& name : attached_) owner_.GiveBack(session_, name);
  attached_.clear();
}

void AttachedBlocks::Take(engine::Session& session, const std::string& name) {
  const connect::Block& block = blocks_.Get(name);
  const std::lock_guard lock(mutex_);
  if (users_[name] == 0) DatabaseOf(block, access_).Attach(session, lake_.lake, variables_);
  ++users_[name];
}

void AttachedBlocks::GiveBack(engine::Session& session, const std::string& name) noexcept {
  const std::lock_guard lock(mutex_);
  if (--users_[name] > 0) return;
  try {
    if (session.in_transaction()) ingest::RunPlain(session, "ROLLBACK");
  } catch (const base::Error&) {  // then detaching fails as well, and it stays attached
  }
  DatabaseOf(blocks_.Get(name), access_).Detach(session);
}

}  // namespace laguna::task
