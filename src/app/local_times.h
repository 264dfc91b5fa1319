// SPDX-License-Identifier: Apache-2.0
// Moments of log lines in the lake's time zone: files have them in UTC, people and programs see
// them with the lake's offset, like every other time. Used by one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "app/compose.h"
#include "engine/session.h"

namespace laguna::app {

class LocalTimes {
 public:
  // In a lake, which outlives it. The engine is opened for a lake in another zone than UTC only.
  explicit LocalTimes(Composition& composition) : composition_(composition) {}

  // A line that begins with a moment and a blank, "2026-11-21T20:03:19.101Z text", with the moment
  // as "2026-11-21T15:03:19.101-05:00". Any other line as it is.
  std::string Line(std::string_view line);

 private:
  // Seconds east of Greenwich.
  int64_t OffsetAt(int64_t since_epoch_ms);

  Composition& composition_;
  std::unique_ptr<engine::Session> session_;
  // By quarter of an hour, within which no zone changes.
  std::map<int64_t, int64_t> offsets_;
};

}  // namespace laguna::app
