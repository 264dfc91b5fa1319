// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "engine/edit/edits.h"

namespace laguna::engine {
namespace {

// What the words after CREATE [OR REFRESH | OR REPLACE] [PRIVATE | TEMPORARY] define.
const std::vector<std::vector<std::string_view>>& PipelineObjects() {
  static const std::vector<std::vector<std::string_view>> objects = {
      {"STREAMING", "TABLE"},
      {"STREAMING", "LIVE", "TABLE"},
      {"MATERIALIZED", "VIEW"},
      {"LIVE", "TABLE"},
      {"FLOW"},
      {"SINK"},
  };
  return objects;
}

size_t AfterModifiers(const EditedStatement& statement) {
  size_t next = 1;
  if (statement.Comes(next, {"OR"})) {
    next += 2;
  }
  const Token& word = statement[next];
  return word.Is("PRIVATE") || word.Is("TEMPORARY") || word.Is("TEMP") ? next + 1 : next;
}

}  // namespace

void EditPipelineStatement(EditedStatement& statement) {
  if (!statement[0].Is("CREATE")) {
    return;
  }
  const size_t object = AfterModifiers(statement);
  for (const auto& words : PipelineObjects()) {
    if (!statement.Comes(object, words)) {
      continue;
    }
    throw base::Error(base::ErrorKind::kInvalidInput, "sql.pipeline_statement",
                      fmt::format("CREATE {} belongs in a file of the pipeline folder; it cannot "
                                  "run by itself.",
                                  fmt::join(words, " ")))
        .Hint("Put it in pipelines/<zone>/<name>.sql, then run: laguna pipeline run")
        .At(*statement.ErrorAt(object, "").place());
  }
}

}  // namespace laguna::engine
