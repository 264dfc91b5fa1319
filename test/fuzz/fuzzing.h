// SPDX-License-Identifier: Apache-2.0
// Feeds a parser with texts made out of good ones by small damage, and checks that it answers with
// a value or an Error, soon, and never with anything else.
//
// Under the address sanitizer inputs that reach new code become seeds themselves, and outlive the
// run where a folder is named for them (fuzz/corpus.h). A run is repeatable: LAGUNA_FUZZ_SEED
// (default 1); LAGUNA_FUZZ_SECONDS makes it last (default: a fixed number of inputs). Used by one
// thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace laguna::test {

struct FuzzTarget {
  // Also that of the folder of its corpus.
  std::string name;
  // Texts the parser takes, besides those of the corpus.
  std::vector<std::string> seeds;
  // Pieces worth throwing in, besides the seeds' own.
  std::vector<std::string> words;
  // Parses `text`; may throw base::Error and nothing else.
  std::function<void(const std::string& text)> parse;
  // How many, without LAGUNA_FUZZ_SECONDS.
  int inputs = 20'000;
};

// Fails the running GoogleTest test with the input that did it.
void Fuzz(const FuzzTarget& target);

}  // namespace laguna::test
