// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/work.h"

#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "app/output/count_text.h"
#include "base/error.h"
#include "engine/session.h"
#include "engine/syntax_check.h"
#include "pipeline/check.h"
#include "pipeline/pipeline.h"

namespace laguna::app {
namespace {

using base::Error;
using Findings = std::vector<Finding>;

bool IsThere(const catalog::Lake& lake, const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(lake.ResolvePath(path), ignored);
}

// Collects what is wrong with one kind of things.
class Collection {
 public:
  explicit Collection(std::string subject) : subject_(std::move(subject)) {}

  void Add(const Error& error, Health health = Health::kProblem) {
    findings_.push_back(ProblemOf(subject_, error));
    findings_.back().health = health;
  }
  // Runs a check; what it throws is a finding.
  void Try(const std::function<void()>& check) {
    try {
      check();
    } catch (const Error& error) {
      Add(error);
    }
  }
  Findings Take(std::string all_is_well) {
    if (findings_.empty()) {
      findings_.push_back({.subject = subject_, .sentence = std::move(all_is_well)});
    }
    return std::move(findings_);
  }

 private:
  std::string subject_;
  Findings findings_;
};

connect::Options OptionsOf(const flow::TaskDefinition& task) {
  return connect::Options::FromYaml(task.node, task.type->options, flow::kTaskKeys,
                                    flow::CheckTemplates());
}

// Blocks that tasks attach to write into them too: a SQLite file may be made by that.
std::set<std::string> AttachedBlocks(Composition& composition) {
  std::set<std::string> attached;
  const flow::FlowFiles files = composition.services().LoadFlows();
  for (const flow::FlowDefinition& flow : files.flows()) {
    for (const flow::TaskDefinition& task : flow.tasks) {
      if (task.type->name != "sql") continue;
      for (std::string& name : OptionsOf(task).TextList("blocks")) attached.insert(std::move(name));
    }
  }
  return attached;
}

void CheckBlock(const connect::Block& block, Composition& composition, Collection& found) {
  for (const connect::OptionSpec& option : block.type().options) {
    if (option.type != connect::OptionType::kSecret) continue;
    found.Try([&] { (void)block.Secret(option.name, composition.services().variables()); });
  }
  if (block.type().name != "sqlite") return;
  const std::string path = block.options().Text("path");
  if (IsThere(*composition.lake(), path)) return;
  const bool may_be_made = AttachedBlocks(composition).contains(block.name());
  found.Add(Error(base::ErrorKind::kNotFound, "doctor.block_file",
                  fmt::format("Block '{}' is the SQLite file {}, which is not there.", block.name(),
                              composition.lake()->ResolvePath(path)))
                .Hint(fmt::format("{} it, or correct 'path' in blocks/{}.yaml.",
                                  may_be_made ? "Run the flow that makes" : "Bring", block.name())),
            may_be_made ? Health::kWarning : Health::kProblem);
}

// A text with templates is known only when it runs.
void CheckInlineSql(const flow::TaskDefinition& task, const connect::Options& options,
                    Composition& composition, Collection& found) {
  const auto sql = options.OptionalText("sql");
  if (!sql) return;
  found.Try([&] {
    const base::Place place = task.node.place();
    const engine::Script script(*sql, fmt::format("{}: task '{}'", place.file, task.name));
    engine::Session session(composition.database());
    engine::CheckSyntax(composition.database(), session, script);
  });
}

void CheckTask(const flow::TaskDefinition& task, Composition& composition, Collection& found) {
  const connect::Options options = OptionsOf(task);
  if (task.type->name == "sql") {
    for (const std::string& name : options.TextList("blocks")) {
      found.Try([&] { (void)composition.blocks().Get(name); });
    }
    CheckInlineSql(task, options, composition, found);
    const auto file = options.OptionalText("file");
    if (!file || IsThere(*composition.lake(), *file)) return;
    found.Add(Error(base::ErrorKind::kNotFound, "doctor.sql_file",
                    fmt::format("Task '{}' runs the file {}, which is not there.", task.name,
                                composition.lake()->ResolvePath(*file)))
                  .Hint("Write the file, or correct 'file'.")
                  .At(task.node.place()));
  }
  if (task.type->name != "shell") return;
  for (const auto& [variable, secret] : options.TextMap("secrets")) {
    found.Try([&, name = secret, option = fmt::format("secrets.{}", variable)] {
      (void)connect::ResolveSecret({name}, fmt::format("task '{}'", task.name), option,
                                   composition.services().variables());
    });
  }
}

}  // namespace

Findings ExamineBlocks(Composition& composition) {
  Collection found("blocks");
  found.Try([&] {
    for (const auto& [name, problem] : composition.blocks().problems()) found.Add(problem);
    for (const auto& [name, block] : composition.blocks().all()) {
      CheckBlock(block, composition, found);
    }
  });
  return found.Take(fmt::format("{}.", Counted(composition.blocks().all().size(), "block")));
}

Findings ExamineFlows(Composition& composition) {
  Collection found("flows");
  const flow::FlowFiles files = composition.services().LoadFlows();
  for (const Error& problem : files.problems()) found.Add(problem);
  for (const flow::FlowDefinition& flow : files.flows()) {
    for (const flow::TaskDefinition& task : flow.tasks) {
      found.Try([&] { CheckTask(task, composition, found); });
    }
  }
  return found.Take(fmt::format("{}.", Counted(files.flows().size(), "flow")));
}

Findings ExaminePipelines(Composition& composition) {
  Collection found("pipelines");
  size_t tables = 0;
  try {
    engine::Session session(composition.database());
    const auto pipeline = pipeline::LoadPipeline(composition.environment(), session);
    tables = pipeline.tables.size();
    const auto report = pipeline::CheckPipeline(composition.environment(), session, pipeline);
    for (const Error& error : report.errors) found.Add(error);
    for (const pipeline::TableCheck& table : report.tables) {
      if (table.failure) found.Add(*table.failure);
    }
  } catch (const Error& error) {
    if (error.code() != "pipeline.empty") found.Add(error);
  }
  return found.Take(fmt::format("{}.", Counted(tables, "table")));
}

}  // namespace laguna::app
