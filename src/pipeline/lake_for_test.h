// SPDX-License-Identifier: Apache-2.0
// For tests of this module: a lake's zones and scripts as values.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "catalog/lake.h"
#include "engine/script.h"
#include "pipeline/definition.h"
#include "pipeline/pipeline_files.h"

namespace laguna::pipeline {

// Zones: landing (files), bronze, silver, Gold.
inline catalog::Lake ZonesForTest() {
  catalog::Lake lake;
  lake.name = "test";
  lake.zones = {{"landing", true}, {"bronze"}, {"silver"}, {"Gold"}};
  return lake;
}

// What the files say; texts are called 1.sql, 2.sql, ...
inline std::vector<Definition> DefinitionsForTest(const std::vector<std::string>& texts,
                                                  std::vector<base::Error>& errors) {
  Scripts scripts;
  for (const std::string& text : texts) {
    const std::string file = std::to_string(scripts.size() + 1) + ".sql";
    scripts.push_back(std::make_shared<const engine::Script>(text, file));
  }
  return ParsePipelineFiles(scripts, ZonesForTest(), errors);
}

}  // namespace laguna::pipeline
