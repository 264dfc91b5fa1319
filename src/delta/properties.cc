// SPDX-License-Identifier: Apache-2.0
#include "delta/properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/nearest_name.h"
#include "delta/protocol_wish.h"

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
    {"delta.dropFeatureTruncateHistory.retentionDuration", PropertyType::kInterval},
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

std::optional<int64_t> ParseInteger(std::string_view text) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

struct IntervalUnit {
  std::string_view name;
  int64_t micros = 0;
};
constexpr IntervalUnit kIntervalUnits[] = {
    {"microsecond", 1},        {"millisecond", 1'000},  {"second", 1'000'000},
    {"minute", 60'000'000},    {"hour", 3'600'000'000}, {"day", 86'400'000'000},
    {"week", 604'800'000'000},
};

// Nothing for an unknown unit and for more than an int64 holds.
std::optional<int64_t> Micros(std::string_view count, std::string_view unit) {
  if (unit.ends_with('s')) unit.remove_suffix(1);
  for (const IntervalUnit& known : kIntervalUnits) {
    if (known.name != unit) continue;
    std::optional<int64_t> number = ParseInteger(count);
    int64_t micros = 0;
    if (!number || __builtin_mul_overflow(*number, known.micros, &micros)) return std::nullopt;
    return micros;
  }
  return std::nullopt;
}

// In lower case, without the leading "interval".
std::vector<std::string> IntervalWords(std::string_view text) {
  std::vector<std::string> words;
  for (std::string& word : Split(text, ' ')) {
    std::transform(word.begin(), word.end(), word.begin(), LowerAscii);
    if (!word.empty()) words.push_back(std::move(word));
  }
  if (!words.empty() && words.front() == "interval") words.erase(words.begin());
  return words;
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
      return ParseInteger(value).has_value();
    case PropertyType::kInterval:
      return ParseInterval(value).has_value();
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
  names.insert(names.end(), {"delta.minReaderVersion", "delta.minWriterVersion"});
  throw base::Error(base::ErrorKind::kInvalidInput, "delta.unknown_property",
                    fmt::format("There is no table property \"{}\".", name))
      .Hint(base::SuggestName(name, names) + " Keys of your own must not begin with \"delta.\".")
      .With("property", name);
}

[[noreturn]] void RefuseInternal(const std::string& name) {
  throw base::Error(base::ErrorKind::kInvalidInput, "delta.internal_property",
                    fmt::format("The table property \"{}\" cannot be set by hand.", name))
      .Hint("Leave it out: writers of the table keep it.")
      .With("property", name);
}

void CheckProperty(const std::string& name, const std::string& value) {
  if (!name.starts_with("delta.") || name.starts_with(kConstraintPrefix)) return;
  if (IsProtocolProperty(name)) return CheckProtocolProperty(name, value);
  const TableProperty* property = Find(name);
  if (property == nullptr) RefuseUnknown(name);
  if (IsValid(*property, value)) return;
  throw base::Error(base::ErrorKind::kInvalidInput, "delta.property_value",
                    fmt::format("The table property \"{}\" cannot be '{}'.", name, value))
      .Hint(fmt::format("Expected {}.", Expected(*property)))
      .With("property", name)
      .With("value", value);
}

}  // namespace

// Pairs of a number and a unit after an optional "interval".
std::optional<int64_t> ParseInterval(std::string_view text) {
  const std::vector<std::string> words = IntervalWords(text);
  if (words.empty() || words.size() % 2 != 0) return std::nullopt;
  int64_t total = 0;
  for (size_t i = 0; i < words.size(); i += 2) {
    std::optional<int64_t> micros = Micros(words[i], words[i + 1]);
    if (!micros || __builtin_add_overflow(total, *micros, &total)) return std::nullopt;
  }
  return total / 1'000;
}

int64_t IntervalProperty(const Properties& properties, const std::string& name,
                         int64_t fallback_ms) {
  auto found = properties.find(name);
  return found == properties.end() ? fallback_ms
                                   : ParseInterval(found->second).value_or(fallback_ms);
}

int64_t IntegerProperty(const Properties& properties, const std::string& name, int64_t fallback) {
  auto found = properties.find(name);
  return found == properties.end() ? fallback : ParseInteger(found->second).value_or(fallback);
}

bool BooleanProperty(const Properties& properties, const std::string& name, bool fallback) {
  auto found = properties.find(name);
  if (found == properties.end()) return fallback;
  if (found->second == "true") return true;
  return found->second == "false" ? false : fallback;
}

std::span<const TableProperty> TableProperties() {
  return kProperties;
}

void CheckProperties(const Properties& properties, const Properties& before) {
  for (const auto& [name, value] : properties) {
    auto old = before.find(name);
    if (old == before.end() || old->second != value) CheckProperty(name, value);
  }
}

void CheckGivenProperties(const Properties& properties) {
  for (const auto& [name, value] : properties) {
    const TableProperty* property = Find(name);
    if (property != nullptr && property->internal) RefuseInternal(name);
    if (IsProtocolProperty(name) && value == kDroppedFeature) {
      throw base::Error(base::ErrorKind::kInvalidInput, "delta.property_value",
                        fmt::format("The table property \"{}\" cannot be '{}'.", name, value))
          .Hint("ALTER TABLE ... DROP FEATURE takes a feature away.")
          .With("property", name);
    }
  }
  CheckProperties(properties, {});
}

}  // namespace laguna::delta
