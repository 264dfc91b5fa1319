// SPDX-License-Identifier: Apache-2.0
#include "delta/snapshot.h"

namespace laguna::delta {

std::optional<int64_t> Snapshot::TransactionVersion(std::string_view app_id) const {
  auto found = state_.transactions.find(std::string(app_id));
  if (found == state_.transactions.end()) return std::nullopt;
  return found->second.version;
}

}  // namespace laguna::delta
