// SPDX-License-Identifier: Apache-2.0
#include "state/readers.h"

#include "state/patience.h"

namespace laguna::state {
namespace {

constexpr size_t kIdleMax = 8;

}  // namespace

void Readers::Read(const std::function<void(Connection&)>& query) {
  WithPatience(path_, [&] {
    // A connection that failed is closed, not given back.
    auto connection = Take();
    connection->Execute("BEGIN");
    query(*connection);
    connection->Execute("COMMIT");
    GiveBack(std::move(connection));
  });
}

std::unique_ptr<Connection> Readers::Take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return std::make_unique<Connection>(path_, mode_);
}

void Readers::GiveBack(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleMax) idle_.push_back(std::move(connection));
}

}  // namespace laguna::state
