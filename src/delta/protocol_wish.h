// SPDX-License-Identifier: Apache-2.0
// What users ask of a table's protocol, by property: 'delta.minReaderVersion' = '2',
// 'delta.minWriterVersion' = '5', 'delta.feature.deletionVectors' = 'supported'.
//
// Such properties stand among a definition's others until it is committed; the log gets the
// protocol and not the properties. DROP FEATURE says 'dropped' there, which no user can set. Pure;
// thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delta/action.h"

namespace laguna::delta {

struct ProtocolWish {
  // 0: none.
  int reader_version = 0;
  int writer_version = 0;
  std::vector<std::string> features;
  std::vector<std::string> dropped;
};

inline constexpr std::string_view kReaderVersion = "delta.minReaderVersion";
inline constexpr std::string_view kWriterVersion = "delta.minWriterVersion";
inline constexpr std::string_view kFeatureProperty = "delta.feature.";
inline constexpr std::string_view kDroppedFeature = "dropped";

[[nodiscard]] bool IsProtocolProperty(std::string_view name);
// Its spelling, for a name that is one in any case.
[[nodiscard]] std::optional<std::string> CanonicalProtocolProperty(std::string_view name);

// For a property of that sort: InvalidInput "delta.property_value" for versions and values that are
// not, "delta.unknown_feature" with the nearest name; Unsupported "delta.feature" for a feature we
// do not write. `table` is for the messages.
void CheckProtocolProperty(const std::string& name, const std::string& value,
                           std::string_view table);

// What cannot be read counts as not said.
[[nodiscard]] ProtocolWish ProtocolWishOf(const Properties& properties);

void EraseProtocolWish(Properties& properties);

}  // namespace laguna::delta
