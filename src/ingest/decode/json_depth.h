// SPDX-License-Identifier: Apache-2.0
// How deep a JSON text is nested, as a SQL function: the engine's own JSON functions follow a text
// as deep as it goes, on the stack, so they must never see a hostile one.
#pragma once

#include <string_view>

#include "duckdb/main/extension/extension_loader.hpp"

namespace laguna::ingest {

// Counts brackets outside of strings; for a text that is no JSON, an upper bound of what a reader
// would follow. Takes a text in pieces.
class JsonDepthCounter {
 public:
  void Add(std::string_view piece);
  [[nodiscard]] int deepest() const { return deepest_; }

 private:
  int depth_ = 0;
  int deepest_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

int JsonDepth(std::string_view text);

void RegisterJsonDepth(duckdb::ExtensionLoader& loader);

}  // namespace laguna::ingest
