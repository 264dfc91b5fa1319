// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string>

#include "app/output/count_text.h"
#include "base/error.h"
#include "catalog/health/table_facts.h"
#include "catalog/link/table_link.h"
#include "catalog/zone_listing.h"
#include "delta/table.h"
#include "engine/session.h"
#include "engine/sql_text.h"
#include "engine/token.h"
#include "task/maintenance/table_upkeep.h"

namespace laguna::app {
namespace {

using Findings = std::vector<Finding>;

constexpr const char* kSubject = "tables";
constexpr uint64_t kLinkBytesMax = 64 << 10;
constexpr const char* kRestore = "Restore {} from a backup, or move the table aside by DROP TABLE.";

// As the engine compares names.
std::string Folded(std::string name) {
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

class Examination {
 public:
  explicit Examination(Composition& composition)
      : composition_(composition), session_(composition.database()) {}

  Findings All() {
    for (const catalog::Zone& zone : composition_.lake()->zones) {
      if (zone.files) continue;
      const catalog::ZoneListing listing = catalog::ListZone(composition_.store(), zone.name);
      for (const std::string& folder : listing.folders) {
        ExamineTable(zone.name, folder, fmt::format("{}/{}", zone.name, folder));
      }
      for (const std::string& link : listing.links) ExamineLink(zone.name, link);
      for (const std::string& view : listing.views) ExamineView(zone.name, view);
      CompareNames(zone.name, listing.folders);
    }
    TellOfHealth();
    if (findings_.empty()) {
      const std::string views = views_ == 0 ? "" : fmt::format(", {}", Counted(views_, "view"));
      findings_.push_back({.subject = kSubject,
                           .sentence = fmt::format("{}{}.", Counted(tables_, "table"), views)});
    }
    return std::move(findings_);
  }

 private:
  void Add(std::string sentence, std::string advice) {
    findings_.push_back({kSubject, Health::kProblem, std::move(sentence), std::move(advice)});
  }

  void ExamineLink(const std::string& zone, const std::string& name) {
    const std::string folder = fmt::format("{}/{}", zone, name);
    const std::string key = catalog::LinkKeyOf(folder);
    io::ObjectStore& store = composition_.store();
    try {
      const std::string text = io::ReadAll(store, key, kLinkBytesMax);
      const std::string location = catalog::LocationIn(text, store.Locate(key));
      const std::string root = catalog::LinkedRoot(folder, location);
      if (ExamineTable(zone, name, root)) return;
      Add(fmt::format("{}.{} is a link to {}, where there is no Delta table.", zone, name,
                      store.Locate(root)),
          fmt::format("ALTER TABLE {0}.{1} SET LOCATION '...' sets it elsewhere, DROP TABLE "
                      "{0}.{1} forgets it.",
                      zone, name));
    } catch (const base::Error& error) {
      Add(fmt::format("{}.{} cannot be read: {}", zone, name, error.sentence()), error.hint());
    }
  }

  // False: no table is there.
  bool ExamineTable(const std::string& zone, const std::string& name, const std::string& root) {
    const std::string shown = fmt::format("{}.{}", zone, name);
    delta::Table table(composition_.store(), root, composition_.clock());
    try {
      const delta::SnapshotPtr snapshot = table.Latest();
      if (snapshot == nullptr) return false;
      ++tables_;
      ExamineFiles(shown, table, snapshot->files());
      ExamineHealth(zone, name);
    } catch (const base::Error& error) {
      Add(fmt::format("{} cannot be read: {}", shown, error.sentence()),
          error.hint().empty() ? fmt::format(kRestore, "its _delta_log") : error.hint());
    }
    return true;
  }

  void ExamineFiles(const std::string& shown, const delta::Table& table,
                    const delta::FileTable& files) {
    const auto listing = io::ListAll(table.store(), table.root() + "/");
    const catalog::LostFiles lost = catalog::LostFilesOf(listing, table.root(), files);
    if (lost.count == 0) return;
    Add(fmt::format("{} has lost {} of its {}, such as {}.", shown, lost.count,
                    Counted(files.size(), "data file"), lost.example),
        fmt::format(kRestore, "what is missing below " + table.Location()));
  }

  // Only whether there is something to do: `laguna table doctor` says what.
  void ExamineHealth(const std::string& zone, const std::string& name) {
    const std::string table = engine::QualifiedName{.parts = {zone, name}}.ToString();
    try {
      const auto found = task::FindingsOf(session_, {table, engine::QuotedText(table)});
      if (std::ranges::any_of(found, [](const auto& finding) { return finding.routine; })) {
        in_want_.push_back(table);
      }
    } catch (const base::Error& error) {
      // What keeps SQL from the table is told by the other looks.
      if (error.kind() == base::ErrorKind::kCancelled) throw;
    }
  }

  void TellOfHealth() {
    if (in_want_.empty()) return;
    const bool one = in_want_.size() == 1;
    findings_.push_back(
        {kSubject, Health::kWarning,
         fmt::format("{} could be read faster, or take less room: {}{}.",
                     Counted(in_want_.size(), "table"), in_want_.front(), one ? "" : ", ..."),
         "'laguna table doctor' says what each needs, and does it with --mend; so does the task "
         "'maintain' of a flow."});
  }

  void ExamineView(const std::string& zone, const std::string& name) {
    ++views_;
    try {
      session_.Run(fmt::format("DESCRIBE FROM {}", engine::QuotedName({"lake", zone, name})))
          .Drain();
    } catch (const base::Error& error) {
      const std::string file = fmt::format("{}/{}{}", zone, name, catalog::kViewSuffix);
      Add(fmt::format("View {}.{} cannot be queried: {}", zone, name, error.sentence()),
          fmt::format("Correct its query in {}, or drop the view.",
                      composition_.store().Locate(file)));
    }
  }

  void CompareNames(const std::string& zone, const std::vector<std::string>& folders) {
    std::map<std::string, std::string> seen;
    for (const std::string& folder : folders) {
      const auto [other, is_new] = seen.emplace(Folded(folder), folder);
      if (is_new) continue;
      Add(fmt::format("The folders {0}/{1} and {0}/{2} differ by case only, so SQL cannot tell "
                      "them apart.",
                      zone, other->second, folder),
          fmt::format("Rename one of them in {}.", composition_.store().Locate(zone)));
    }
  }

  Composition& composition_;
  engine::Session session_;
  Findings findings_;
  // Tables with something to do that the doctor of tables does.
  std::vector<std::string> in_want_;
  size_t tables_ = 0;
  size_t views_ = 0;
};

}  // namespace

Findings ExamineTables(Composition& composition) {
  return Examination(composition).All();
}

}  // namespace laguna::app
