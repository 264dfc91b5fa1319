// SPDX-License-Identifier: Apache-2.0
#include "flow/template_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/nearest_name.h"
#include "flow/graph.h"
#include "flow/reference.h"

namespace laguna::flow {
namespace {

using base::Error;
using base::YamlNode;

// What a template may name.
struct Scope {
  std::vector<std::string> parameters;
  std::vector<std::string> tasks;
  // Tasks that exist, but need not have ended; with the task that would have to need them.
  std::vector<std::string> other_tasks;
  std::string task;
  // Those of `tasks`.
  std::vector<const TaskDefinition*> definitions;
  const connect::Blocks* blocks = nullptr;
};

bool Has(const std::vector<std::string>& names, std::string_view folded) {
  return std::ranges::any_of(names, [&](const auto& name) { return Folded(name) == folded; });
}

class Checker {
 public:
  Checker(const Scope& scope, const Template& value) : scope_(scope), value_(value) {}

  void Check() const {
    for (const Template::Piece& piece : value_.pieces()) {
      if (!piece.expression) continue;
      for (const Reference& reference : FindReferences(piece.text)) Check(piece, reference);
    }
  }

 private:
  void Check(const Template::Piece& piece, const Reference& reference) const {
    if (reference.root == "params") {
      CheckKnown(piece, reference, "parameter", scope_.parameters);
    } else if (reference.root == "run") {
      CheckKnown(piece, reference, "property of a run", {"id", "flow", "started", "due"});
    } else if (reference.root == "tasks") {
      CheckTask(piece, reference);
    } else if (scope_.blocks != nullptr) {
      CheckBlock(piece, reference);
    }
  }

  [[nodiscard]] Error Problem(const Template::Piece& piece, const Reference& reference,
                              std::string code, std::string sentence) const {
    return value_.scalar()
        .Problem(std::move(code), std::move(sentence))
        .At(value_.PlaceAt(piece.offset + reference.offset, reference.length));
  }

  void CheckKnown(const Template::Piece& piece, const Reference& reference, std::string_view what,
                  const std::vector<std::string>& names) const {
    if (Has(names, reference.name)) return;
    throw Problem(piece, reference, "template.unknown",
                  fmt::format("There is no {} '{}' here.", what, reference.name))
        .Hint(base::SuggestName(reference.name, names));
  }

  void CheckTask(const Template::Piece& piece, const Reference& reference) const {
    if (Has(scope_.other_tasks, reference.name)) {
      throw Problem(piece, reference, "template.not_before",
                    fmt::format("Task '{}' uses what task '{}' gives, but does not need it.",
                                scope_.task, reference.name))
          .Hint(fmt::format("Add '{}' to the needs of '{}'.", reference.name, scope_.task));
    }
    CheckKnown(piece, reference, "task", scope_.tasks);
    for (const TaskDefinition* task : scope_.definitions) {
      if (Folded(task->name) == reference.name) CheckOutput(piece, reference, *task);
    }
  }

  void CheckOutput(const Template::Piece& piece, const Reference& reference,
                   const TaskDefinition& task) const {
    if (reference.field.empty() || task.type->outputs.empty()) return;
    std::vector<std::string> names{"state"};
    names.insert(names.end(), task.type->outputs.begin(), task.type->outputs.end());
    if (Has(names, reference.field)) return;
    throw Problem(piece, reference, "template.unknown",
                  fmt::format("Task '{}', of type '{}', has no output '{}'.", task.name,
                              task.type->name, reference.field))
        .Hint(base::SuggestName(reference.field, names));
  }

  void CheckBlock(const Template::Piece& piece, const Reference& reference) const {
    std::vector<std::string> names;
    for (const auto& [name, block] : scope_.blocks->all()) names.push_back(name);
    CheckKnown(piece, reference, "block", names);
    if (reference.field.empty()) return;
    for (const auto& [name, block] : scope_.blocks->all()) {
      if (Folded(name) == reference.name) CheckOption(piece, reference, block);
    }
  }

  void CheckOption(const Template::Piece& piece, const Reference& reference,
                   const connect::Block& block) const {
    std::vector<std::string> options{"type"};
    for (const connect::OptionSpec& option : block.type().options) {
      if (option.type != connect::OptionType::kSecret) {
        options.emplace_back(option.name);
      } else if (option.name == reference.field) {
        throw Problem(piece, reference, "template.secret",
                      fmt::format("Option '{}' of block '{}' is a secret, and templates never see "
                                  "one.",
                                  option.name, block.name()))
            .Hint("Give the block itself to a task that takes one.");
      }
    }
    if (Has(options, reference.field)) return;
    throw Problem(piece, reference, "template.unknown",
                  fmt::format("Block '{}' has no option '{}'.", block.name(), reference.field))
        .Hint(base::SuggestName(reference.field, options));
  }

  const Scope& scope_;
  const Template& value_;
};

void CheckNode(const Scope& scope, const YamlNode& node) {
  switch (node.kind()) {
    case YamlNode::Kind::kScalar:
      if (Template::Holds(node.text())) Checker(scope, Template::Parse(node)).Check();
      return;
    case YamlNode::Kind::kSequence:
      for (const YamlNode& element : node.Elements()) CheckNode(scope, element);
      return;
    case YamlNode::Kind::kMap:
      for (const auto& [key, value] : node.Entries()) CheckNode(scope, value);
      return;
    case YamlNode::Kind::kNull:
      return;
  }
}

bool HoldsTemplate(const YamlNode& node) {
  switch (node.kind()) {
    case YamlNode::Kind::kScalar:
      return Template::Holds(node.text());
    case YamlNode::Kind::kSequence:
      return std::ranges::any_of(node.Elements(), HoldsTemplate);
    case YamlNode::Kind::kMap:
      return std::ranges::any_of(node.Entries(),
                                 [](const auto& entry) { return HoldsTemplate(entry.value); });
    case YamlNode::Kind::kNull:
      return false;
  }
  return false;
}

Scope ScopeOf(const FlowDefinition& flow, const TaskDefinition& task) {
  Scope scope;
  scope.task = task.name;
  const auto before = TasksBefore(flow.tasks, task);
  for (const TaskDefinition& other : flow.tasks) {
    const bool is_before = before.contains(other.name);
    (is_before ? scope.tasks : scope.other_tasks).push_back(other.name);
    if (is_before) scope.definitions.push_back(&other);
  }
  return scope;
}

}  // namespace

void CheckTemplateNames(const FlowDefinition& flow, const connect::Blocks* blocks) {
  Scope defaults;
  defaults.blocks = blocks;
  for (const ParameterDefinition& parameter : flow.parameters) {
    if (parameter.default_value) CheckNode(defaults, *parameter.default_value);
    defaults.parameters.push_back(parameter.name);
  }
  for (const TaskDefinition& task : flow.tasks) {
    if (!HoldsTemplate(task.node)) continue;
    Scope scope = ScopeOf(flow, task);
    scope.parameters = defaults.parameters;
    scope.blocks = blocks;
    CheckNode(scope, task.node);
  }
}

}  // namespace laguna::flow
