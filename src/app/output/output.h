// SPDX-License-Identifier: Apache-2.0
// Where a command's text goes: a file descriptor, or a string in tests. Used by one thread.
#pragma once

#include <string>
#include <string_view>

namespace laguna::app {

class Output {
 public:
  virtual ~Output() = default;
  virtual void Write(std::string_view text) = 0;
  // Hands over what is buffered.
  virtual void Flush() = 0;
};

// Buffered writes to a descriptor it does not own. Fails with Cancelled "output.closed" once nobody
// reads the other end of a pipe, Exhausted "output.full" on a full disk, else Unavailable
// "output.failed".
class FileOutput final : public Output {
 public:
  explicit FileOutput(int descriptor) : descriptor_(descriptor) {}
  ~FileOutput() override;
  FileOutput(const FileOutput&) = delete;
  FileOutput& operator=(const FileOutput&) = delete;

  void Write(std::string_view text) override;
  void Flush() override;

 private:
  int descriptor_;
  std::string buffer_;
};

class StringOutput final : public Output {
 public:
  void Write(std::string_view text) override { text_ += text; }
  void Flush() override {}
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace laguna::app
