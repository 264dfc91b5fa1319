// SPDX-License-Identifier: Apache-2.0
#include "delta/protocol_wish.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "base/nearest_name.h"
#include "delta/table_feature.h"

namespace laguna::delta {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view kReaderVersion = "delta.minReaderVersion";
constexpr std::string_view kWriterVersion = "delta.minWriterVersion";
constexpr int kReaderVersionMax = 3;
constexpr int kWriterVersionMax = 7;

// 0 for what is no version up to the highest.
int VersionIn(std::string_view text, int highest) {
  int version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && version >= 1 && version <= highest ? version : 0;
}

void CheckVersion(const std::string& name, const std::string& value, int highest) {
  if (VersionIn(value, highest) > 0) return;
  throw Error(ErrorKind::kInvalidInput, "delta.property_value",
              fmt::format("The table property \"{}\" cannot be '{}'.", name, value))
      .Hint(fmt::format("Expected a version from 1 to {}.", highest))
      .With("property", name)
      .With("value", value);
}

void CheckFeature(const std::string& name, const std::string& value) {
  const std::string feature = name.substr(kFeatureProperty.size());
  if (FindTableFeature(feature) == nullptr) {
    std::vector<std::string> names;
    for (const TableFeature& known : TableFeatures()) names.emplace_back(known.name);
    throw Error(ErrorKind::kInvalidInput, "delta.unknown_feature",
                fmt::format("There is no table feature \"{}\".", feature))
        .Hint(base::SuggestName(feature, names))
        .With("property", name)
        .With("feature", feature);
  }
  if (value == "supported" || value == "enabled" || value == kDroppedFeature) return;
  throw Error(ErrorKind::kInvalidInput, "delta.property_value",
              fmt::format("The table property \"{}\" cannot be '{}'.", name, value))
      .Hint("Expected 'supported'.")
      .With("property", name)
      .With("value", value);
}

}  // namespace

bool IsProtocolProperty(std::string_view name) {
  return name == kReaderVersion || name == kWriterVersion || name.starts_with(kFeatureProperty);
}

void CheckProtocolProperty(const std::string& name, const std::string& value) {
  if (name == kReaderVersion) return CheckVersion(name, value, kReaderVersionMax);
  if (name == kWriterVersion) return CheckVersion(name, value, kWriterVersionMax);
  CheckFeature(name, value);
}

ProtocolWish ProtocolWishOf(const Properties& properties) {
  ProtocolWish wish;
  for (const auto& [name, value] : properties) {
    if (name == kReaderVersion) wish.reader_version = VersionIn(value, kReaderVersionMax);
    if (name == kWriterVersion) wish.writer_version = VersionIn(value, kWriterVersionMax);
    if (!name.starts_with(kFeatureProperty)) continue;
    auto& features = value == kDroppedFeature ? wish.dropped : wish.features;
    features.push_back(name.substr(kFeatureProperty.size()));
  }
  return wish;
}

void EraseProtocolWish(Properties& properties) {
  std::erase_if(properties,
                [](const auto& property) { return IsProtocolProperty(property.first); });
}

}  // namespace laguna::delta
