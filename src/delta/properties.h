// SPDX-License-Identifier: Apache-2.0
// The table properties Delta defines ("delta.appendOnly"): what they are called, which values they
// take and what we do about them. Keys that do not begin with "delta." are the user's and free.
//
// Names match without regard to case, as in Spark; the log gets Delta's spelling. Pure;
// thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "delta/action.h"
#include "delta/property_value.h"

namespace laguna::delta {

enum class PropertyUse {
  kHonoured,
  kKept,      // for other programs; it says nothing to us
  kRefused,   // we do not do what it asks for: no value but 'false', or '' for a text
  kInternal,  // set by writers, never by users
};

struct TableProperty {
  std::string_view name;
  ValueRule rule{};
  // What holds where the table does not say; empty: nothing does.
  std::string_view default_value{};
  PropertyUse use = PropertyUse::kHonoured;
  // kRefused: why.
  std::string_view reason{};
};

// Begins what Laguna notes of tables, in its own code and not by the words of users.
inline constexpr std::string_view kOwnPrefix = "laguna.";
inline constexpr const char* kStatisticsColumns = "delta.dataSkippingStatsColumns";
inline constexpr const char* kIndexedColumns = "delta.dataSkippingNumIndexedCols";
inline constexpr const char* kSymlinkManifest = "delta.compatibility.symlinkFormatManifest.enabled";
inline constexpr const char* kPrefixLength = "delta.dataSkippingStringPrefixLength";
inline constexpr const char* kOtherFormats = "delta.universalFormat.enabledFormats";

[[nodiscard]] std::span<const TableProperty> TableProperties();

// Delta's spelling of a name that is Delta's in any case; others as they are.
[[nodiscard]] std::string CanonicalPropertyName(std::string_view name);

// What the table says of a property of that type, else `fallback`; a malformed value counts as not
// said.
[[nodiscard]] int64_t IntervalProperty(const Properties& properties, const std::string& name,
                                       int64_t fallback_ms);
[[nodiscard]] int64_t IntegerProperty(const Properties& properties, const std::string& name,
                                      int64_t fallback);
[[nodiscard]] bool BooleanProperty(const Properties& properties, const std::string& name,
                                   bool fallback);

// What a definition may have, whoever gave it: InvalidInput for delta.* keys that cannot have the
// value, Unsupported for what we do not do; for entries of `properties` that `before` has alike
// nothing is checked: what a table has it may keep. "delta.constraints.<name>" is any SQL text, and
// delta.* keys that we do not know, which come from newer programs alone, say nothing to us: what
// writers must not pass over is a table feature. `table` is for the messages.
void CheckProperties(const Properties& properties, const Properties& before,
                     std::string_view table);
// The same for one entry, as an answer.
[[nodiscard]] bool IsAcceptable(const std::string& name, const std::string& value);

// The property that an error of these checks is about; empty: it is another error.
[[nodiscard]] std::string RefusedProperty(const base::Error& error);

// What a user wrote, in Delta's spelling, after the same checks: "delta.unknown_property" too for
// delta.* keys that do not exist (with the nearest that does), "delta.internal_property" for those
// that only writers set, "delta.own_property" for Laguna's own, "delta.property_twice" for names
// that differ in case alone.
[[nodiscard]] Properties GivenProperties(const Properties& given, std::string_view table);

}  // namespace laguna::delta
