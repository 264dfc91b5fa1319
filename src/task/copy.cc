// SPDX-License-Identifier: Apache-2.0
// Task type `copy`: files and rows into a file zone.
#include "ingest/copy/copy.h"

#include <fmt/format.h>

#include <memory>

#include "engine/session.h"
#include "flow/task_type.h"
#include "ingest/copy/copy_options.h"
#include "task/task.h"

namespace laguna::task {
namespace {

// Files named in the log; their number is always told.
constexpr size_t kFilesLoggedMax = 100;

constexpr std::string_view kOutputs[] = {"files", "unchanged", "rows", "bytes"};

constexpr flow::TaskType kType{
    .name = "copy",
    .summary = "Copies files, and rows of files and databases, into a file zone.",
    .documentation =
        R"(A full copy makes the target equal to the source: a file, a folder with all below it (hidden files
are left out), the files of a pattern, or a table of a block of the types `postgres` and `sqlite`,
written as one file `<table>.csv`. What is there already is not copied again.

An incremental copy writes the rows that came since its last run into one new file, called after the
source and the time of the run; without new rows it writes none. New are rows whose `cursor` is not
below the highest one copied so far, minus the `lag`, and that were not copied before: late rows
within the lag are found, and nothing is copied twice. Rows without a cursor are copied once.

Killed at any moment, a copy is finished by its next run. `laguna.copies` has the history.

Outputs: `files`, of them `replaced`, and `unchanged`, how many; `rows`, NULL for files copied as they are; `bytes`.

```yaml
tasks:
  fetch:
    type: copy
    from: ../shop/sales.csv
    to: landing/sales/
    mode: incremental
    lag: 1h
  areas:
    type: copy
    from: office:areas          # table areas of blocks/office.yaml
    to: landing/office/
```
)",
    .options = ingest::kCopyOptions,
    .outputs = kOutputs,
};

void LogReport(const flow::TaskContext& context, const ingest::CopyReport& report) {
  for (size_t i = 0; i < std::min(report.files.size(), kFilesLoggedMax); ++i) {
    const ingest::CopiedFile& file = report.files[i];
    context.log(file.rows ? fmt::format("{}: {} rows, {} bytes", file.key, *file.rows, file.bytes)
                          : fmt::format("{}: {} bytes", file.key, file.bytes));
  }
  if (report.rows_without_cursor > 0) {
    context.log(fmt::format("{} rows have no cursor; they were copied as new.",
                            report.rows_without_cursor));
  }
  if (report.files_replaced > 0) {
    context.log(
        fmt::format("{} of the files were there with other bytes. Streaming tables that read them "
                    "do not read them again; files that grow want mode: incremental.",
                    report.files_replaced));
  }
  context.log(fmt::format("{}: {} copied, {} unchanged", report.to, report.files.size(),
                          report.files_unchanged));
}

flow::TaskOutputs OutputsOf(const ingest::CopyReport& report) {
  const auto rows = report.rows();
  return {{"files", static_cast<int64_t>(report.files.size())},
          {"replaced", static_cast<int64_t>(report.files_replaced)},
          {"unchanged", static_cast<int64_t>(report.files_unchanged)},
          {"rows", rows ? engine::Value(*rows) : engine::Value(engine::Null{})},
          {"bytes", static_cast<int64_t>(report.bytes())}};
}

class Runner final : public flow::TaskRunner {
 public:
  explicit Runner(const TaskEnvironment& environment) : environment_(environment) {}
  [[nodiscard]] const flow::TaskType& type() const override { return kType; }

  flow::TaskOutputs Run(const flow::TaskContext& context) override {
    ingest::CopyRequest request = ingest::CopyRequestFrom(context.options);
    request.call.stop = context.stop;
    request.on_notice = context.log;
    engine::Session session(environment_.database);
    const InterruptOnStop interrupt(context.stop, session);
    const ingest::CopyEnvironment environment{environment_.lake, environment_.blocks,
                                              environment_.variables};
    const ingest::CopyReport report = ingest::Copy(environment, session, request);
    LogReport(context, report);
    return OutputsOf(report);
  }

 private:
  const TaskEnvironment environment_;
};

}  // namespace

extern const Task copy_task{
    .type = kType,
    .make = [](const TaskEnvironment& environment) -> std::unique_ptr<flow::TaskRunner> {
      return std::make_unique<Runner>(environment);
    },
};

}  // namespace laguna::task
