// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/evolved_target.h"

#include <fmt/format.h>

#include <vector>

#include "catalog/lake_table.h"
#include "duckdb/main/client_context_state.hpp"

namespace laguna::catalog {

namespace {

constexpr const char* kStateName = "laguna_evolved_target";
// The unit separator: no name of a table in a lake begins so.
constexpr char kMark = '\x1f';

class Targets final : public duckdb::ClientContextState {
 public:
  void QueryEnd() override { entries.clear(); }
  std::vector<LakeTable*> entries;
};

std::vector<LakeTable*>& TargetsOf(duckdb::ClientContext& context) {
  return context.registered_state->GetOrCreate<Targets>(kStateName)->entries;
}

}  // namespace

std::string NameOfTarget(duckdb::ClientContext& context, LakeTable& entry) {
  std::vector<LakeTable*>& targets = TargetsOf(context);
  targets.push_back(&entry);
  return fmt::format("{}{}", kMark, targets.size() - 1);
}

LakeTable* FindTarget(duckdb::ClientContext& context, const std::string& name) {
  if (name.empty() || name.front() != kMark) return nullptr;
  const std::vector<LakeTable*>& targets = TargetsOf(context);
  for (size_t i = 0; i < targets.size(); ++i) {
    if (name.substr(1) == std::to_string(i)) return targets[i];
  }
  return nullptr;
}

}  // namespace laguna::catalog
