// SPDX-License-Identifier: Apache-2.0
// The inside of ControlState, shared by the .cc files that implement it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "state/control_state.h"
#include "state/readers.h"
#include "state/writer.h"

namespace laguna::state {

// The writer, where the place may be written to; else why not.
class WriterIfAny {
 public:
  // Throws what keeps the file from being read as well.
  explicit WriterIfAny(const std::string& path);

  void Write(Writer::Change change);
  [[nodiscard]] bool there() const { return writer_ != nullptr; }

 private:
  std::unique_ptr<Writer> writer_;
  std::optional<base::Error> reason_;
};

struct ControlState::Database {
  explicit Database(const std::string& path);

  WriterIfAny writer;
  Readers readers;
};

}  // namespace laguna::state
