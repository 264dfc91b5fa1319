// SPDX-License-Identifier: Apache-2.0
// Which files below a table's folder VACUUM looks at, as Spark has it: all but those that a part of
// their path hides. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "delta/action.h"

namespace laguna::delta {

class VacuumRule {
 public:
  explicit VacuumRule(const Metadata& metadata);

  // False for a path (relative to the table's folder) with a part that begins with "_" or ".": the
  // log, and what other programs keep there. Folders of the change data feed and of partitions by a
  // column of such a name are looked into. A folder is given with its trailing slash.
  [[nodiscard]] bool Takes(std::string_view path) const;

 private:
  [[nodiscard]] bool Hides(std::string_view part) const;

  // "_day=".
  std::vector<std::string> partition_prefixes_;
};

// How long files that no version names any more stay (delta.deletedFileRetentionDuration), in
// milliseconds: a week where the table does not say.
[[nodiscard]] int64_t DeletedFileRetention(const Properties& properties);

// The folder of another table, with its trailing slash, when the path (relative to the table's
// folder) is that table's log or a file of it; else empty. What lies in it is no business of this
// VACUUM.
[[nodiscard]] std::string_view NestedTableOf(std::string_view path);

}  // namespace laguna::delta
