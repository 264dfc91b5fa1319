// SPDX-License-Identifier: Apache-2.0
// What EXPLAIN gives, as it is drawn: a plan is a picture of many lines, not a cell of a table.
#pragma once

#include <vector>

#include "app/output/result_writer.h"

namespace laguna::app {

// A result of EXPLAIN or EXPLAIN ANALYZE.
bool IsPlan(const std::vector<engine::ResultColumn>& columns);

// Writes the plans of such a result, nothing else.
class PlanText final : public ResultWriter {
 public:
  explicit PlanText(Output& output) : output_(output) {}
  void Begin(const std::vector<engine::ResultColumn>&) override {}
  void Rows(const engine::ResultBatch& batch) override;
  void End() override {}

 private:
  Output& output_;
};

}  // namespace laguna::app
