// SPDX-License-Identifier: Apache-2.0
#include "delta/properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/nearest_name.h"

namespace laguna::delta {
namespace {

constexpr TableProperty kProperties[] = {
    {"delta.appendOnly", PropertyType::kBoolean},
    {"delta.autoOptimize.autoCompact", PropertyType::kText, "auto|true|false|legacy"},
    {"delta.autoOptimize.optimizeWrite", PropertyType::kBoolean},
    {"delta.checkpoint.writeStatsAsJson", PropertyType::kBoolean},
    {"delta.checkpoint.writeStatsAsStruct", PropertyType::kBoolean},
    {"delta.checkpointInterval", PropertyType::kInteger},
    {"delta.checkpointPolicy", PropertyType::kText, "classic|v2"},
    {"delta.checkpointRetentionDuration", PropertyType::kInterval},
    {"delta.columnMapping.maxColumnId", PropertyType::kInteger, "", true},
    {"delta.columnMapping.mode", PropertyType::kText, "none|id|name"},
    {"delta.compatibility.symlinkFormatManifest.enabled", PropertyType::kBoolean},
    {"delta.dataSkippingNumIndexedCols", PropertyType::kText},
    {"delta.dataSkippingStatsColumns", PropertyType::kText},
    {"delta.deletedFileRetentionDuration", PropertyType::kInterval},
    {"delta.enableChangeDataFeed", PropertyType::kBoolean},
    {"delta.enableDeletionVectors", PropertyType::kBoolean},
    {"delta.enableExpiredLogCleanup", PropertyType::kBoolean},
    {"delta.enableFullRetentionRollback", PropertyType::kBoolean},
    {"delta.enableIcebergCompatV1", PropertyType::kBoolean},
    {"delta.enableIcebergCompatV2", PropertyType::kBoolean},
    {"delta.enableIcebergCompatV3", PropertyType::kBoolean},
    {"delta.enableInCommitTimestamps", PropertyType::kBoolean},
    {"delta.enableRowTracking", PropertyType::kBoolean},
    {"delta.enableTypeWidening", PropertyType::kBoolean},
    {"delta.enableVariantShredding", PropertyType::kBoolean},
    {"delta.inCommitTimestampEnablementTimestamp", PropertyType::kInteger, "", true},
    {"delta.inCommitTimestampEnablementVersion", PropertyType::kInteger, "", true},
    {"delta.isolationLevel", PropertyType::kText, "Serializable|WriteSerializable"},
    {"delta.logRetentionDuration", PropertyType::kInterval},
    {"delta.parquet.compression.codec", PropertyType::kText,
     "uncompressed|none|snappy|gzip|lz4|lz4_raw|zstd|brotli"},
    {"delta.parquet.format.version", PropertyType::kText},
    {"delta.randomizeFilePrefixes", PropertyType::kBoolean},
    {"delta.randomPrefixLength", PropertyType::kInteger},
    {"delta.requireCheckpointProtectionBeforeVersion", PropertyType::kInteger, "", true},
    {"delta.rowTracking.materializedRowCommitVersionColumnName", PropertyType::kText, "", true},
    {"delta.rowTracking.materializedRowIdColumnName", PropertyType::kText, "", true},
    {"delta.rowTrackingSuspended", PropertyType::kBoolean},
    {"delta.sampleRetentionDuration", PropertyType::kInterval},
    {"delta.setTransactionRetentionDuration", PropertyType::kInterval},
    {"delta.targetFileSize", PropertyType::kText},
    {"delta.tuneFileSizesForRewrites", PropertyType::kBoolean},
};

constexpr std::string_view kConstraintPrefix = "delta.constraints.";

char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

bool IsInteger(std::string_view text) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0;
}

// Pairs of a number and a unit after an optional "interval".
bool IsInterval(std::string_view text) {
  std::vector<std::string> words;
  for (std::string& word : Split(text, ' ')) {
    std::transform(word.begin(), word.end(), word.begin(), LowerAscii);
    if (!word.empty()) words.push_back(std::move(word));
  }
  if (!words.empty() && words.front() == "interval") words.erase(words.begin());
  if (words.empty() || words.size() % 2 != 0) return false;
  static constexpr std::string_view kUnits[] = {"microsecond", "millisecond", "second", "minute",
                                                "hour",        "day",         "week"};
  for (size_t i = 0; i < words.size(); i += 2) {
    std::string_view unit = words[i + 1];
    if (unit.ends_with('s')) unit.remove_suffix(1);
    bool known = std::find(std::begin(kUnits), std::end(kUnits), unit) != std::end(kUnits);
    if (!IsInteger(words[i]) || !known) return false;
  }
  return true;
}

bool IsOneOf(std::string_view value, std::string_view values) {
  if (values.empty()) return true;
  std::vector<std::string> allowed = Split(values, '|');
  return std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

bool IsValid(const TableProperty& property, std::string_view value) {
  switch (property.type) {
    case PropertyType::kBoolean:
      return value == "true" || value == "false";
    case PropertyType::kInteger:
      return IsInteger(value);
    case PropertyType::kInterval:
      return IsInterval(value);
    case PropertyType::kText:
      break;
  }
  return IsOneOf(value, property.values);
}

std::string Expected(const TableProperty& property) {
  switch (property.type) {
    case PropertyType::kBoolean:
      return "'true' or 'false'";
    case PropertyType::kInteger:
      return "a whole number that is not negative";
    case PropertyType::kInterval:
      return "an interval without months, such as 'interval 30 days'";
    case PropertyType::kText:
      break;
  }
  std::string expected;
  for (const std::string& value : Split(property.values, '|')) {
    expected += (expected.empty() ? "'" : ", '") + value + "'";
  }
  return "one of " + expected;
}

const TableProperty* Find(std::string_view name) {
  for (const TableProperty& property : kProperties) {
    if (property.name == name) return &property;
  }
  return nullptr;
}

[[noreturn]] void RefuseUnknown(const std::string& name) {
  std::vector<std::string> names;
  for (const TableProperty& property : kProperties) {
    if (!property.internal) names.emplace_back(property.name);
  }
  throw base::Error(base::ErrorKind::kInvalidInput, "delta.unknown_property",
                    fmt::format("There is no table property \"{}\".", name))
      .Hint(base::SuggestName(name, names) + " Keys of your own must not begin with \"delta.\".")
      .With("property", name);
}

void CheckProperty(const std::string& name, const std::string& value) {
  if (!name.starts_with("delta.") || name.starts_with(kConstraintPrefix)) return;
  const TableProperty* property = Find(name);
  if (property == nullptr) RefuseUnknown(name);
  if (property->internal) {
    throw base::Error(base::ErrorKind::kInvalidInput, "delta.internal_property",
                      fmt::format("The table property \"{}\" cannot be set by hand.", name))
        .Hint("Leave it out: writers of the table keep it.")
        .With("property", name);
  }
  if (IsValid(*property, value)) return;
  throw base::Error(base::ErrorKind::kInvalidInput, "delta.property_value",
                    fmt::format("The table property \"{}\" cannot be '{}'.", name, value))
      .Hint(fmt::format("Expected {}.", Expected(*property)))
      .With("property", name)
      .With("value", value);
}

}  // namespace

std::span<const TableProperty> TableProperties() {
  return kProperties;
}

void CheckProperties(const Properties& properties, const Properties& before) {
  for (const auto& [name, value] : properties) {
    auto old = before.find(name);
    if (old == before.end() || old->second != value) CheckProperty(name, value);
  }
}

}  // namespace laguna::delta
