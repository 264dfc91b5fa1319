// SPDX-License-Identifier: Apache-2.0
// Task type `pipeline`: refreshes tables of the lake's pipeline folder.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/error.h"
#include "engine/session.h"
#include "flow/task_type.h"
#include "pipeline/run.h"
#include "task/task.h"

namespace laguna::task {
namespace {

using pipeline::RefreshState;
using pipeline::RunReport;
using pipeline::TableReport;

constexpr connect::OptionSpec kOptions[] = {
    {.name = "select",
     .type = connect::OptionType::kTextList,
     .documentation = "Which tables: `zone.table`, `zone.table+` (and all that reads it), "
                      "`+zone.table` (and all it reads), `zone.*`. Without it: every table."},
    {.name = "full_refresh",
     .type = connect::OptionType::kBoolean,
     .documentation = "Makes the chosen tables anew from all their sources have now.",
     .default_text = "false"},
};

constexpr std::string_view kOutputs[] = {"rows",    "tables", "quarantined",
                                         "dropped", "errors", "changed"};

constexpr flow::TaskType kType{
    .name = "pipeline",
    .summary = "Refreshes tables that pipelines/ defines.",
    .documentation =
        R"(What `laguna pipeline run` does: the pipeline is checked, then its tables are refreshed, sources
before readers. A table that fails stops only those that read it; the task then fails at the end.
Running it again takes up what is left, and changes nothing else.

Outputs, of all tables together: `rows` written, `tables` that changed, rows `dropped`,
`quarantined`, `errors`, the rows that could not be parsed, and `changed`, the files that changed
after they were read (what they have now is not in the tables). The log has a line for each table.

```yaml
tasks:
  refresh:
    type: pipeline
    select: [bronze.sales+]
  report:
    type: sql
    file: sql/report.sql
    needs: [refresh]
    when: "{{ tasks.refresh.rows > 0 }}"
```
)",
    .options = kOptions,
    .outputs = kOutputs,
};

std::string LineOf(const TableReport& report) {
  return fmt::format("{} ({}): {}", report.table, NameOf(report.kind), DetailOf(report));
}

void LogErrors(const flow::TaskContext& context, const RunReport& report) {
  for (const base::Error& error : report.errors) context.log(error.Report());
  for (const TableReport& table : report.tables) {
    if (table.error) context.log(table.error->Report());
  }
}

flow::TaskOutputs OutputsOf(const RunReport& report) {
  ingest::RowCounts sum;
  int64_t tables = 0;
  int64_t changed = 0;
  for (const TableReport& table : report.tables) {
    sum.Add(table);
    tables += table.state == RefreshState::kUpdated ? 1 : 0;
    changed += table.files_changed;
  }
  return {{"rows", sum.rows_written},
          {"tables", tables},
          {"quarantined", sum.rows_quarantined},
          {"dropped", sum.rows_dropped},
          {"errors", sum.rows_failed_to_parse},
          {"changed", changed}};
}

class Runner final : public flow::TaskRunner {
 public:
  explicit Runner(const TaskEnvironment& environment) : environment_(environment) {}

  [[nodiscard]] const flow::TaskType& type() const override { return kType; }

  flow::TaskOutputs Run(const flow::TaskContext& context) override {
    engine::Session session(environment_.database);
    const InterruptOnStop interrupt(context.stop, session);
    const RunReport report = pipeline::RunPipeline(
        {environment_.lake, session, &environment_.state}, OptionsOf(context));
    for (const TableReport& table : report.tables) {
      for (const std::string& line : FailedExpectations(table)) context.log(line);
    }
    LogErrors(context, report);
    if (const auto error = report.FirstError()) throw *error;
    if (report.cancelled) {
      throw base::Error(base::ErrorKind::kCancelled, "pipeline.cancelled",
                        "The run of the pipeline was stopped.");
    }
    return OutputsOf(report);
  }

 private:
  static pipeline::RunOptions OptionsOf(const flow::TaskContext& context) {
    pipeline::RunOptions options;
    options.select = context.options.TextList("select");
    options.full_refresh = context.options.Boolean("full_refresh");
    options.call.stop = context.stop;
    options.on_table = [&context](const TableReport& table) { context.log(LineOf(table)); };
    options.on_notice = [&context](std::string_view sentence) { context.log(sentence); };
    return options;
  }

  const TaskEnvironment environment_;
};

}  // namespace

extern const Task pipeline_task{
    .type = kType,
    .make = [](const TaskEnvironment& environment) -> std::unique_ptr<flow::TaskRunner> {
      return std::make_unique<Runner>(environment);
    },
};

}  // namespace laguna::task
