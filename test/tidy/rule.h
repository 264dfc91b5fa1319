// SPDX-License-Identifier: Apache-2.0
// The rules of STYLE.md that a program can check. Each takes one file and says what is wrong in it;
// none does I/O, so each is tested on a bad sample.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tidy/source_file.h"

namespace laguna::test {

struct Violation {
  std::string path;
  size_t line = 0;  // counts from 1; 0 is the file as a whole
  std::string message;

  [[nodiscard]] std::string Describe() const;
};

// Module to level, as cmake/layers.txt has them.
using Layers = std::map<std::string, int>;

// Reads "module level" lines; `#` begins a comment.
Layers ParseLayers(const SourceFile& file);

struct RuleInput {
  const SourceFile& file;
  const Layers& layers;
};

struct Rule {
  std::string_view name;
  std::vector<Violation> (*check)(const RuleInput& input);
};

std::span<const Rule> Rules();

}  // namespace laguna::test
