// SPDX-License-Identifier: Apache-2.0
// Better words for a table that neither the lake nor the pipeline has: the engine knows only those
// that exist already. Used on the session's thread.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/session.h"
#include "pipeline/pipeline.h"

namespace laguna::pipeline {

class UnknownRelations {
 public:
  UnknownRelations(engine::Session& session, const Pipeline& pipeline)
      : session_(session), pipeline_(pipeline) {}

  // What is wrong with the mention, when it names a table that is nowhere; functions, files and
  // what lies outside the lake are left to the engine.
  std::optional<base::Error> ErrorOf(const Definition& definition,
                                     const engine::RelationMention& mention);
  std::vector<base::Error> ErrorsOf(const PipelineTable& table);

 private:
  // Tables of pipeline and lake; asked for once.
  const std::vector<std::string>& Known();

  engine::Session& session_;
  const Pipeline& pipeline_;
  std::optional<std::vector<std::string>> known_;
  std::set<std::string> zones_;
};

}  // namespace laguna::pipeline
