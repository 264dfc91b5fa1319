// SPDX-License-Identifier: Apache-2.0
#include "delta/commit_time.h"

#include <charconv>
#include <string>

#include "delta/properties.h"

namespace laguna::delta {
namespace {

// 0 for a property that is not there or is no number: then every version counts.
int64_t NumberOf(const Properties& properties, const std::string& name) {
  auto property = properties.find(name);
  if (property == properties.end()) return 0;
  const std::string& text = property->second;
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0 ? number : 0;
}

}  // namespace

std::optional<InCommitTimestamps> InCommitTimestampsOf(const Metadata& metadata) {
  const Properties& properties = metadata.configuration;
  if (!BooleanProperty(properties, "delta.enableInCommitTimestamps", false)) return std::nullopt;
  return InCommitTimestamps{
      NumberOf(properties, "delta.inCommitTimestampEnablementVersion"),
      NumberOf(properties, "delta.inCommitTimestampEnablementTimestamp"),
  };
}

}  // namespace laguna::delta
