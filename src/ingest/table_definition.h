// SPDX-License-Identifier: Apache-2.0
// A table and the query that fills it: what a pipeline file defines, as ingest needs it. A value;
// the script outlives it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/script.h"
#include "ingest/row_check.h"

namespace laguna::ingest {

struct TableDefinition {
  // "bronze.sales".
  std::string table;
  std::shared_ptr<const engine::Script> script;
  // The AS SELECT part, with its STREAM relations; a slice of `script`.
  engine::ScriptStatement query;
  std::vector<RowCheck> checks;
  std::vector<std::string> partition_by;
  std::string comment;
  std::map<std::string, std::string> properties;
};

}  // namespace laguna::ingest
