// SPDX-License-Identifier: Apache-2.0
// Lines typed at a terminal, with editing, history and completion by libedit.
//
// The history file is private to its user and written after each statement. Ctrl-C drops the line
// (kInterrupted), Ctrl-D on an empty one ends. Used by one thread.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "app/interrupts.h"
#include "app/shell/completion.h"
#include "app/shell/line_source.h"

namespace laguna::app {

// Completes the text before the cursor (with the lines of its statement that precede it).
using Completer = std::function<Completion(const std::string& text)>;

class EditedLines final : public LineSource {
 public:
  // A history file that cannot be used is no failure: the history then lasts as long as the shell.
  EditedLines(Interrupts& interrupts, const std::filesystem::path& history, Completer completer);
  ~EditedLines() override;

  [[nodiscard]] bool interactive() const override { return true; }
  InputLine Read(const std::string& prompt, const std::string& pending) override;
  void Remember(const std::string& statement) override;

 private:
  class Editor;
  std::unique_ptr<Editor> editor_;
};

}  // namespace laguna::app
