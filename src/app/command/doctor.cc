// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "app/command.h"
#include "app/output/json_text.h"

namespace laguna::app {
namespace {

std::string_view NameOf(Health health) {
  switch (health) {
    case Health::kGood:
      return "good";
    case Health::kWarning:
      return "warning";
    case Health::kProblem:
      return "problem";
  }
  return "";
}

std::string AsJson(const std::vector<Finding>& findings) {
  std::string text = "[";
  for (const Finding& finding : findings) {
    text += fmt::format(R"({}{{"subject": {}, "health": "{}", "finding": {}, "advice": {}}})",
                        text.size() == 1 ? "\n  " : ",\n  ", JsonString(finding.subject),
                        NameOf(finding.health), JsonString(finding.sentence),
                        finding.advice.empty() ? "null" : JsonString(finding.advice));
  }
  return text + "\n]\n";
}

std::string Mark(Health health, bool colour) {
  switch (health) {
    case Health::kGood:
      return Painted("ok", Paint::kGreen, colour) + "     ";
    case Health::kWarning:
      return Painted("warning", Paint::kYellow, colour);
    case Health::kProblem:
      return Painted("problem", Paint::kRed, colour);
  }
  return "";
}

std::string AsText(const std::vector<Finding>& findings, bool colour) {
  std::string text;
  for (const Finding& finding : findings) {
    text += fmt::format("{}  {:<11} {}\n", Mark(finding.health, colour), finding.subject,
                        finding.sentence);
    if (!finding.advice.empty()) text += fmt::format("{:<21}-> {}\n", "", finding.advice);
  }
  return text;
}

int RunDoctor(const DoctorOptions& options, CommandContext& context) {
  const std::vector<Finding> findings = Examine(context, options);
  const bool colour = context.console.terminal().colour_out;
  context.console.out().Write(context.options.json ? AsJson(findings) : AsText(findings, colour));
  const bool ill = std::ranges::any_of(
      findings, [](const Finding& finding) { return finding.health == Health::kProblem; });
  return ill ? 1 : 0;
}

}  // namespace

extern const Command doctor_command{
    .name = "doctor",
    .group = CommandGroup::kLook,
    .summary = "Checks the lake and this installation, and says what to do.",
    .documentation =
        "Looks at the program, its extensions, laguna.yaml, the storage (by writing and\n"
        "deleting a small file), free space, what killed processes have left, the engine, the\n"
        "log of every table and whether the files it names are there, views, blocks and their\n"
        "secrets, pipelines (as 'laguna pipeline check'), flows and the record of runs.\n"
        "The exit code is 1 when there is a problem; warnings do not count.\n"
        "\n"
        "Nothing is changed, but by --clean: it deletes half-written files of processes that do\n"
        "not run on this machine and have not written for ten minutes, their spill folders, and\n"
        "tables and views that were dropped longer ago than dropped_retention of laguna.yaml.",
    .examples = R"(
  laguna doctor
  laguna doctor --clean            and deletes what nobody needs any more
  laguna --lake /data/shop doctor --json
)",
    .add_options = [](CLI::App& parser) -> CommandAction {
      const auto options = std::make_shared<DoctorOptions>();
      parser.add_flag("--clean", options->clean,
                      "deletes what killed processes have left and what was dropped long ago");
      return [options](CommandContext& context) { return RunDoctor(*options, context); };
    },
};

}  // namespace laguna::app
