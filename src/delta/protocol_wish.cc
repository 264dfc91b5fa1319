// SPDX-License-Identifier: Apache-2.0
#include "delta/protocol_wish.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "base/nearest_name.h"
#include "delta/property_value.h"
#include "delta/table_feature.h"

namespace laguna::delta {
namespace {

using base::Error;
using base::ErrorKind;

constexpr int kReaderVersionMax = 3;
constexpr int kWriterVersionMax = 7;

// 0 for what is no version up to the highest.
int VersionIn(std::string_view text, int highest) {
  int version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && version >= 1 && version <= highest ? version : 0;
}

void CheckVersion(const std::string& name, const std::string& value, int highest,
                  std::string_view table) {
  if (VersionIn(value, highest) > 0) return;
  throw RefusedValue(name, value, table)
      .Hint(fmt::format("Expected a version from 1 to {}.", highest));
}

[[noreturn]] void RefuseUnknown(const std::string& feature, std::string_view table) {
  std::vector<std::string> names;
  for (const TableFeature& known : TableFeatures()) {
    if (known.readable && known.writable) names.emplace_back(known.name);
  }
  throw Error(ErrorKind::kInvalidInput, "delta.unknown_feature",
              fmt::format("There is no table feature \"{}\".", feature))
      .Hint(base::SuggestName(feature, names))
      .With("table", std::string(table))
      .With("feature", feature);
}

void CheckFeature(const std::string& name, const std::string& value, std::string_view table) {
  const std::string feature = name.substr(kFeatureProperty.size());
  const TableFeature* known = FindTableFeature(feature);
  if (known == nullptr) RefuseUnknown(feature, table);
  // To take one away that we do not write is no trouble.
  if (value == kDroppedFeature) return;
  if (!known->readable || !known->writable) {
    throw Error(ErrorKind::kUnsupported, "delta.feature",
                fmt::format("{} cannot get the table feature {}: Laguna does not write tables that "
                            "use it.",
                            table, feature))
        .Hint("FROM laguna_table_features() WHERE writes shows those it can get.")
        .With("table", std::string(table))
        .With("feature", feature);
  }
  // 'enabled' is an older word for the same, which Spark takes too.
  const std::string status = LowerAscii(value);
  if (status != "supported" && status != "enabled") {
    throw RefusedValue(name, value, table).Hint("Expected 'supported'.");
  }
}

}  // namespace

bool IsProtocolProperty(std::string_view name) {
  return name == kReaderVersion || name == kWriterVersion || name.starts_with(kFeatureProperty);
}

std::optional<std::string> CanonicalProtocolProperty(std::string_view name) {
  const std::string lower = LowerAscii(name);
  for (const std::string_view version : {kReaderVersion, kWriterVersion}) {
    if (LowerAscii(version) == lower) return std::string(version);
  }
  if (!lower.starts_with(kFeatureProperty)) return std::nullopt;
  const std::string_view given = name.substr(kFeatureProperty.size());
  for (const TableFeature& feature : TableFeatures()) {
    const bool is_same = LowerAscii(feature.name) == LowerAscii(given);
    if (is_same) return fmt::format("{}{}", kFeatureProperty, feature.name);
  }
  return fmt::format("{}{}", kFeatureProperty, given);
}

void CheckProtocolProperty(const std::string& name, const std::string& value,
                           std::string_view table) {
  if (name == kReaderVersion) return CheckVersion(name, value, kReaderVersionMax, table);
  if (name == kWriterVersion) return CheckVersion(name, value, kWriterVersionMax, table);
  CheckFeature(name, value, table);
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
