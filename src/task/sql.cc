// SPDX-License-Identifier: Apache-2.0
// Task type `sql`: the statements of a file or of the flow itself.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <set>

#include "base/error.h"
#include "base/yaml.h"
#include "engine/result.h"
#include "engine/script.h"
#include "engine/session.h"
#include "engine/value_json.h"
#include "flow/reference.h"
#include "flow/task_type.h"
#include "task/database/attached_blocks.h"
#include "task/script/placed_script.h"
#include "task/task.h"
#include "task/text_file.h"

namespace laguna::task {
namespace {

using base::Error;
using base::ErrorKind;

// What later tasks may read of a result has to stay small: it is kept in the control state.
constexpr size_t kResultBytesMax = size_t{64} * 1024;

constexpr connect::OptionSpec kOptions[] = {
    {.name = "file",
     .documentation = "The file with the statements, relative to `laguna.yaml`. No templates are "
                      "read in it; values come in by `parameters`."},
    {.name = "sql",
     .documentation = "The statements themselves. Exactly one of `file` and `sql` is given."},
    {.name = "parameters",
     .type = connect::OptionType::kTextMap,
     .documentation = "Values for `$name` in the statements, as text: write `$day::DATE`. They are "
                      "never read as SQL, which a template inside `sql` is."},
    {.name = "blocks",
     .type = connect::OptionType::kTextList,
     .documentation = "Blocks of databases (postgres, sqlite) whose tables the statements may read "
                      "and write as `block.table`."},
};

constexpr std::string_view kOutputs[] = {"rows", "result"};

constexpr flow::TaskType kType{
    .name = "sql",
    .summary = "Runs SQL statements.",
    .documentation =
        R"(Runs statements, one after another, in one session of their own. The first that fails ends the
task; what was committed before stays. Put BEGIN and COMMIT around statements that belong
together; a script that forgets its COMMIT fails, and changes nothing.

Outputs: `rows`, how many rows the statements changed in total; `result`, when the last statement is
a query: its first row by column (all NULL when there is none). As JSON it looks like a row of
`laguna sql --json`. The log has a line for each statement.

```yaml
tasks:
  totals:
    type: sql
    sql: |
      INSERT OVERWRITE gold.totals SELECT day, sum(amount) AS amount FROM silver.sales GROUP BY day;
      SELECT count(*) AS days FROM gold.totals
  month:
    type: sql
    file: sql/month.sql
    parameters: {day: "{{ params.day }}"}    # $day::DATE in the file
    needs: [totals]
    when: "{{ tasks.totals.result.days > 0 }}"
  back:
    type: sql
    sql: INSERT INTO shop.totals FROM gold.totals
    blocks: [shop]                           # blocks/shop.yaml
    needs: [month]
```
)",
    .options = kOptions,
    .outputs = kOutputs,
};

Error WrongScript(const std::string& task, bool both) {
  return Error(ErrorKind::kInvalidInput, "task.sql",
               fmt::format("Task '{}' gives {}.", task,
                           both ? "both 'file' and 'sql'" : "neither 'file' nor 'sql'"))
      .Hint("Give exactly one: 'file' with a path, or 'sql' with the statements.");
}

const base::YamlNode& OptionOf(const base::YamlNode& task, std::string_view name) {
  for (const auto& [key, value] : task.Entries()) {
    if (key.text() == name) return value;
  }
  return task;
}

std::unique_ptr<PlacedScript> ScriptOf(const flow::TaskContext& context,
                                       const catalog::Lake& lake) {
  const auto file = context.options.OptionalText("file");
  const auto text = context.options.OptionalText("sql");
  if (file.has_value() == text.has_value()) {
    throw WrongScript(context.task, file.has_value());
  }
  if (text) return std::make_unique<PlacedScript>(*text, OptionOf(context.node, "sql"));
  return std::make_unique<PlacedScript>(ReadTextFile(lake.ResolvePath(*file)), *file);
}

using TextMap = std::map<std::string, std::string>;

// Those that the statement names: DuckDB refuses values that nothing asks for.
engine::NamedValues ParametersOf(const engine::ScriptStatement& statement, const TextMap& given) {
  engine::NamedValues parameters;
  for (size_t i = 1; i < statement.tokens.size(); ++i) {
    const engine::Token& token = statement.tokens[i];
    const engine::Token& before = statement.tokens[i - 1];
    if (!before.IsOperator("$") || before.end() != token.offset) continue;
    for (const auto& [name, value] : given) {
      if (flow::Folded(name) == flow::Folded(token.text)) parameters.emplace(name, value);
    }
  }
  return parameters;
}

// A value that no statement takes is a misspelt one.
void CheckParametersAreTaken(const engine::Script& script, const TextMap& given,
                             const std::string& task) {
  std::set<std::string> taken;
  for (const engine::ScriptStatement& statement : script.statements()) {
    for (const auto& [name, value] : ParametersOf(statement, given)) taken.insert(name);
  }
  for (const auto& [name, value] : given) {
    if (taken.contains(name)) continue;
    throw Error(
        ErrorKind::kInvalidInput, "task.parameter",
        fmt::format("Task '{}' gives the parameter '{}', which no statement takes.", task, name))
        .Hint(fmt::format("Write ${} where the value belongs, or take it out of 'parameters'.",
                          name));
  }
}

std::string Counted(int64_t rows) {
  return fmt::format("{} {}", rows, rows == 1 ? "row" : "rows");
}

class Run {
 public:
  Run(const flow::TaskContext& context, const TaskEnvironment& environment, AttachedBlocks& blocks)
      : context_(context),
        script_(ScriptOf(context, environment.lake.lake)),
        session_(environment.database),
        blocks_(blocks, session_, context.options.TextList("blocks")),
        interrupt_(context.stop, session_) {}

  flow::TaskOutputs Go() {
    const TextMap parameters = context_.options.TextMap("parameters");
    CheckParametersAreTaken(script_->script(), parameters, context_.task);
    for (const engine::ScriptStatement& statement : script_->script().statements()) {
      RunPlaced(statement, ParametersOf(statement, parameters));
    }
    RefuseOpenTransaction();
    flow::TaskOutputs outputs{{"rows", rows_changed_}};
    if (!first_row_.empty()) outputs.emplace_back("result", std::move(first_row_));
    return outputs;
  }

 private:
  void RunPlaced(const engine::ScriptStatement& statement, const engine::NamedValues& parameters) {
    try {
      RunOne(statement, parameters);
    } catch (const Error& error) {
      throw script_->Placed(error);
    }
  }

  void RunOne(const engine::ScriptStatement& statement, const engine::NamedValues& parameters) {
    const auto start = std::chrono::steady_clock::now();
    engine::Result result = session_.Run(script_->script(), statement, parameters);
    first_row_.clear();
    const std::string done = Take(result);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const base::Place place = script_->PlaceOf(statement);
    context_.log(
        fmt::format("{}:{}: {} ({:.2f} s)", place.file, place.line, done, seconds.count()));
  }

  // Reads the result to its end, so that an error in its last row is one.
  std::string Take(engine::Result& result) {
    if (result.kind() == engine::ResultKind::kChanged) {
      const int64_t rows = result.ChangedRows();
      rows_changed_ += rows;
      return Counted(rows) + " changed";
    }
    int64_t rows = 0;
    while (const engine::ResultBatch* batch = result.Next()) {
      if (rows == 0 && batch->rows() > 0) KeepFirstRow(result, *batch);
      rows += static_cast<int64_t>(batch->rows());
    }
    if (result.kind() == engine::ResultKind::kNothing) return "done";
    if (rows == 0) KeepNoRow(result);
    if (rows == 0) return Counted(0);
    const std::string first = first_row_.empty() ? "" : engine::ToJsonText(first_row_);
    return fmt::format("{}{}{}", Counted(rows), first.empty() ? "" : ", the first ", first);
  }

  void KeepFirstRow(const engine::Result& result, const engine::ResultBatch& batch) {
    size_t bytes = 0;
    for (size_t column = 0; column < result.columns().size(); ++column) {
      bytes += batch.Text(0, column).value_or("").size();
      if (bytes > kResultBytesMax) {
        context_.log("The first row is too large for the output 'result'; it is left out.");
        first_row_.clear();
        return;
      }
      first_row_.emplace_back(result.columns()[column].name, batch.Cell(0, column));
    }
  }

  void KeepNoRow(const engine::Result& result) {
    for (const engine::ResultColumn& column : result.columns()) {
      first_row_.emplace_back(column.name, engine::Null{});
    }
  }

  void RefuseOpenTransaction() const {
    if (!session_.in_transaction()) return;
    throw Error(ErrorKind::kInvalidInput, "sql.open_transaction",
                fmt::format("The statements of task '{}' end inside a transaction, which is "
                            "rolled back.",
                            context_.task))
        .Hint("End them with COMMIT to keep what they changed.");
  }

  const flow::TaskContext& context_;
  const std::unique_ptr<PlacedScript> script_;
  engine::Session session_;
  const AttachedBlocks::Use blocks_;
  const InterruptOnStop interrupt_;
  int64_t rows_changed_ = 0;
  engine::ValueStruct first_row_;
};

class Runner final : public flow::TaskRunner {
 public:
  explicit Runner(const TaskEnvironment& environment)
      : environment_(environment),
        blocks_(environment.lake, environment.blocks, environment.variables) {}
  [[nodiscard]] const flow::TaskType& type() const override { return kType; }
  void Check(const flow::TaskPlan& plan) const override {
    const bool file = std::ranges::count(plan.given, "file") > 0;
    const bool text = std::ranges::count(plan.given, "sql") > 0;
    if (file == text) throw WrongScript(plan.task, file);
    for (const std::string& name : plan.options.TextList("blocks")) {
      const connect::Block& block = environment_.blocks.Get(name);
      for (const connect::OptionSpec& option : block.type().options) {
        if (option.type != connect::OptionType::kSecret) continue;
        (void)block.Secret(option.name, environment_.variables);
      }
    }
  }
  flow::TaskOutputs Run(const flow::TaskContext& context) override {
    return task::Run(context, environment_, blocks_).Go();
  }

 private:
  const TaskEnvironment environment_;
  AttachedBlocks blocks_;
};

}  // namespace

extern const Task sql_task{
    .type = kType,
    .make = [](const TaskEnvironment& environment) -> std::unique_ptr<flow::TaskRunner> {
      return std::make_unique<Runner>(environment);
    },
};

}  // namespace laguna::task
