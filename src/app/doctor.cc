// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <system_error>

#include "app/build_info.h"
#include "app/compose.h"
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

// Runs a check; what it throws becomes a finding.
void Check(Findings& findings, const std::string& subject, const std::function<Finding()>& check) {
  try {
    Finding finding = check();
    finding.subject = subject;
    findings.push_back(std::move(finding));
  } catch (const base::Error& error) {
    std::string sentence = error.sentence();
    if (error.place() && error.place()->line > 0) {
      sentence = fmt::format("{}:{}:{}: {}", error.place()->file, error.place()->line,
                             error.place()->column, sentence);
    }
    findings.push_back({subject, Health::kProblem, std::move(sentence), error.hint()});
  }
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

bool Runs(const fs::path& folder) {
  const std::string name = folder.filename().string();
  pid_t process = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), process);
  return error == std::errc() && end == name.data() + name.size() && kill(process, 0) == 0;
}

// Spill folders of processes that are gone.
Finding CheckLeftovers(const catalog::Lake& lake) {
  const fs::path spills = TemporaryDirectory(&lake).parent_path();
  std::error_code ignored;
  size_t left = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(spills, ignored)) {
    if (!Runs(entry.path())) ++left;
  }
  if (left == 0) return {.sentence = "None."};
  return {.health = Health::kWarning,
          .sentence = fmt::format("{} of killed queries in {}.", Counted(left, "spill folder"),
                                  spills.string()),
          .advice = "Delete them; they are of no use to anybody."};
}

Finding CheckBlocks(Composition& composition) {
  return {.sentence = fmt::format("{}.", Counted(composition.blocks().all().size(), "block"))};
}

// The first file that is wrong, since each has its own line in 'laguna flow list'.
Finding CheckFlows(Composition& composition) {
  const flow::FlowFiles files = composition.services().LoadFlows();
  if (!files.problems().empty()) throw files.problems().front();
  return {.sentence = fmt::format("{}.", Counted(files.flows().size(), "flow"))};
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

std::vector<Finding> Examine(const GlobalOptions& options) {
  Findings findings;
  Check(findings, "program", CheckProgram);
  Check(findings, "extensions", CheckExtensions);
  std::unique_ptr<Composition> composition;
  Check(findings, "lake", [&] {
    composition = Composition::InLake(options);
    return DescribeLake(*composition->lake());
  });
  if (!composition) return findings;
  const catalog::Lake& lake = *composition->lake();
  Check(findings, "storage", [&] { return CheckStorage(*composition); });
  Check(findings, "free space", [&] { return CheckFreeSpace(lake); });
  Check(findings, "leftovers", [&] { return CheckLeftovers(lake); });
  Check(findings, "blocks", [&] { return CheckBlocks(*composition); });
  Check(findings, "flows", [&] { return CheckFlows(*composition); });
  Check(findings, "runs", [&] { return CheckState(*composition); });
  Check(findings, "engine", [&] { return CheckEngine(*composition); });
  return findings;
}

}  // namespace laguna::app
