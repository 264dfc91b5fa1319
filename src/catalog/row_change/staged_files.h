// SPDX-License-Identifier: Apache-2.0
// Two writers of files, one after the other: the first one's files are finished before the second
// begins to read its rows. Gives the reports of both.
#pragma once

#include "duckdb/execution/physical_operator.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

class StagedFiles final : public duckdb::PhysicalOperator {
 public:
  // Both are sinks that give the same columns.
  StagedFiles(duckdb::PhysicalPlan& plan, duckdb::PhysicalOperator& first,
              duckdb::PhysicalOperator& second);

  duckdb::string GetName() const override { return "LAKE_STAGED_FILES"; }
  void BuildPipelines(duckdb::Pipeline& current, duckdb::MetaPipeline& meta_pipeline) override;
  duckdb::vector<duckdb::const_reference<duckdb::PhysicalOperator>> GetSources() const override;
};

}  // namespace laguna::catalog
