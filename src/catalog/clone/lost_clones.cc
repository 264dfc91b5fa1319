// SPDX-License-Identifier: Apache-2.0
#include "catalog/clone/lost_clones.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "catalog/clone/known_clones.h"
#include "catalog/sql_name.h"

namespace laguna::catalog {
namespace {

bool IsLost(LakeCatalog& lake, const std::string& clone, const std::string& folder) try {
  return ReadsFilesOf(lake, clone, folder);
} catch (const base::Error&) {
  // It cannot be read as it is.
  return false;
}

std::string Sentence(const std::string& folder, bool with_schema,
                     const std::vector<std::string>& clones) {
  const std::string schema = folder.substr(0, folder.find('/'));
  std::vector<std::string> copies;
  for (const std::string& clone : clones) {
    copies.push_back(fmt::format("CREATE OR REPLACE TABLE {0} AS FROM {0}", clone));
  }
  return fmt::format(
      "{0} named files of {1} and cannot be read without {2}: {3}. {4}UNDROP TABLE {1} brings the "
      "files back while they are kept (dropped_retention of laguna.yaml); to drop the table and "
      "keep the rows, UNDROP it, copy them with {5}, and drop it then.",
      clones.size() == 1 ? "A shallow clone" : "Shallow clones", QuotedSqlNameOf(folder),
      clones.size() == 1 ? "it" : "them", fmt::join(clones, ", "),
      with_schema ? fmt::format("CREATE SCHEMA IF NOT EXISTS {}; ", QuotedSqlNameOf(schema)) : "",
      fmt::join(copies, "; "));
}

}  // namespace

void SayWhichClonesLose(LakeCatalog& lake, LakeTransaction& transaction,
                        const std::vector<std::string>& folders, bool with_schema) {
  // Most lakes have none.
  if (!HasClones(lake.environment().store)) return;
  for (const std::string& folder : folders) {
    // What lies elsewhere stays there.
    if (transaction.IsLinked(folder)) continue;
    std::vector<std::string> lost;
    for (const std::string& clone : ClonesOf(lake.environment().store, folder)) {
      const bool goes_too = std::ranges::count(folders, clone) > 0 || transaction.IsDropped(clone);
      if (!goes_too && IsLost(lake, clone, folder)) lost.push_back(QuotedSqlNameOf(clone));
    }
    std::ranges::sort(lost);
    if (!lost.empty()) transaction.Say(Sentence(folder, with_schema, lost));
  }
}

}  // namespace laguna::catalog
