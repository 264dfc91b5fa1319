// SPDX-License-Identifier: Apache-2.0
// New expectations put into the text of a .test file. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runner/test_file.h"

namespace laguna::test {

// What belongs below one `----`.
struct Rewriting {
  int begin_line = 0;
  int end_line = 0;
  std::vector<std::string> lines = {};
};

// The text with each expectation replaced. Rewritings do not overlap.
std::string Rewrite(std::string_view text, std::vector<Rewriting> rewritings);

// The opposite of Substitute for placeholders: values become their names again.
std::string Generalize(std::string text, const Variables& placeholders);

}  // namespace laguna::test
