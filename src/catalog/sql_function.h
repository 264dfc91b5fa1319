// SPDX-License-Identifier: Apache-2.0
// A SQL function of ours (delta_scan, ...): one file in catalog/function, found by CMake.
#pragma once

#include <string_view>

#include "catalog/lake_environment.h"
#include "duckdb/main/extension/extension_loader.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct SqlFunction {
  std::string_view name;
  // "delta_scan(path VARCHAR [, version => BIGINT])".
  std::string_view syntax;
  // One sentence, then paragraphs, in Markdown.
  std::string_view documentation;
  std::string_view example;
  void (*add)(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment);
};

}  // namespace laguna::catalog
