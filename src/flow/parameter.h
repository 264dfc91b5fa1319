// SPDX-License-Identifier: Apache-2.0
// From what a user gives (`-p day=2024-01-31`) and a flow's defaults to typed parameter values.
#pragma once

#include <map>
#include <string>

#include "engine/value.h"
#include "flow/definition.h"
#include "flow/template.h"

namespace laguna::flow {

// One field per parameter, in the order of the file. `values` is what defaults may use besides the
// parameters above them ("run", "block"). InvalidInput "flow.parameter" for an unknown name
// (nearest name), a missing value, one that is not of the type.
engine::ValueStruct ResolveParameters(const FlowDefinition& flow,
                                      const std::map<std::string, std::string>& given,
                                      const Evaluator& evaluate, const engine::NamedValues& values);

}  // namespace laguna::flow
