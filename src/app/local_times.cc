// SPDX-License-Identifier: Apache-2.0
#include "app/local_times.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/iso_time.h"

namespace laguna::app {
namespace {

constexpr int64_t kQuarterMs = 15 * 60 * 1000;

std::string WithOffset(int64_t since_epoch_ms, int64_t offset_s) {
  std::string text = base::FormatIsoMs(since_epoch_ms + offset_s * 1000);
  if (offset_s == 0) return text;
  text.pop_back();
  const int64_t minutes = std::abs(offset_s) / 60;
  return fmt::format("{}{}{:02}:{:02}", text, offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace

std::string LocalTimes::Line(std::string_view line) {
  if (composition_.lake()->time_zone == "UTC") return std::string(line);
  const std::string_view time = line.substr(0, line.find(' '));
  const auto since_epoch_ms = time.ends_with('Z') ? base::ParseIsoMs(time) : std::nullopt;
  if (!since_epoch_ms) return std::string(line);
  return WithOffset(*since_epoch_ms, OffsetAt(*since_epoch_ms)) +
         std::string(line.substr(time.size()));
}

int64_t LocalTimes::OffsetAt(int64_t since_epoch_ms) {
  const int64_t quarter = since_epoch_ms / kQuarterMs;
  if (const auto known = offsets_.find(quarter); known != offsets_.end()) return known->second;
  if (!session_) session_ = std::make_unique<engine::Session>(composition_.database());
  const auto rows = session_
                        ->Run("SELECT extract('timezone' FROM make_timestamptz($us))",
                              {{"us", quarter * kQuarterMs * 1000}})
                        .Drain();
  const auto* offset = std::get_if<int64_t>(&rows.at(0).at(0).alternatives());
  return offsets_[quarter] = offset == nullptr ? 0 : *offset;
}

}  // namespace laguna::app
