// SPDX-License-Identifier: Apache-2.0
// ISO 8601 points in time, UTC, proleptic Gregorian calendar, years 0001 to 9999, counted from the
// Unix epoch (negative before it). Pure functions. Leap seconds do not exist here, as in POSIX.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace laguna::base {

// The first and the last moment that can be written.
constexpr int64_t kIsoTimeMinMs = -62'135'596'800'000;
constexpr int64_t kIsoTimeMaxMs = 253'402'300'799'999;

// "2024-02-29T12:34:56.123Z". The value must lie within the bounds above.
std::string FormatIsoMs(int64_t since_epoch_ms);
// "2024-02-29T12:34:56.123456Z".
std::string FormatIsoUs(int64_t since_epoch_us);
// "2024-02-29" for days since the epoch.
std::string FormatIsoDate(int32_t since_epoch_days);

// A date, 'T' or a space, hours:minutes, then optionally :seconds and a fraction of 1 to 9 digits
// (what is finer than the unit is cut off, towards the past), then 'Z' or an offset (+hh:mm, +hhmm,
// +hh). Without an offset UTC is meant. Nothing for all else, a day the month does not have
// included.
std::optional<int64_t> ParseIsoMs(std::string_view text);
std::optional<int64_t> ParseIsoUs(std::string_view text);
// "2024-02-29", as days since the epoch.
std::optional<int32_t> ParseIsoDate(std::string_view text);

}  // namespace laguna::base
