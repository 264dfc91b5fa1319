// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.h"

#include <fmt/format.h>

#include <algorithm>

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

int RunDoctor(CommandContext& context) {
  const std::vector<Finding> findings = Examine(context.options);
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
        "deleting a small file), free space, leftovers of killed queries, blocks, flows, the\n"
        "record of runs, and the engine. The exit code is 1 when there is a problem; warnings\n"
        "do not count.",
    .examples = R"(
  laguna doctor
  laguna --lake /data/shop doctor --json
)",
    .add_options = [](CLI::App&) -> CommandAction { return RunDoctor; },
};

}  // namespace laguna::app
