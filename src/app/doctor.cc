// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <system_error>

#include "app/build_info.h"
#include "app/compose.h"
#include "app/doctor/leftovers.h"
#include "app/doctor/tables.h"
#include "app/doctor/work.h"
#include "app/output/count_text.h"
#include "base/random.h"
#include "engine/session.h"

namespace laguna::app {
namespace {

namespace fs = std::filesystem;
using Findings = std::vector<Finding>;

constexpr uint64_t kFreeBytesWanted = uint64_t{1} << 30;

// Extensions that make parts of laguna work; `use` completes "needed for".
struct WantedExtension {
  const char* name;
  const char* use;
};
constexpr WantedExtension kWantedExtensions[] = {
    {"httpfs", "s3://, gs:// and https:// paths"},
    {"postgres_scanner", "PostgreSQL sources"},
    {"sqlite_scanner", "SQLite sources"},
    {"excel", "Excel files"},
};

// Runs checks; what they throw becomes a finding.
void CheckAll(Findings& findings, const std::string& subject,
              const std::function<Findings()>& check) {
  try {
    for (Finding& finding : check()) {
      finding.subject = subject;
      findings.push_back(std::move(finding));
    }
  } catch (const base::Error& error) {
    findings.push_back(ProblemOf(subject, error));
  }
}

void Check(Findings& findings, const std::string& subject, const std::function<Finding()>& check) {
  CheckAll(findings, subject, [&] { return Findings{check()}; });
}

Finding CheckProgram() {
  return {.sentence = fmt::format("laguna {} with DuckDB {}.", kVersion,
                                  engine::Database::LibraryVersion())};
}

Finding CheckExtensions() {
  const fs::path folder = ExtensionDirectory();
  std::vector<std::string> missing;
  std::vector<std::string> found;
  for (const WantedExtension& wanted : kWantedExtensions) {
    std::error_code ignored;
    const fs::path file = folder / fmt::format("{}.duckdb_extension", wanted.name);
    if (fs::is_regular_file(file, ignored)) {
      found.emplace_back(wanted.name);
    } else {
      missing.push_back(fmt::format("{} ({})", wanted.name, wanted.use));
    }
  }
  if (missing.empty()) return {.sentence = fmt::format("{}.", fmt::join(found, ", "))};
  return {.health = Health::kWarning,
          .sentence = fmt::format("Not in {}: {}.", folder.string(), fmt::join(missing, ", ")),
          .advice =
              "Install laguna again ('make install' copies them); nothing is downloaded "
              "at run time."};
}

Finding DescribeLake(const catalog::Lake& lake) {
  std::vector<std::string> zones;
  for (const catalog::Zone& zone : lake.zones) {
    zones.push_back(zone.files ? zone.name + " (files)" : zone.name);
  }
  return {.sentence = fmt::format("{} in {}, zones {}.", lake.name, lake.folder.string(),
                                  fmt::join(zones, ", "))};
}

Finding CheckStorage(Composition& composition) {
  io::ObjectStore& store = composition.store();
  const std::string key = fmt::format("_laguna/probe-{}", base::MakeUuid(composition.random()));
  store.Put(key, "laguna doctor\n");
  const std::string keys[] = {key};
  store.DeleteMany(keys);
  return {.sentence = fmt::format("{} can be written.", composition.lake()->storage_root.string())};
}

Finding CheckFreeSpace(const catalog::Lake& lake) {
  std::error_code failure;
  const fs::space_info space = fs::space(lake.storage_root, failure);
  if (failure) return {.sentence = "Not known for this storage."};
  const std::string sentence = fmt::format("{} are free.", BytesText(space.available));
  if (space.available >= kFreeBytesWanted) return {.sentence = sentence};
  return {.health = Health::kWarning,
          .sentence = sentence,
          .advice = "Free some space: writes and large queries may fail soon."};
}

Finding CheckState(Composition& composition) {
  const state::ControlState* state = composition.services().FindState();
  if (state == nullptr) return {.sentence = "Not made yet; the first run of a flow makes it."};
  const size_t going_on = state->UnfinishedRuns().size();
  return {.sentence = fmt::format("Answers; {} not ended.", Counted(going_on, "run"))};
}

Finding CheckEngine(Composition& composition) {
  engine::Session session(composition.database());
  const auto rows = session
                        .Run(
                            "SELECT current_setting('TimeZone'), current_setting('memory_limit'), "
                            "current_setting('threads')::VARCHAR")
                        .Drain();
  const auto& row = rows.at(0);
  return {.sentence = fmt::format("Answers; {} of memory, {} threads, time zone {}.",
                                  row[1].ToText(), row[2].ToText(), row[0].ToText())};
}

}  // namespace

Findings Examine(CommandContext& context, const DoctorOptions& doctor) {
  Findings findings;
  Check(findings, "program", CheckProgram);
  Check(findings, "extensions", CheckExtensions);
  std::unique_ptr<Composition> composition;
  Check(findings, "lake", [&] {
    composition = Composition::InLake(context.options, context.end, context.log);
    return DescribeLake(*composition->lake());
  });
  if (!composition) return findings;
  const catalog::Lake& lake = *composition->lake();
  const int64_t now_ms = composition->clock().NowMs();
  Check(findings, "storage", [&] { return CheckStorage(*composition); });
  Check(findings, "free space", [&] { return CheckFreeSpace(lake); });
  Check(findings, "leftovers", [&] { return ExamineLeftovers(lake, now_ms, doctor.clean); });
  Check(findings, "dropped",
        [&] { return ExamineDropped(lake, composition->store(), now_ms, doctor.clean); });
  Check(findings, "engine", [&] { return CheckEngine(*composition); });
  CheckAll(findings, "tables", [&] { return ExamineTables(*composition); });
  CheckAll(findings, "blocks", [&] { return ExamineBlocks(*composition); });
  CheckAll(findings, "pipelines", [&] { return ExaminePipelines(*composition); });
  CheckAll(findings, "flows", [&] { return ExamineFlows(*composition); });
  Check(findings, "runs", [&] { return CheckState(*composition); });
  return findings;
}

}  // namespace laguna::app
