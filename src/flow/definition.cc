// SPDX-License-Identifier: Apache-2.0
#include "flow/definition.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/nearest_name.h"
#include "flow/graph.h"
#include "flow/name.h"
#include "flow/task_parser.h"
#include "flow/template_check.h"

namespace laguna::flow {
namespace {

using base::YamlMap;
using base::YamlNode;

constexpr ParameterType kParameterTypes[] = {
    {"text", "VARCHAR"},    {"integer", "BIGINT"}, {"number", "DOUBLE"},
    {"boolean", "BOOLEAN"}, {"date", "DATE"},      {"timestamp", "TIMESTAMP WITH TIME ZONE"},
};
constexpr int64_t kRunsAtATimeMax = 1000;

std::string TextOr(const YamlNode* node, std::string_view fallback) {
  return node == nullptr ? std::string(fallback) : node->AsString();
}

const ParameterType& ParameterTypeNamed(const YamlNode& node) {
  std::vector<std::string> names;
  for (const ParameterType& type : kParameterTypes) {
    if (type.name == node.AsString()) return type;
    names.emplace_back(type.name);
  }
  throw node
      .Problem("flow.parameter_type", fmt::format("There is no parameter type '{}'.", node.text()))
      .Hint(base::SuggestName(node.text(), names));
}

ParameterDefinition ParseParameter(const YamlNode& name, const YamlNode& node) {
  YamlMap map(node, fmt::format("parameter '{}'", name.text()));
  ParameterDefinition parameter;
  parameter.name = NameFrom(name, "a parameter");
  parameter.type = &ParameterTypeNamed(map.Require("type"));
  parameter.description = TextOr(map.Find("description"), "");
  if (const YamlNode* value = map.Find("default")) {
    (void)value->AsString();
    parameter.default_value = *value;
  }
  const YamlNode* required = map.Find("required");
  parameter.required = required == nullptr ? !parameter.default_value : required->AsBoolean();
  map.RefuseUnknown();
  if (parameter.required && parameter.default_value) {
    throw required->Problem("flow.parameter", "A parameter with a default is never required.")
        .Hint("Remove 'default' or 'required: true'.");
  }
  return parameter;
}

std::vector<ParameterDefinition> ParseParameters(const YamlNode* node) {
  std::vector<ParameterDefinition> parameters;
  if (node == nullptr) return parameters;
  NameSet names("parameters");
  for (const auto& [name, value] : node->Entries()) {
    parameters.push_back(ParseParameter(name, value));
    names.Add(name);
  }
  return parameters;
}

Overlap ParseOverlap(const YamlNode& node) {
  const std::string& word = node.AsString();
  if (word == "queue") return Overlap::kQueue;
  if (word == "skip") return Overlap::kSkip;
  if (word == "cancel") {
    throw base::Error(base::ErrorKind::kUnsupported, "flow.overlap",
                      "'overlap: cancel' is known, but this version cannot cancel a run of another "
                      "process yet.")
        .At(node.place())
        .Hint("Use 'queue' or 'skip'.");
  }
  const std::vector<std::string> words{"queue", "skip", "cancel"};
  throw node.Problem("flow.overlap", fmt::format("There is no overlap '{}'.", word))
      .Hint(base::SuggestName(word, words));
}

Concurrency ParseConcurrency(const YamlNode* node) {
  Concurrency concurrency;
  if (node == nullptr) return concurrency;
  YamlMap map(*node, "concurrency");
  concurrency.limit = static_cast<int>(map.Require("limit").AsInteger(1, kRunsAtATimeMax));
  if (const YamlNode* overlap = map.Find("overlap")) concurrency.overlap = ParseOverlap(*overlap);
  map.RefuseUnknown();
  return concurrency;
}

Schedule ParseSchedule(const YamlNode& cron, const YamlNode* time_zone,
                       std::string_view otherwise) {
  try {
    return {cron.AsString(), TextOr(time_zone, otherwise)};
  } catch (const base::Error& error) {
    const bool is_zone = error.code() == "flow.time_zone" && time_zone != nullptr;
    throw base::Error(error).At((is_zone ? *time_zone : cron).place());
  }
}

TriggerDefinition ParseTrigger(const YamlNode& node, std::string_view time_zone) {
  YamlMap map(node, "a trigger");
  const YamlNode* cron = map.Find("cron");
  const YamlNode* files = map.Find("files");
  if ((cron == nullptr) == (files == nullptr)) {
    map.RefuseUnknown();
    throw node.Problem("flow.trigger", "A trigger is either 'cron' or 'files'.")
        .Hint("Write {cron: \"0 1 * * *\"} or {files: landing/sales/*.csv}.");
  }
  TriggerDefinition trigger{FilesTrigger{}, node.place()};
  if (files != nullptr) {
    trigger.what = FilesTrigger{files->AsString()};
  } else {
    const YamlNode* catch_up = map.Find("catchup");
    trigger.what = CronTrigger{ParseSchedule(*cron, map.Find("timezone"), time_zone),
                               catch_up != nullptr && catch_up->AsBoolean()};
  }
  map.RefuseUnknown();
  return trigger;
}

std::vector<TriggerDefinition> ParseTriggers(const YamlNode* node, std::string_view time_zone) {
  std::vector<TriggerDefinition> triggers;
  if (node == nullptr) return triggers;
  for (const YamlNode& element : node->Elements()) {
    triggers.push_back(ParseTrigger(element, time_zone));
  }
  return triggers;
}

// Nobody is there to give a value when a schedule starts the flow.
void CheckScheduled(const FlowDefinition& flow) {
  const auto required = std::ranges::find(flow.parameters, true, &ParameterDefinition::required);
  if (required == flow.parameters.end()) return;
  for (const TriggerDefinition& trigger : flow.triggers) {
    if (!std::holds_alternative<CronTrigger>(trigger.what)) continue;
    throw base::Error(
        base::ErrorKind::kInvalidInput, "flow.parameter",
        fmt::format("The schedule cannot give the parameter '{}' a value.", required->name))
        .At(trigger.place)
        .Hint("Give the parameter a default, or 'required: false'.");
  }
}

}  // namespace

std::span<const ParameterType> ParameterTypes() {
  return kParameterTypes;
}

const TaskDefinition* FlowDefinition::FindTask(std::string_view task) const {
  const auto found = std::ranges::find(tasks, task, &TaskDefinition::name);
  return found == tasks.end() ? nullptr : &*found;
}

std::vector<std::string> FlowDefinition::Notices() const {
  std::vector<std::string> notices;
  for (const TriggerDefinition& trigger : triggers) {
    if (std::holds_alternative<CronTrigger>(trigger.what)) continue;
    const base::Place& place = trigger.place;
    notices.push_back(
        fmt::format("{}:{}:{}: The files trigger of flow '{}' is read and kept, but this version "
                    "starts flows by 'cron' and by hand only.",
                    place.file, place.line, place.column, name));
  }
  return notices;
}

FlowDefinition ParseFlow(std::string text, const std::string& file, const FlowContext& context) {
  const YamlNode root = base::ParseYaml(std::move(text), file);
  YamlMap map(root, "a flow");
  FlowDefinition flow;
  flow.file = file;
  flow.name = NameFrom(map.Require("flow"), "a flow");
  flow.description = TextOr(map.Find("description"), "");
  flow.parameters = ParseParameters(map.Find("params"));
  flow.concurrency = ParseConcurrency(map.Find("concurrency"));
  flow.triggers = ParseTriggers(map.Find("triggers"), context.time_zone);
  flow.tasks = ParseTasks(map.Require("tasks"), context.types);
  map.RefuseUnknown();
  CheckScheduled(flow);
  CheckNeeds(flow.tasks);
  CheckTemplateNames(flow, context.blocks);
  return flow;
}

}  // namespace laguna::flow
