// SPDX-License-Identifier: Apache-2.0
#include "catalog/changes/change_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "catalog/time_travel.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::Value;

bool IsVersion(const Value& value) {
  return value.type().IsNumeric();
}

void RefuseNull(const Value& value, const char* which) {
  if (!value.IsNull()) return;
  throw Error(ErrorKind::kInvalidInput, "changes.range",
              fmt::format("table_changes needs {} version or time, not NULL.", which))
      .Hint("Leave the last one away to read up to the newest version.");
}

Error NotThere(const OpenedTable& table, std::string sentence) {
  return Error(ErrorKind::kNotFound, "changes.version", std::move(sentence))
      .Hint(fmt::format("DESCRIBE HISTORY {} lists the versions and their times.", table.title))
      .With("table", table.title);
}

// The commits of the log that the transaction sees.
class SeenHistory {
 public:
  // From `first` on, or all there are.
  SeenHistory(const OpenedTable& table, std::optional<int64_t> first) : table_(table) {
    newest_ = table.snapshot->version();
    std::optional<size_t> limit;
    if (first && *first <= newest_) {
      const auto latest = table.log->Latest();
      if (latest == nullptr) ThrowNoTable(table);
      limit = static_cast<size_t>(std::max(latest->version(), newest_) - *first) + 1;
    }
    for (const auto& entry : table.log->History(limit)) {
      if (entry.version <= newest_) timestamps_ms_[entry.version] = entry.timestamp_ms;
    }
  }

  [[nodiscard]] int64_t newest() const { return newest_; }

  void CheckThere(int64_t version) const {
    if (version > newest_ || version < 0) {
      throw NotThere(table_, fmt::format("{} has no version {}; its newest is {}.", table_.title,
                                         version, newest_));
    }
    if (timestamps_ms_.contains(version)) return;
    const auto oldest = timestamps_ms_.empty() ? newest_ : timestamps_ms_.begin()->first;
    throw NotThere(table_, fmt::format("Version {} of {} is no longer in its log; the oldest "
                                       "commit there is {}.",
                                       version, table_.title, oldest));
  }

  [[nodiscard]] int64_t FirstFrom(int64_t time_ms, const std::string& as_written) const {
    for (const auto& [version, timestamp_ms] : timestamps_ms_) {
      if (timestamp_ms >= time_ms) return version;
    }
    throw NotThere(table_, fmt::format("Nothing was committed to {} at {} or after.", table_.title,
                                       as_written));
  }

  [[nodiscard]] int64_t LastUpTo(int64_t time_ms, const std::string& as_written) const {
    std::optional<int64_t> last;
    for (const auto& [version, timestamp_ms] : timestamps_ms_) {
      if (timestamp_ms <= time_ms) last = version;
    }
    if (last) return *last;
    throw NotThere(table_, fmt::format("Nothing was committed to {} at {} or before.", table_.title,
                                       as_written));
  }

  [[nodiscard]] std::map<int64_t, int64_t> Between(int64_t from, int64_t to) const {
    if (to < from) return {};
    return {timestamps_ms_.lower_bound(from), timestamps_ms_.upper_bound(to)};
  }

 private:
  const OpenedTable& table_;
  int64_t newest_ = 0;
  std::map<int64_t, int64_t> timestamps_ms_;
};

void CheckOrder(duckdb::ClientContext& context, const ChangeRange& range, const Value& from,
                const std::optional<Value>& to) {
  if (range.from <= range.to) return;
  // Between two commits there is nothing, which is an answer.
  const bool times = to && !IsVersion(from) && !IsVersion(*to);
  if (times && InstantMillisOf(context, from) <= InstantMillisOf(context, *to)) return;
  throw Error(ErrorKind::kInvalidInput, "changes.range",
              fmt::format("The range of changes begins with version {} and ends with version {}.",
                          range.from, range.to))
      .Hint("The first version comes first; both are included.");
}

}  // namespace

ChangeRange ChangeRangeOf(duckdb::ClientContext& context, const OpenedTable& table,
                          const Value& from, const std::optional<Value>& to) {
  RefuseNull(from, "a first");
  if (to) RefuseNull(*to, "a last");
  if (!table.snapshot) {
    throw NotThere(table, fmt::format("{} has no committed version yet.", table.title));
  }
  const bool by_version = IsVersion(from);
  const auto first = by_version ? std::optional(VersionOf(context, from)) : std::nullopt;
  const SeenHistory history(table, first);
  ChangeRange range;
  range.from = first ? *first : history.FirstFrom(InstantMillisOf(context, from), from.ToString());
  range.to = history.newest();
  if (to) {
    range.to = IsVersion(*to) ? VersionOf(context, *to)
                              : history.LastUpTo(InstantMillisOf(context, *to), to->ToString());
  }
  history.CheckThere(range.from);
  if (to && IsVersion(*to)) history.CheckThere(std::max(range.from, range.to));
  CheckOrder(context, range, from, to);
  range.timestamps_ms = history.Between(range.from, range.to);
  return range;
}

}  // namespace laguna::catalog
