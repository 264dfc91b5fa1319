// SPDX-License-Identifier: Apache-2.0
// Task type `shell`: another program.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"
#include "connect/secret.h"
#include "flow/task_type.h"
#include "io/process.h"
#include "task/task.h"

namespace laguna::task {
namespace {

using base::Error;
using base::ErrorKind;

// The most of the last line that later tasks may read.
constexpr size_t kOutputBytesMax = size_t{64} * 1024;
constexpr std::string_view kMask = "***";
constexpr int kExitCodeMax = 255;

constexpr connect::OptionSpec kOptions[] = {
    {.name = "command",
     .documentation = "What `/bin/sh -c` runs. Exactly one of `command` and `arguments` is given."},
    {.name = "arguments",
     .type = connect::OptionType::kTextList,
     .documentation = "A program and its arguments, run without a shell: whatever a template gives "
                      "is one argument, never more."},
    {.name = "env",
     .type = connect::OptionType::kTextMap,
     .documentation = "Variables beside those laguna runs with."},
    {.name = "secrets",
     .type = connect::OptionType::kTextMap,
     .documentation = "Variables that hold secrets, each with its secret's name: `{PGPASSWORD: "
                      "SHOP_PASSWORD}`. Their values are masked in the log."},
    {.name = "folder",
     .documentation = "Where it runs; relative to `laguna.yaml`, or to the storage when it begins "
                      "with a zone.",
     .default_text = "."},
    {.name = "success_codes",
     .type = connect::OptionType::kTextList,
     .documentation = "The exit codes that are no failure.",
     .default_text = "0"},
};

constexpr std::string_view kOutputs[] = {"exit_code", "output"};

constexpr flow::TaskType kType{
    .name = "shell",
    .summary = "Runs another program.",
    .documentation =
        R"(Runs a command with `/bin/sh`, or a program with arguments. What it prints goes to the task's log.
When the run is cancelled or the task's time is over, the program and all that it started are asked
to stop, and killed two seconds later.

Outputs: `exit_code`; `output`, the last line it printed on standard output.

A template inside `command` becomes part of the command: a value such as `; rm -rf .` is then run.
Give values that others can choose as `arguments` or as `env`, where they stay values:

```yaml
tasks:
  count:
    type: shell
    command: 'wc -l < "$FILE"'
    env: {FILE: "{{ params.file }}"}
  report:
    type: shell
    arguments: [python3, scripts/report.py, --day, "{{ params.day }}"]
    secrets: {MAIL_PASSWORD: MAIL_PASSWORD}    # from LAGUNA_SECRET_MAIL_PASSWORD
    timeout: 5m
```

Secrets of laguna (`LAGUNA_SECRET_...`) are not handed on but by `secrets`.
)",
    .options = kOptions,
    .outputs = kOutputs,
};

using Variables = std::vector<std::pair<std::string, std::string>>;

// This process' variables, without the secrets among them.
Variables OwnVariables(const std::set<std::string>& replaced) {
  Variables variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string name(text.substr(0, equals));
    if (name.starts_with(connect::kSecretVariablePrefix) || replaced.contains(name)) continue;
    variables.emplace_back(name, text.substr(equals + 1));
  }
  return variables;
}

// What a program prints may be any bytes; outputs are text.
std::string AsText(std::string_view bytes) {
  std::string text;
  for (size_t offset = 0; offset < bytes.size();) {
    const base::CodePoint point = base::DecodeUtf8(bytes, offset);
    const bool kept = point.valid && point.value != 0;
    text += kept ? bytes.substr(offset, point.bytes) : std::string_view("\uFFFD");
    offset += point.bytes;
  }
  return text;
}

// The operating system's texts end at a NUL byte; what stands behind one would be lost.
void RefuseNul(const std::string& text, const std::string& task) {
  if (text.find('\0') == std::string::npos) return;
  throw Error(ErrorKind::kInvalidInput, "task.nul",
              fmt::format("Task '{}' gives its program a text with a NUL byte.", task))
      .Hint("Take it out, as with replace(x, chr(0), '').");
}

void CheckVariableName(const std::string& name, const std::string& task) {
  const bool empty = name.empty();
  if (!empty && name.find('=') == std::string::npos && name.find('\0') == std::string::npos) return;
  throw Error(ErrorKind::kInvalidInput, "task.variable",
              fmt::format("Task '{}': '{}' is no name of a variable.", task, name));
}

void CheckSecretName(const std::string& name, const std::string& task) {
  if (connect::IsSecretName(name)) return;
  throw Error(ErrorKind::kInvalidInput, "secret.name",
              fmt::format("Task '{}': 'secrets' wants the names of secrets, and one of them is "
                          "none.",
                          task))
      .Hint("A secret's name is of A-Z, 0-9 and '_'; its value stands in LAGUNA_SECRET_<NAME>.");
}

std::string Resolve(const std::string& task, const std::string& variable, const std::string& secret,
                    const TaskEnvironment& environment) {
  CheckSecretName(secret, task);
  return connect::ResolveSecret({secret}, fmt::format("task '{}'", task),
                                fmt::format("secrets.{}", variable), environment.variables);
}

Error WrongProgram(const std::string& task, bool both) {
  return Error(ErrorKind::kInvalidInput, "task.shell",
               fmt::format(
                   "Task '{}' gives {}.", task,
                   both ? "both 'command' and 'arguments'" : "neither 'command' nor 'arguments'"))
      .Hint("Give exactly one of them.");
}

class Run {
 public:
  Run(const flow::TaskContext& context, const TaskEnvironment& environment)
      : context_(context), environment_(environment) {}

  flow::TaskOutputs Go() {
    io::ProcessOptions options;
    options.arguments = Arguments();
    options.environment = AllVariables();
    for (const std::string& argument : options.arguments) RefuseNul(argument, context_.task);
    for (const auto& [name, value] : *options.environment) RefuseNul(value, context_.task);
    options.working_folder = environment_.lake.lake.ResolvePath(context_.options.Text("folder"));
    options.on_output_line = [this](std::string_view line) {
      last_line_ = AsText(Masked(base::TruncateBytes(line, kOutputBytesMax)));
      context_.log(Masked(line));
    };
    options.on_error_line = [this](std::string_view line) { context_.log(Masked(line)); };
    const io::ProcessResult result = io::RunProcess(options, {.stop = context_.stop});
    CheckExit(result);
    return {{"exit_code", result.exit_code}, {"output", last_line_}};
  }

 private:
  std::vector<std::string> Arguments() const {
    const auto command = context_.options.OptionalText("command");
    std::vector<std::string> arguments = context_.options.TextList("arguments");
    if (command.has_value() == !arguments.empty()) {
      throw WrongProgram(context_.task, command.has_value());
    }
    if (command) return {"/bin/sh", "-c", *command};
    return arguments;
  }

  Variables AllVariables() {
    const auto given = context_.options.TextMap("env");
    const auto secrets = context_.options.TextMap("secrets");
    std::set<std::string> replaced;
    for (const auto& [name, value] : given) replaced.insert(name);
    for (const auto& [name, secret] : secrets) replaced.insert(name);
    Variables variables = OwnVariables(replaced);
    for (const auto& [name, value] : given) {
      CheckVariableName(name, context_.task);
      if (!secrets.contains(name)) variables.emplace_back(name, value);
    }
    for (const auto& [name, secret] : secrets) {
      CheckVariableName(name, context_.task);
      variables.emplace_back(name, Resolve(context_.task, name, secret, environment_));
      Remember(variables.back().second);
    }
    return variables;
  }

  // What is masked: output comes line by line, so of a secret of several lines each.
  void Remember(std::string_view secret) {
    for (size_t begin = 0; begin < secret.size();) {
      const size_t end = std::min(secret.find('\n', begin), secret.size());
      if (end > begin) secret_values_.emplace_back(secret.substr(begin, end - begin));
      begin = end + 1;
    }
    // Longer ones first: one may be a part of another.
    std::ranges::sort(secret_values_, std::greater(), &std::string::size);
  }

  [[nodiscard]] std::string Masked(std::string_view line) const {
    std::string text(line);
    for (const std::string& value : secret_values_) {
      for (size_t at = text.find(value); at != std::string::npos;
           at = text.find(value, at + kMask.size())) {
        text.replace(at, value.size(), kMask);
      }
    }
    return text;
  }

  void CheckExit(const io::ProcessResult& result) const {
    std::vector<std::string> allowed = context_.options.TextList("success_codes");
    for (const std::string& text : allowed) CheckExitCode(text);
    if (result.signal == 0 &&
        std::ranges::count(allowed, fmt::format("{}", result.exit_code)) > 0) {
      return;
    }
    throw Error(ErrorKind::kViolation, "task.exit_code",
                result.signal != 0
                    ? fmt::format("The program was ended by signal {}.", result.signal)
                    : fmt::format("The program ended with exit code {}.", result.exit_code))
        .Hint("The task's log has what it printed.")
        .With("exit_code", fmt::format("{}", result.exit_code));
  }

  void CheckExitCode(const std::string& text) const {
    int code = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
    if (error == std::errc() && end == text.data() + text.size() && code >= 0 &&
        code <= kExitCodeMax) {
      return;
    }
    throw Error(ErrorKind::kInvalidInput, "task.success_codes",
                fmt::format("Task '{}': '{}' is no exit code.", context_.task, text))
        .Hint("Exit codes are whole numbers from 0 to 255.");
  }

  const flow::TaskContext& context_;
  const TaskEnvironment& environment_;
  std::vector<std::string> secret_values_;
  std::string last_line_;
};

class Runner final : public flow::TaskRunner {
 public:
  explicit Runner(const TaskEnvironment& environment) : environment_(environment) {}
  [[nodiscard]] const flow::TaskType& type() const override { return kType; }
  void Check(const flow::TaskPlan& plan) const override {
    const bool command = std::ranges::count(plan.given, "command") > 0;
    const bool arguments = std::ranges::count(plan.given, "arguments") > 0;
    if (command == arguments) throw WrongProgram(plan.task, command);
    for (const auto& [name, secret] : plan.options.TextMap("secrets")) {
      (void)Resolve(plan.task, name, secret, environment_);
    }
  }
  flow::TaskOutputs Run(const flow::TaskContext& context) override {
    return task::Run(context, environment_).Go();
  }

 private:
  const TaskEnvironment environment_;
};

}  // namespace

extern const Task shell_task{
    .type = kType,
    .make = [](const TaskEnvironment& environment) -> std::unique_ptr<flow::TaskRunner> {
      return std::make_unique<Runner>(environment);
    },
};

}  // namespace laguna::task
