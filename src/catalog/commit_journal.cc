// SPDX-License-Identifier: Apache-2.0
#include "catalog/commit_journal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <optional>

#include "base/error.h"
#include "base/iso_time.h"
#include "base/json.h"
#include "catalog/sql_name.h"
#include "delta/conflict.h"
#include "delta/table.h"

namespace laguna::catalog {
namespace {

constexpr const char* kFolder = "_laguna/commits/";
constexpr uint64_t kNoteBytesMax = 1 << 20;
constexpr int64_t kVersionsMax = 10'000;
// A program on another machine cannot be asked whether it runs; no commit takes so long.
constexpr int64_t kElsewhereMs = 60 * 60 * 1000;

struct Note {
  std::string key;
  std::string id;
  std::string machine;
  int64_t process = 0;
  int64_t begun_ms = 0;
  std::vector<JournaledTable> tables;
};

std::string KeyOf(const std::string& id) {
  return fmt::format("{}{}.json", kFolder, id);
}

std::string MachineName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

Note ReadNote(const LakeEnvironment& environment, const std::string& key) {
  const auto json = base::ParseJson(io::ReadAll(environment.store, key, kNoteBytesMax), key,
                                    base::ErrorKind::kCorrupt);
  const base::JsonView view(json, key, base::ErrorKind::kCorrupt);
  Note note;
  note.key = key;
  note.id = view.Require("id").AsString();
  note.machine = view.Require("machine").AsString();
  note.process = view.Require("process").AsInteger();
  note.begun_ms = view.Require("begun_ms").AsInteger();
  for (const auto& table : view.Require("tables").Elements()) {
    note.tables.push_back(
        {table.Require("root").AsString(), table.Require("read_version").AsInteger()});
  }
  return note;
}

// A process id is used again: one that is ours was another's before.
bool StillRuns(const LakeEnvironment& environment, const Note& note) {
  if (note.machine != MachineName()) {
    return environment.clock.NowMs() - note.begun_ms < kElsewhereMs;
  }
  if (note.process == getpid()) return false;
  return kill(static_cast<pid_t>(note.process), 0) == 0 || errno == EPERM;
}

// The version that the transaction committed; nothing when it did not.
std::optional<int64_t> CommittedVersion(const LakeEnvironment& environment, const std::string& id,
                                        const JournaledTable& journaled) {
  delta::Table table(environment.store, journaled.root, environment.clock);
  for (int64_t version = journaled.read_version + 1;
       version <= journaled.read_version + kVersionsMax; ++version) {
    const auto commit = table.ReadCommit(version);
    if (!commit) return std::nullopt;
    if (delta::CommitInfoOf(commit->actions).txn_id == id) return version;
  }
  return std::nullopt;
}

// Nothing when the transaction was cut off before its first commit or behind its last.
std::optional<std::string> SentenceOf(const LakeEnvironment& environment, const Note& note) {
  std::vector<std::string> committed;
  std::vector<std::string> missing;
  for (const JournaledTable& table : note.tables) {
    const auto version = CommittedVersion(environment, note.id, table);
    const std::string name = SqlNameOf(table.root);
    if (version) {
      committed.push_back(fmt::format("{} (version {})", name, *version));
    } else {
      missing.push_back(name);
    }
  }
  if (committed.empty() || missing.empty()) return std::nullopt;
  return fmt::format(
      "A transaction of {} was cut off between the commits of its tables: {} went in, {} did not. "
      "Delta commits one table at a time; repeat what is missing, or undo what went in.",
      base::FormatIsoMs(note.begun_ms), fmt::join(committed, ", "), fmt::join(missing, ", "));
}

}  // namespace

void BeginCommits(const LakeEnvironment& environment, const std::string& id,
                  const std::vector<JournaledTable>& tables) {
  base::Json list = base::Json::array();
  for (const JournaledTable& table : tables) {
    list.push_back({{"root", table.root}, {"read_version", table.read_version}});
  }
  const base::Json note = {{"id", id},
                           {"machine", MachineName()},
                           {"process", static_cast<int64_t>(getpid())},
                           {"begun_ms", environment.clock.NowMs()},
                           {"tables", std::move(list)}};
  environment.store.PutIfAbsent(KeyOf(id), base::DumpJson(note));
}

void EndCommits(const LakeEnvironment& environment, const std::string& id) noexcept {
  try {
    const std::string keys[] = {KeyOf(id)};
    environment.store.DeleteMany(keys);
  } catch (const std::exception&) {
    // It is looked at by the next program, which finds all commits in.
  }
}

std::vector<std::string> TellCutOffCommits(const LakeEnvironment& environment) noexcept {
  std::vector<std::string> sentences;
  try {
    for (const io::ObjectInfo& object : environment.store.List(kFolder).objects) {
      const Note note = ReadNote(environment, object.key);
      if (StillRuns(environment, note)) continue;
      if (auto sentence = SentenceOf(environment, note)) sentences.push_back(std::move(*sentence));
      EndCommits(environment, note.id);
    }
  } catch (const std::exception&) {
    // Another program may tell at the same time; a lake that cannot be read says so by itself.
  }
  return sentences;
}

}  // namespace laguna::catalog
