// SPDX-License-Identifier: Apache-2.0
// Task type `maintain`: does what laguna_doctor says of tables.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/alter/dropped_table.h"
#include "catalog/health/table_finding.h"
#include "engine/session.h"
#include "flow/task_type.h"
#include "task/maintenance/table_upkeep.h"
#include "task/task.h"

namespace laguna::task {
namespace {

constexpr connect::OptionSpec kOptions[] = {
    {.name = "tables",
     .type = connect::OptionType::kTextList,
     .documentation = "Which tables: `zone.table`, `zone.*`. Without it: every table of the lake."},
    {.name = "findings",
     .type = connect::OptionType::kTextList,
     .documentation = "Only these are mended: `no_checkpoint`, `long_log`, `deleted_rows`, "
                      "`no_statistics`, `small_files`, `skewed_files`, `unneeded_files`. Without "
                      "it: all of them."},
    {.name = "dry_run",
     .type = connect::OptionType::kBoolean,
     .documentation = "Writes into the log what would be done, and does nothing.",
     .default_text = "false"},
};

constexpr std::string_view kOutputs[] = {"tables", "findings", "statements"};

constexpr flow::TaskType kType{
    .name = "maintain",
    .summary = "Keeps tables in good health, as `laguna table doctor` says.",
    .documentation =
        R"(Examines tables and runs the statements of what is routine: OPTIMIZE where files are small, of
very different size or without statistics, REORG TABLE ... APPLY (PURGE) where deletion vectors delete many rows, CHECKPOINT TABLE
where the log is long, VACUUM where files belong to no version that the table keeps. None of them
changes a row, and how long old versions stay is what the table's properties say
(`delta.deletedFileRetentionDuration`, `delta.logRetentionDuration`). Other findings go into the log
with what to do about them.

Without `tables` and `findings` it also deletes tables and views that were dropped longer ago than
`dropped_retention` of `laguna.yaml` (a week).

A table that fails does not stop the others; the task then fails at the end. It works beside those who
write the tables: give the flow a schedule at a quiet time (`triggers`, `laguna flow serve`) and
forget it.

Outputs: how many `tables` were examined, `findings` were made, `statements` were run.

```yaml
tasks:
  upkeep:
    type: maintain
    tables: [bronze.*, silver.sales]
```
)",
    .options = kOptions,
    .outputs = kOutputs,
};

std::vector<std::string> PatternsOf(const connect::Options& options) {
  std::vector<std::string> patterns = options.TextList("tables");
  if (patterns.empty()) patterns.emplace_back("*");
  return patterns;
}

void CheckFindings(const connect::Options& options, const std::string& task) {
  std::vector<std::string> known;
  for (const std::string_view name : catalog::RoutineFindings()) known.emplace_back(name);
  for (const std::string& name : options.TextList("findings")) {
    if (std::ranges::count(known, name) > 0) continue;
    throw base::Error(base::ErrorKind::kInvalidInput, "task.maintain",
                      fmt::format("Task '{}' is to mend '{}', which is no finding that a task "
                                  "mends.",
                                  task, name))
        .Hint(base::SuggestName(name, known));
  }
}

class Runner final : public flow::TaskRunner {
 public:
  explicit Runner(const TaskEnvironment& environment) : environment_(environment) {}
  [[nodiscard]] const flow::TaskType& type() const override { return kType; }

  void Check(const flow::TaskPlan& plan) const override { CheckFindings(plan.options, plan.task); }

  flow::TaskOutputs Run(const flow::TaskContext& context) override {
    CheckFindings(context.options, context.task);
    engine::Session session(environment_.database);
    const InterruptOnStop interrupt(context.stop, session);
    const UpkeepResult result = KeepUpTables(
        session, TablesNamed(session, PatternsOf(context.options)), SettingsOf(context));
    CleanDropped(context);
    if (result.error) throw *result.error;
    const UpkeepCounts& counts = result.counts;
    return {{"tables", static_cast<int64_t>(counts.tables)},
            {"findings", static_cast<int64_t>(counts.findings)},
            {"statements", static_cast<int64_t>(counts.statements)}};
  }

 private:
  // Only where all of the lake is looked after.
  void CleanDropped(const flow::TaskContext& context) const {
    const bool is_all =
        context.options.TextList("tables").empty() && context.options.TextList("findings").empty();
    if (!is_all) return;
    const catalog::LakeEnvironment& lake = environment_.lake;
    const int64_t before_ms = lake.clock.NowMs() - lake.lake.dropped_retention.count();
    const catalog::ExpiredDrops expired = catalog::FindExpiredDrops(lake.store, before_ms);
    if (expired.count == 0) return;
    const bool dry_run = context.options.Boolean("dry_run");
    context.log(
        fmt::format("{} {} tables and views that were dropped longer ago than they are "
                    "kept (dropped_retention).",
                    dry_run ? "Would delete" : "Deleting", expired.count));
    if (!dry_run) catalog::DeleteDrops(lake.store, expired);
  }

  static UpkeepSettings SettingsOf(const flow::TaskContext& context) {
    UpkeepSettings settings;
    settings.only = context.options.TextList("findings");
    if (settings.only->empty()) settings.only.reset();
    settings.dry_run = context.options.Boolean("dry_run");
    settings.log = context.log;
    return settings;
  }

  const TaskEnvironment environment_;
};

}  // namespace

extern const Task maintain_task{
    .type = kType,
    .make = [](const TaskEnvironment& environment) -> std::unique_ptr<flow::TaskRunner> {
      return std::make_unique<Runner>(environment);
    },
};

}  // namespace laguna::task
