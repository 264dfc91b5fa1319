// SPDX-License-Identifier: Apache-2.0
// The log of one task of a run line by line, also while it grows; in bounded memory. Used by one
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace laguna::app {

class LogLines {
 public:
  using Action = std::function<void(std::string_view line)>;

  // What state::TaskLogPath gives; the file may come later.
  explicit LogLines(std::string path) : path_(std::move(path)) {}

  // The whole lines that were written since the last call.
  void EachNew(const Action& action);
  // And then what stands behind the last line end, if anything does: nobody writes any more.
  void Rest(const Action& action);

 private:
  const std::string path_;
  uint64_t offset_ = 0;
  std::string pending_;
};

}  // namespace laguna::app
