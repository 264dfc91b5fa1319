// SPDX-License-Identifier: Apache-2.0
// A wish to end a statement that outlives DuckDB's own flag, which every new statement resets.
#pragma once

#include <atomic>

namespace laguna::engine {

class InterruptFlag {
 public:
  void Raise() { raised_.store(true); }
  void Lower() { raised_.store(false); }
  [[nodiscard]] bool raised() const { return raised_.load(); }

 private:
  std::atomic<bool> raised_ = false;
};

}  // namespace laguna::engine
