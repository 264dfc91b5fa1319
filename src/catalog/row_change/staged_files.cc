// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/staged_files.h"

#include "duckdb/parallel/meta_pipeline.hpp"
#include "duckdb/parallel/pipeline.hpp"

namespace laguna::catalog {
namespace {

using Stages = duckdb::vector<duckdb::shared_ptr<duckdb::MetaPipeline>>;

Stages ChildrenOf(duckdb::MetaPipeline& meta_pipeline) {
  Stages stages;
  meta_pipeline.GetMetaPipelines(stages, false, true);
  return stages;
}

}  // namespace

StagedFiles::StagedFiles(duckdb::PhysicalPlan& plan, duckdb::PhysicalOperator& first,
                         duckdb::PhysicalOperator& second)
    : duckdb::PhysicalOperator(plan, duckdb::PhysicalOperatorType::EXTENSION, first.types, 0) {
  children.push_back(first);
  children.push_back(second);
}

// A writer is the sink of a stage of its own. Every pipeline of the second stage waits for the
// first one to be complete.
void StagedFiles::BuildPipelines(duckdb::Pipeline& current, duckdb::MetaPipeline& meta_pipeline) {
  op_state.reset();
  sink_state.reset();
  auto& second = meta_pipeline.CreateUnionPipeline(current, true);
  children[0].get().BuildPipelines(current, meta_pipeline);
  const auto first_stages = ChildrenOf(meta_pipeline);
  auto& first_files = first_stages.back()->GetBasePipeline();
  children[1].get().BuildPipelines(second, meta_pipeline);
  auto stages = ChildrenOf(meta_pipeline);
  for (size_t i = first_stages.size(); i < stages.size(); ++i) {
    duckdb::vector<duckdb::shared_ptr<duckdb::Pipeline>> pipelines;
    stages[i]->GetPipelines(pipelines, true);
    for (const auto& pipeline : pipelines) pipeline->AddDependency(first_files);
  }
}

duckdb::vector<duckdb::const_reference<duckdb::PhysicalOperator>> StagedFiles::GetSources() const {
  auto sources = children[0].get().GetSources();
  for (const auto& source : children[1].get().GetSources()) sources.push_back(source);
  return sources;
}

}  // namespace laguna::catalog
