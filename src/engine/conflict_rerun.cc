// SPDX-License-Identifier: Apache-2.0
#include "engine/conflict_rerun.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "engine/guard.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::StatementType;

constexpr double kFirstWaitMs = 10;
constexpr double kWaitMsMax = 500;
// How long an interrupt may go unseen.
constexpr double kSliceMs = 10;

bool IsLostCommit(const Error& error) {
  return error.kind() == ErrorKind::kConflict && error.code() == "commit.conflict";
}

Error ErrorOf(const std::exception& failure) {
  const auto* ours = dynamic_cast<const Error*>(&failure);
  return ours != nullptr ? *ours : Translate(duckdb::ErrorData(failure));
}

// "bronze.t 7"; empty for other errors.
std::string VersionThatLacksAFile(const Error& error) {
  if (error.code() != "table.data_file") return "";
  std::string table;
  std::string version;
  for (const auto& [name, value] : error.values()) {
    if (name == "table") table = value;
    if (name == "version") version = value;
  }
  return version.empty() ? "" : fmt::format("{} {}", table, version);
}

Error AfterRuns(const Error& error, int runs) {
  Error longer(error.kind(), error.code(),
               fmt::format("{} The statement ran {} times, and each time another commit was first.",
                           error.sentence(), runs));
  for (const auto& [name, value] : error.values()) {
    longer = std::move(longer).With(name, value);
  }
  return std::move(longer)
      .With("runs", std::to_string(runs))
      .Hint("Run it when fewer writers change the same rows.");
}

}  // namespace

bool ConflictRerun::IsFor(const duckdb::SQLStatement& statement) {
  switch (statement.type) {
    case StatementType::INSERT_STATEMENT:
    case StatementType::UPDATE_STATEMENT:
    case StatementType::DELETE_STATEMENT:
    case StatementType::MERGE_INTO_STATEMENT:
    case StatementType::COPY_STATEMENT:
      return true;
    default:
      return false;
  }
}

bool ConflictRerun::IsForLostFiles(const duckdb::SQLStatement& statement) {
  return statement.type == StatementType::SELECT_STATEMENT ||
         statement.type == StatementType::CREATE_STATEMENT || IsFor(statement);
}

bool ConflictRerun::MayReadNewer(const std::exception& failure) {
  const std::string lost_in = VersionThatLacksAFile(ErrorOf(failure));
  return !lost_in.empty() && lost_in_.insert(lost_in).second;
}

bool ConflictRerun::WaitAfter(const std::exception& failure) {
  const Error error = ErrorOf(failure);
  if (!IsLostCommit(error)) {
    return false;
  }
  ++runs_;
  if (runs_ >= kRunsMin && std::chrono::steady_clock::now() >= gives_up_) {
    throw AfterRuns(error, runs_);
  }
  Wait();
  return true;
}

void ConflictRerun::Wait() {
  const int doublings = runs_ <= kRunsMin ? runs_ - 1 : std::max(0, 2 * kRunsMin - runs_);
  const double longest_ms = std::min(kWaitMsMax, kFirstWaitMs * (1 << doublings));
  double left_ms = random_.NextRandom(longest_ms / 2, longest_ms);
  while (left_ms > 0) {
    if (interrupt_.raised()) {
      throw Error(ErrorKind::kCancelled, "engine.cancelled", "The statement was cancelled.");
    }
    std::this_thread::sleep_for(
        std::chrono::duration<double, std::milli>(std::min(left_ms, kSliceMs)));
    left_ms -= kSliceMs;
  }
}

}  // namespace laguna::engine
