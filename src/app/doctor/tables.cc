// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string>

#include "app/output/count_text.h"
#include "base/error.h"
#include "catalog/zone_listing.h"
#include "delta/table.h"
#include "engine/session.h"
#include "engine/sql_text.h"

namespace laguna::app {
namespace {

using Findings = std::vector<Finding>;

constexpr const char* kSubject = "tables";
constexpr const char* kRestore = "Restore {} from a backup, or move the table aside by DROP TABLE.";

// As the engine compares names.
std::string Folded(std::string name) {
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

struct GoneFiles {
  size_t count = 0;
  std::string example;
};

bool IsElsewhere(const std::string& path) {
  return path.starts_with('/') || path.starts_with("file:") ||
         path.find("://") != std::string::npos;
}

// Files of the log that are not there, or cut short. Those outside of the table's folder are not
// looked for.
GoneFiles FindGone(const delta::Table& table, const delta::FileTable& files) {
  std::map<std::string, uint64_t> sizes;
  for (const io::ObjectInfo& object : io::ListAll(table.store(), table.root() + "/")) {
    sizes.emplace(object.key, object.size_bytes);
  }
  GoneFiles gone;
  for (size_t i = 0; i < files.size(); ++i) {
    const delta::FileView file = files.at(i);
    const std::string path(file.path());
    if (IsElsewhere(path)) continue;
    const auto found = sizes.find(fmt::format("{}/{}", table.root(), path));
    const auto bytes = static_cast<uint64_t>(std::max<int64_t>(file.size_bytes(), 0));
    if (found != sizes.end() && found->second >= bytes) continue;
    if (gone.count++ == 0) gone.example = path;
  }
  return gone;
}

class Examination {
 public:
  explicit Examination(Composition& composition)
      : composition_(composition), session_(composition.database()) {}

  Findings All() {
    for (const catalog::Zone& zone : composition_.lake()->zones) {
      if (zone.files) continue;
      const catalog::ZoneListing listing = catalog::ListZone(composition_.store(), zone.name);
      for (const std::string& folder : listing.folders) ExamineTable(zone.name, folder);
      for (const std::string& view : listing.views) ExamineView(zone.name, view);
      CompareNames(zone.name, listing.folders);
    }
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

  void ExamineTable(const std::string& zone, const std::string& name) {
    const std::string shown = fmt::format("{}.{}", zone, name);
    delta::Table table(composition_.store(), fmt::format("{}/{}", zone, name),
                       composition_.clock());
    try {
      const delta::SnapshotPtr snapshot = table.Latest();
      if (snapshot == nullptr) return;
      ++tables_;
      ExamineFiles(shown, table, snapshot->files());
    } catch (const base::Error& error) {
      Add(fmt::format("{} cannot be read: {}", shown, error.sentence()),
          error.hint().empty() ? fmt::format(kRestore, "its _delta_log") : error.hint());
    }
  }

  void ExamineFiles(const std::string& shown, const delta::Table& table,
                    const delta::FileTable& files) {
    const GoneFiles gone = FindGone(table, files);
    if (gone.count == 0) return;
    Add(fmt::format("{} has lost {} of its {}, such as {}.", shown, gone.count,
                    Counted(files.size(), "data file"), gone.example),
        fmt::format(kRestore, "what is missing below " + table.Location()));
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
  size_t tables_ = 0;
  size_t views_ = 0;
};

}  // namespace

Findings ExamineTables(Composition& composition) {
  return Examination(composition).All();
}

}  // namespace laguna::app
