// SPDX-License-Identifier: Apache-2.0
// The lines of a .test file, walked once from top to bottom. Pure; views into the file's text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace laguna::test {

class LineReader {
 public:
  LineReader(std::string path, std::string_view text);

  [[nodiscard]] bool AtEnd() const { return next_ >= lines_.size(); }
  // No line, or one of blanks only.
  [[nodiscard]] bool AtBlank() const;
  [[nodiscard]] std::string_view Peek() const { return lines_[next_]; }
  std::string_view Take() { return lines_[next_++]; }
  // Of the line that Take gives next, from 1.
  [[nodiscard]] int line() const { return static_cast<int>(next_) + 1; }
  // An error at line `line`.
  [[nodiscard]] base::Error Wrong(int line, std::string sentence, std::string hint) const;

 private:
  std::string path_;
  std::vector<std::string_view> lines_;
  size_t next_ = 0;
};

}  // namespace laguna::test
