// SPDX-License-Identifier: Apache-2.0
// All flows of a lake. A file that is wrong does not hide the others. Values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "flow/definition.h"

namespace laguna::flow {

class FlowFiles {
 public:
  // Every *.yaml of the folder, which need not exist; `shown_as` is its name in errors. What is
  // wrong in a file is kept in problems(); a folder that cannot be read is thrown.
  static FlowFiles Load(const std::string& folder, const FlowContext& context,
                        const std::string& shown_as = "flows");

  // Tells whether a file of the folder has come, gone or changed: its names, sizes and times.
  static std::string Fingerprint(const std::string& folder);

  // By name.
  [[nodiscard]] const std::vector<FlowDefinition>& flows() const { return flows_; }
  [[nodiscard]] const std::vector<base::Error>& problems() const { return problems_; }
  // The flow `name`; else what is wrong in <name>.yaml, if that is why it is missing; else NotFound
  // "flow.unknown" with the nearest name.
  [[nodiscard]] const FlowDefinition& Get(std::string_view name) const;

 private:
  void Add(FlowDefinition flow);

  std::vector<FlowDefinition> flows_;
  std::vector<base::Error> problems_;
};

}  // namespace laguna::flow
