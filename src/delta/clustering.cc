// SPDX-License-Identifier: Apache-2.0
#include "delta/clustering.h"

#include <algorithm>

#include "base/json.h"

namespace laguna::delta {
namespace {

constexpr const char* kDomain = "delta.clustering";

// A path of physical names as users write it.
std::string LogicalName(const Schema& schema, const base::JsonView& path) {
  std::string name;
  const StructType* fields = &schema;
  for (const base::JsonView& element : path.Elements()) {
    const std::string& physical = element.AsString();
    const StructField* field = nullptr;
    if (fields != nullptr) {
      const auto found = std::ranges::find_if(fields->fields, [&](const StructField& candidate) {
        return candidate.PhysicalName() == physical;
      });
      if (found != fields->fields.end()) field = &*found;
    }
    if (!name.empty()) name += '.';
    name += field == nullptr ? physical : field->name;
    fields = field == nullptr ? nullptr : field->type.AsStruct();
  }
  return name;
}

}  // namespace

std::optional<std::vector<std::string>> ClusteringColumns(const Snapshot& snapshot) {
  const auto domain = snapshot.state().domains.find(kDomain);
  if (domain == snapshot.state().domains.end() || domain->second.removed) return std::nullopt;
  const base::Json json =
      base::ParseJson(domain->second.configuration, kDomain, base::ErrorKind::kCorrupt);
  const base::JsonView view(json, kDomain, base::ErrorKind::kCorrupt);
  std::vector<std::string> names;
  for (const base::JsonView& path : view.Require("clusteringColumns").Elements()) {
    names.push_back(LogicalName(snapshot.schema(), path));
  }
  return names;
}

}  // namespace laguna::delta
