// SPDX-License-Identifier: Apache-2.0
#include "flow/parameter.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/nearest_name.h"

namespace laguna::flow {
namespace {

using base::Error;
using base::ErrorKind;

Error Wrong(std::string sentence) {
  return {ErrorKind::kInvalidInput, "flow.parameter", std::move(sentence)};
}

void RefuseUnknown(const FlowDefinition& flow, const std::map<std::string, std::string>& given) {
  std::vector<std::string> names;
  for (const ParameterDefinition& parameter : flow.parameters) names.push_back(parameter.name);
  for (const auto& [name, value] : given) {
    if (std::ranges::find(names, name) != names.end()) continue;
    throw Wrong(fmt::format("Flow '{}' has no parameter '{}'.", flow.name, name))
        .Hint(names.empty() ? "It has none at all." : base::SuggestName(name, names));
  }
}

bool IsWholeNumber(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The engine knows best how a text of the type looks.
engine::Value Cast(const FlowDefinition& flow, const ParameterDefinition& parameter,
                   const engine::Value& value, const Evaluator& evaluate) {
  if (value.IsNull()) return value;
  // The engine would round.
  const auto* text = std::get_if<std::string>(&value.alternatives());
  if (text != nullptr && parameter.type->name == "integer" && !IsWholeNumber(*text)) {
    throw Wrong(fmt::format("Parameter '{}' of flow '{}' has to be a whole number; '{}' is not.",
                            parameter.name, flow.name, *text));
  }
  try {
    return evaluate(fmt::format("CAST(value AS {})", parameter.type->sql_type), {{"value", value}});
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInvalidInput) throw;
    throw Wrong(fmt::format("Parameter '{}' of flow '{}' has to be of type {}; '{}' is not.",
                            parameter.name, flow.name, parameter.type->name, value.ToText()))
        .Hint(parameter.type->name == "date" ? "A date is written 2024-01-31." : "");
  }
}

// The default as it stands: a plain scalar is text for the cast.
engine::Value DefaultOf(const base::YamlNode& node, const Evaluator& evaluate,
                        const engine::NamedValues& values) {
  if (!Template::Holds(node.text())) return node.text();
  return Template::Parse(node).Evaluate(evaluate, values);
}

engine::Value Resolve(const FlowDefinition& flow, const ParameterDefinition& parameter,
                      const std::map<std::string, std::string>& given, const Evaluator& evaluate,
                      const engine::NamedValues& values) {
  const auto text = given.find(parameter.name);
  if (text != given.end()) return Cast(flow, parameter, text->second, evaluate);
  if (parameter.default_value) {
    try {
      return Cast(flow, parameter, DefaultOf(*parameter.default_value, evaluate, values), evaluate);
    } catch (const Error& error) {
      if (error.place()) throw;
      throw Error(error).At(parameter.default_value->place());
    }
  }
  if (!parameter.required) return {};
  throw Wrong(fmt::format("Flow '{}' needs the parameter '{}' ({}{}{}).", flow.name, parameter.name,
                          parameter.type->name, parameter.description.empty() ? "" : ": ",
                          parameter.description))
      .Hint(fmt::format("Give it with -p {}=...", parameter.name));
}

}  // namespace

engine::ValueStruct ResolveParameters(const FlowDefinition& flow,
                                      const std::map<std::string, std::string>& given,
                                      const Evaluator& evaluate,
                                      const engine::NamedValues& values) {
  RefuseUnknown(flow, given);
  engine::ValueStruct resolved;
  engine::NamedValues seen = values;
  for (const ParameterDefinition& parameter : flow.parameters) {
    resolved.emplace_back(parameter.name, Resolve(flow, parameter, given, evaluate, seen));
    seen["params"] = resolved;
  }
  return resolved;
}

}  // namespace laguna::flow
