// SPDX-License-Identifier: Apache-2.0
// Where the shell's lines come from: a person at a terminal (edited_lines.h) or a pipe or file
// (stream_lines.h). Used by one thread.
#pragma once

#include <string>

namespace laguna::app {

struct InputLine {
  enum class Kind { kText, kInterrupted, kEnd };
  Kind kind = Kind::kEnd;
  // Without its line end.
  std::string text;
};

class LineSource {
 public:
  virtual ~LineSource() = default;
  // A person types; they see prompts, and an error does not end the shell.
  [[nodiscard]] virtual bool interactive() const = 0;
  // `pending` is what precedes the line in its statement, for completion.
  virtual InputLine Read(const std::string& prompt, const std::string& pending) = 0;
  // Puts a whole statement into the history.
  virtual void Remember(const std::string& statement) = 0;
};

}  // namespace laguna::app
