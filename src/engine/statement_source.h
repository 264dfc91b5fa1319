// SPDX-License-Identifier: Apache-2.0
// Where a statement stands in its script, kept for errors that come after the script is gone (a
// streamed query fails late). An immutable value.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "engine/script.h"

namespace laguna::engine {

class StatementSource {
 public:
  StatementSource(const Script& script, const ScriptStatement& statement);

  // The statement alone.
  [[nodiscard]] std::string_view text() const;
  // `error` with its place in the script: at `position` (byte offset in the statement) or, when
  // that is unknown, at the statement's begin. An error that has a place keeps it.
  [[nodiscard]] base::Error Placed(base::Error error, std::optional<size_t> position = {}) const;

 private:
  std::string file_;
  // Whole lines, so that excerpts are whole.
  std::string lines_;
  int first_line_ = 1;
  size_t offset_ = 0;
  size_t length_ = 0;
};

}  // namespace laguna::engine
