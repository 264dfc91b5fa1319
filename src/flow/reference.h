// SPDX-License-Identifier: Apache-2.0
// Which parameters, tasks and blocks an expression names, so that a wrong name is found before a
// run. A look at the words, not a parse: what it cannot see (params['x']) the engine finds later.
// Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace laguna::flow {

// `tasks.fetch.rows`: {"tasks", "fetch", "rows"}; in lower case, as names do not differ by case in
// SQL. `field` may be empty.
struct Reference {
  std::string root;
  std::string name;
  std::string field;
  // Of `root` in the expression, and the bytes up to the end of `name`.
  size_t offset = 0;
  size_t length = 0;
};

// The references whose root is params, run, tasks or block.
std::vector<Reference> FindReferences(std::string_view expression);

// ASCII letters in lower case.
std::string Folded(std::string_view name);

}  // namespace laguna::flow
