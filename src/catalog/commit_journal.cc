// SPDX-License-Identifier: Apache-2.0
#include "catalog/commit_journal.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <exception>
#include <optional>

#include "base/error.h"
#include "base/iso_time.h"
#include "base/json.h"
#include "catalog/sql_name.h"
#include "catalog/zone_listing.h"
#include "delta/conflict.h"
#include "delta/table.h"

namespace laguna::catalog {
namespace {

constexpr const char* kFolder = "_laguna/commits/";
constexpr const char* kDropped = "_laguna/dropped/";
constexpr uint64_t kNoteBytesMax = 1 << 20;
constexpr int64_t kVersionsMax = 10'000;
constexpr uint64_t kDefinitionBytesMax = 16 << 20;
constexpr std::string_view kMarker = "/_schema";
// A program on another machine cannot be asked whether it runs; no commit takes so long.
constexpr int64_t kElsewhereMs = 60 * 60 * 1000;

struct Note {
  std::string key;
  std::string id;
  std::string machine;
  int64_t process = 0;
  int64_t begun_ms = 0;
  std::vector<JournaledChange> changes;
};

// By JournaledChange::Kind.
constexpr std::array kKinds = {"commit", "folder_drop", "definition", "definition_drop"};

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
  for (const auto& change : view.Require("changes").Elements()) {
    const auto kind = std::ranges::find(kKinds, change.Require("kind").AsString());
    if (kind == kKinds.end()) throw change.Problem("is a change that this program does not know");
    note.changes.push_back({static_cast<JournaledChange::Kind>(kind - kKinds.begin()),
                            change.Require("name").AsString(),
                            change.Require("read_version").AsInteger(),
                            change.Require("fingerprint").AsString()});
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
                                        const JournaledChange& journaled) {
  delta::Table table(environment.store, journaled.name, environment.clock);
  for (int64_t version = journaled.read_version + 1;
       version <= journaled.read_version + kVersionsMax; ++version) {
    const auto commit = table.ReadCommit(version);
    if (!commit) return std::nullopt;
    if (delta::CommitInfoOf(commit->actions).txn_id == id) return version;
  }
  return std::nullopt;
}

bool HasObjects(io::ObjectStore& store, const std::string& prefix) {
  io::ListOptions options;
  options.page_max = 1;
  return !store.List(prefix, options).objects.empty();
}

// Others may have made it again since.
bool IsAside(io::ObjectStore& store, const std::string& folder, const std::string& id) {
  io::ListOptions options;
  options.delimited = true;
  while (true) {
    const io::ListPage page = store.List(fmt::format("{}{}-", kDropped, folder), options);
    const std::string end = fmt::format("-{}/", id);
    if (std::ranges::any_of(page.folders, [&](const auto& name) { return name.ends_with(end); })) {
      return true;
    }
    if (!page.next_start_after) return false;
    options.start_after = *page.next_start_after;
  }
}

bool HasText(io::ObjectStore& store, const JournaledChange& definition) {
  return store.Head(definition.name) &&
         FingerprintOf(io::ReadAll(store, definition.name, kDefinitionBytesMax)) ==
             definition.fingerprint;
}

// "view bronze.v" for "bronze/v.view.sql".
std::string NameOfDefinition(std::string_view key) {
  const auto without = [&](std::string_view suffix) {
    return SqlNameOf(key.substr(0, key.size() - suffix.size()));
  };
  if (key.ends_with(kViewSuffix)) return "view " + without(kViewSuffix);
  if (key.ends_with(kLinkSuffix)) return "the link of table " + without(kLinkSuffix);
  return key.ends_with(kMarker) ? "schema " + without(kMarker) : std::string(key);
}

struct Outcome {
  std::string what;
  bool is_in = false;
};

Outcome OutcomeOf(const LakeEnvironment& environment, const std::string& id,
                  const JournaledChange& change) {
  io::ObjectStore& store = environment.store;
  const std::string table = SqlNameOf(change.name);
  switch (change.kind) {
    case JournaledChange::Kind::kCommit: {
      const auto version = CommittedVersion(environment, id, change);
      return {version ? fmt::format("{} (version {})", table, *version) : table,
              version.has_value()};
    }
    case JournaledChange::Kind::kFolderDrop:
      return {"the drop of " + table,
              !HasObjects(store, change.name + "/") || IsAside(store, change.name, id)};
    case JournaledChange::Kind::kDefinition:
      return {NameOfDefinition(change.name), HasText(store, change)};
    case JournaledChange::Kind::kDefinitionDrop:
      return {"the drop of " + NameOfDefinition(change.name), !store.Head(change.name)};
  }
  return {};
}

// Nothing when the transaction was cut off before its first change or behind its last.
std::optional<std::string> SentenceOf(const LakeEnvironment& environment, const Note& note) {
  std::vector<std::string> committed;
  std::vector<std::string> missing;
  for (const JournaledChange& change : note.changes) {
    Outcome outcome = OutcomeOf(environment, note.id, change);
    (outcome.is_in ? committed : missing).push_back(std::move(outcome.what));
  }
  if (committed.empty() || missing.empty()) return std::nullopt;
  return fmt::format(
      "A transaction of {} was cut off between its changes: {} went in, {} did not. Delta commits "
      "one table at a time; repeat what is missing, or undo what went in.",
      base::FormatIsoMs(note.begun_ms), fmt::join(committed, ", "), fmt::join(missing, ", "));
}

}  // namespace

// FNV-1a; nobody has a reason to make two texts alike.
std::string FingerprintOf(std::string_view text) {
  uint64_t hash = 14695981039346656037U;
  for (const char letter : text) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211U;
  }
  return fmt::format("{:016x}-{}", hash, text.size());
}

std::string AsideFolder(std::string_view folder, int64_t now_ms, std::string_view transaction_id) {
  const auto seconds = static_cast<std::time_t>(now_ms / 1000);
  return fmt::format("{}{}-{:%Y%m%dT%H%M%S}.{:03}Z-{}", kDropped, folder, fmt::gmtime(seconds),
                     now_ms % 1000, transaction_id);
}

void BeginCommits(const LakeEnvironment& environment, const std::string& id,
                  const std::vector<JournaledChange>& changes) {
  base::Json list = base::Json::array();
  for (const JournaledChange& change : changes) {
    list.push_back({{"kind", kKinds[static_cast<size_t>(change.kind)]},
                    {"name", change.name},
                    {"read_version", change.read_version},
                    {"fingerprint", change.fingerprint}});
  }
  const base::Json note = {{"id", id},
                           {"machine", MachineName()},
                           {"process", static_cast<int64_t>(getpid())},
                           {"begun_ms", environment.clock.NowMs()},
                           {"changes", std::move(list)}};
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
