// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/nearest_name.h"
#include "connect/yaml_folder.h"

namespace laguna::flow {
namespace {

using base::Error;
using base::ErrorKind;

// Whether the problem is in the file that a flow of this name would have.
bool IsIn(const Error& problem, std::string_view name) {
  return problem.place() && problem.place()->file.ends_with(fmt::format("/{}.yaml", name));
}

}  // namespace

FlowFiles FlowFiles::Load(const std::string& folder, const FlowContext& context,
                          const std::string& shown_as) {
  FlowFiles files;
  for (const connect::YamlFile& file : connect::ReadYamlFolder(folder, shown_as)) {
    try {
      files.Add(ParseFlow(file.text, file.shown_as, context));
    } catch (const Error& error) {
      files.problems_.push_back(error);
    }
  }
  std::ranges::sort(files.flows_, {}, &FlowDefinition::name);
  return files;
}

std::string FlowFiles::Fingerprint(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() != ".yaml") continue;
    files.push_back(fmt::format("{} {} {}", entry.path().string(), entry.file_size(ignored),
                                entry.last_write_time(ignored).time_since_epoch().count()));
  }
  std::ranges::sort(files);
  return fmt::format("{}\n{}", files.size(), fmt::join(files, "\n"));
}

void FlowFiles::Add(FlowDefinition flow) {
  const auto other = std::ranges::find(flows_, flow.name, &FlowDefinition::name);
  if (other != flows_.end()) {
    throw Error(ErrorKind::kInvalidInput, "flow.duplicate",
                fmt::format("Two files describe the flow '{}': '{}' and '{}'.", flow.name,
                            other->file, flow.file))
        .Hint("Rename one of the flows.")
        .At({.file = flow.file});
  }
  flows_.push_back(std::move(flow));
}

const FlowDefinition& FlowFiles::Get(std::string_view name) const {
  const auto found = std::ranges::find(flows_, name, &FlowDefinition::name);
  if (found != flows_.end()) return *found;
  for (const Error& problem : problems_) {
    if (IsIn(problem, name)) throw problem;
  }
  // Its name need not be its file's.
  if (flows_.empty() && !problems_.empty()) throw problems_.front();
  std::vector<std::string> names;
  for (const FlowDefinition& flow : flows_) names.push_back(flow.name);
  std::string hint = base::SuggestName(name, names);
  if (!problems_.empty())
    hint += " Files with errors were left out; 'laguna flow list' shows them.";
  throw Error(ErrorKind::kNotFound, "flow.unknown", fmt::format("There is no flow '{}'.", name))
      .Hint(std::move(hint))
      .With("flow", std::string(name));
}

}  // namespace laguna::flow
