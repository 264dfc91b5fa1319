// SPDX-License-Identifier: Apache-2.0
// Read-only connections to the control state, kept for reuse. Each reader sees one consistent
// moment and never blocks the writer. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "state/connection.h"

namespace laguna::state {

class Readers {
 public:
  Readers(std::string path, Connection::Mode mode) : path_(std::move(path)), mode_(mode) {}

  // Runs `query` in one read transaction; it may run again, so it assigns its result whole.
  void Read(const std::function<void(Connection&)>& query);

 private:
  std::unique_ptr<Connection> Take();
  void GiveBack(std::unique_ptr<Connection> connection);

  const std::string path_;
  const Connection::Mode mode_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace laguna::state
