// SPDX-License-Identifier: Apache-2.0
// Lines of a stream nobody edits. Exhausted "shell.line_too_long" past kLineBytesMax.
#pragma once

#include <cstddef>
#include <istream>

#include "app/shell/line_source.h"

namespace laguna::app {

class StreamLines final : public LineSource {
 public:
  static constexpr size_t kLineBytesMax = 64 << 20;

  // The stream outlives it.
  explicit StreamLines(std::istream& stream) : stream_(stream) {}
  [[nodiscard]] bool interactive() const override { return false; }
  InputLine Read(const std::string& prompt, const std::string& pending) override;
  void Remember(const std::string&) override {}

 private:
  std::istream& stream_;
};

}  // namespace laguna::app
