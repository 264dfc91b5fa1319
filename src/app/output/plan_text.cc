// SPDX-License-Identifier: Apache-2.0
#include "app/output/plan_text.h"

#include <algorithm>

#include "app/output/display_width.h"

namespace laguna::app {
namespace {

constexpr size_t kPlanColumn = 1;

}  // namespace

bool IsPlan(const std::vector<engine::ResultColumn>& columns) {
  return columns.size() == 2 && columns[0].name == "explain_key" &&
         columns[kPlanColumn].name == "explain_value";
}

void PlanText::Rows(const engine::ResultBatch& batch) {
  for (size_t row = 0; row < batch.rows(); ++row) {
    std::string_view plan = batch.Text(row, kPlanColumn).value_or("");
    while (!plan.empty()) {
      const size_t end = std::min(plan.find('\n'), plan.size());
      output_.Write(Printable(plan.substr(0, end)));
      output_.Write("\n");
      plan.remove_prefix(std::min(end + 1, plan.size()));
    }
  }
}

}  // namespace laguna::app
