// SPDX-License-Identifier: Apache-2.0
#include "delta/properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/nearest_name.h"
#include "delta/protocol_wish.h"

namespace laguna::delta {
namespace {

using base::Error;
using base::ErrorKind;
using enum PropertyType;
using enum PropertyUse;

constexpr std::string_view kNoIceberg = "Laguna writes no Iceberg metadata";
constexpr std::string_view kNoFormats = "Laguna writes no metadata of other formats";
constexpr std::string_view kNoImport = "Laguna converts no Iceberg tables";
constexpr std::string_view kNoCoordinator = "Laguna commits to the log alone";
constexpr std::string_view kNoRedirect = "Laguna follows no redirects";
constexpr std::string_view kNoPartitionColumns = "Laguna leaves partition columns out of files";

constexpr TableProperty kProperties[] = {
    {"delta.appendOnly", {kBoolean}, "false"},
    {"delta.autoOptimize", {kBoolean}, "", kKept},
    {"delta.autoOptimize.autoCompact", {kOneOf, 0, "auto|true|false|legacy"}, "false"},
    {"delta.autoOptimize.optimizeWrite", {kBoolean}, "", kKept},
    {"delta.castIcebergTimeType", {}, "", kRefused, kNoImport},
    {"delta.checkpoint.writeStatsAsJson", {kBoolean}, "true"},
    {"delta.checkpoint.writeStatsAsStruct", {kBoolean}, "false"},
    {"delta.checkpointInterval", {kInteger, 1}, ""},
    {"delta.checkpointPolicy", {kOneOf, 0, "classic|v2"}, "classic"},
    {"delta.checkpointRetentionDuration", {kInterval}, "interval 2 days", kKept},
    {"delta.columnMapping.maxColumnId", {kLong}, "", kInternal},
    {"delta.columnMapping.mode", {kOneOf, 0, "none|id|name"}, "none"},
    {kSymlinkManifest,
     {kBoolean},
     "false",
     kRefused,
     "Laguna does not keep the manifests of a table up to date"},
    {"delta.coordinatedCommits.commitCoordinator-preview", {}, "", kRefused, kNoCoordinator},
    {"delta.coordinatedCommits.commitCoordinatorConf-preview", {}, "", kRefused, kNoCoordinator},
    {"delta.coordinatedCommits.tableConf-preview", {}, "", kRefused, kNoCoordinator},
    {kIndexedColumns, {kInteger, -1}, "32"},
    {kStatisticsColumns, {kColumns}, ""},
    {kPrefixLength, {kInteger, 0}, "32"},
    {"delta.deletedFileRetentionDuration", {kInterval}, "interval 1 week"},
    {"delta.dropFeatureTruncateHistory.retentionDuration", {kInterval}, "interval 24 hours"},
    {"delta.enableChangeDataCapture",
     {},
     "",
     kRefused,
     "it is called delta.enableChangeDataFeed now"},
    {"delta.enableChangeDataFeed", {kBoolean}, "false"},
    {"delta.enableDeletionVectors", {kBoolean}, "false"},
    {"delta.enableExpiredLogCleanup", {kBoolean}, "true"},
    {"delta.enableFullRetentionRollback", {kBoolean}, "true", kKept},
    {"delta.enableIcebergCompatV1", {kBoolean}, "false", kRefused, kNoIceberg},
    {"delta.enableIcebergCompatV2", {kBoolean}, "false", kRefused, kNoIceberg},
    {"delta.enableIcebergCompatV3", {kBoolean}, "false", kRefused, kNoIceberg},
    {"delta.enableInCommitTimestamps", {kBoolean}, "false"},
    {"delta.enableMaterializePartitionColumnsFeature",
     {kBoolean},
     "false",
     kRefused,
     kNoPartitionColumns},
    {"delta.enableRowTracking", {kBoolean}, "false"},
    {"delta.enableTypeWidening", {kBoolean}, "false"},
    {"delta.enableVariantShredding",
     {kBoolean},
     "false",
     kRefused,
     "Laguna does not write shredded variants"},
    {"delta.ignoreIcebergBucketPartition", {}, "", kRefused, kNoImport},
    {"delta.ignoreProtocolDefaults",
     {kBoolean},
     "false",
     kRefused,
     "Laguna has no defaults for the protocol"},
    {"delta.inCommitTimestampEnablementTimestamp", {kLong}, "", kInternal},
    {"delta.inCommitTimestampEnablementVersion", {kLong}, "", kInternal},
    {"delta.isolationLevel", {kOneOf, 0, "Serializable|WriteSerializable"}, "WriteSerializable"},
    {"delta.logRetentionDuration", {kInterval}, "interval 30 days"},
    {"delta.parquet.compression.codec",
     {kOneOf, 0, "uncompressed|none|snappy|gzip|lz4|lz4_raw|zstd|brotli"},
     "snappy"},
    {"delta.parquet.format.version", {kVersion}, "", kKept},
    {"delta.randomizeFilePrefixes", {kBoolean}, "false", kKept},
    {"delta.randomPrefixLength", {kInteger, 1}, "2", kKept},
    {"delta.redirectReaderWriter-preview", {}, "", kRefused, kNoRedirect},
    {"delta.redirectWriterOnly-preview", {}, "", kRefused, kNoRedirect},
    {"delta.requireCheckpointProtectionBeforeVersion", {kLong}, "", kInternal},
    {"delta.rowTracking.materializedRowCommitVersionColumnName", {kText}, "", kInternal},
    {"delta.rowTracking.materializedRowIdColumnName", {kText}, "", kInternal},
    {"delta.rowTrackingSuspended", {kBoolean}, "false"},
    {"delta.sampleRetentionDuration", {kInterval}, "interval 7 days", kKept},
    {"delta.setTransactionRetentionDuration", {kInterval}, ""},
    {"delta.targetFileSize", {kByteSize}, "256mb"},
    {"delta.tuneFileSizesForRewrites", {kBoolean}, "", kKept},
    {kOtherFormats, {}, "", kRefused, kNoFormats},
    {"delta.universalFormat.iceberg.atomicConversion.supported", {}, "", kRefused, kNoIceberg},
    {"delta.writePartitionColumnsToParquet", {kBoolean}, "false", kRefused, kNoPartitionColumns},
};

constexpr std::string_view kPrefix = "delta.";
constexpr std::string_view kConstraintPrefix = "delta.constraints.";

const TableProperty* Find(std::string_view name) {
  const auto* found = std::ranges::find(kProperties, name, &TableProperty::name);
  return found == std::end(kProperties) ? nullptr : found;
}

bool TakesValue(const TableProperty& property, std::string_view value) {
  if (!IsValue(property.rule, value)) return false;
  if (property.use != kRefused) return true;
  return property.rule.type == kBoolean ? !ParseBoolean(value).value_or(true) : value.empty();
}

[[noreturn]] void RefuseUnknown(const std::string& name, std::string_view table) {
  std::vector<std::string> names;
  for (const TableProperty& property : kProperties) {
    const bool is_for_users = property.use == kHonoured || property.use == kKept;
    if (is_for_users) names.emplace_back(property.name);
  }
  names.insert(names.end(), {std::string(kReaderVersion), std::string(kWriterVersion)});
  throw Error(ErrorKind::kInvalidInput, "delta.unknown_property",
              fmt::format("There is no table property \"{}\".", name))
      .Hint(base::SuggestName(name, names) + " Keys of your own must not begin with \"delta.\".")
      .With("property", name)
      .With("table", std::string(table));
}

[[noreturn]] void RefuseUse(const TableProperty& property, const std::string& value,
                            std::string_view table) {
  throw Error(ErrorKind::kUnsupported, "delta.refused_property",
              fmt::format("The table property \"{}\" of {} cannot be '{}': {}.", property.name,
                          table, value, property.reason))
      .Hint(fmt::format("Leave it out, or set it to '{}'.",
                        property.rule.type == kBoolean ? "false" : ""))
      .With("property", std::string(property.name))
      .With("table", std::string(table))
      .With("value", value);
}

void CheckProperty(const std::string& name, const std::string& value, std::string_view table) {
  if (!name.starts_with(kPrefix) || name.starts_with(kConstraintPrefix)) return;
  if (IsProtocolProperty(name)) return CheckProtocolProperty(name, value, table);
  const TableProperty* property = Find(name);
  if (property == nullptr || TakesValue(*property, value)) return;
  const bool is_well_formed = IsValue(property->rule, value);
  if (property->use == kRefused && is_well_formed) RefuseUse(*property, value, table);
  throw RefusedValue(name, value, table)
      .Hint(fmt::format("Expected {}.", ValuesText(property->rule)));
}

[[noreturn]] void RefuseOwn(const std::string& name, std::string_view table) {
  throw Error(ErrorKind::kInvalidInput, "delta.own_property",
              fmt::format("The table property \"{}\" of {} cannot be set: those that begin with "
                          "\"{}\" are written by Laguna itself.",
                          name, table, kOwnPrefix))
      .Hint("Give the property another name.")
      .With("property", name)
      .With("table", std::string(table));
}

// What users must not say, and writers may.
void CheckMayGive(const std::string& name, const std::string& value, std::string_view table) {
  const TableProperty* property = Find(name);
  const bool has_rule = property != nullptr || IsProtocolProperty(name);
  const bool is_known =
      has_rule || !name.starts_with(kPrefix) || name.starts_with(kConstraintPrefix);
  if (!is_known) RefuseUnknown(name, table);
  if (LowerAscii(name).starts_with(kOwnPrefix)) RefuseOwn(name, table);
  if (property != nullptr && property->use == kInternal) {
    throw Error(ErrorKind::kInvalidInput, "delta.internal_property",
                fmt::format("The table property \"{}\" cannot be set by hand.", name))
        .Hint("Leave it out: writers of the table keep it.")
        .With("property", name)
        .With("table", std::string(table));
  }
  if (IsProtocolProperty(name) && value == kDroppedFeature) {
    throw RefusedValue(name, value, table)
        .Hint("ALTER TABLE ... DROP FEATURE takes a feature away.");
  }
}

std::string CanonicalValueOf(const std::string& name, const std::string& value) {
  const TableProperty* property = Find(name);
  return property == nullptr ? value : CanonicalValue(property->rule, value);
}

}  // namespace

std::span<const TableProperty> TableProperties() {
  return kProperties;
}

std::string CanonicalPropertyName(std::string_view name) {
  const std::string lower = LowerAscii(name);
  if (!lower.starts_with(kPrefix)) return std::string(name);
  for (const TableProperty& property : kProperties) {
    if (LowerAscii(property.name) == lower) return std::string(property.name);
  }
  if (auto protocol = CanonicalProtocolProperty(name)) return *protocol;
  const bool is_constraint = lower.starts_with(kConstraintPrefix);
  const std::string_view prefix = is_constraint ? kConstraintPrefix : kPrefix;
  return std::string(prefix).append(name.substr(prefix.size()));
}

int64_t IntervalProperty(const Properties& properties, const std::string& name,
                         int64_t fallback_ms) {
  const auto found = properties.find(name);
  return found == properties.end() ? fallback_ms
                                   : ParseInterval(found->second).value_or(fallback_ms);
}

int64_t IntegerProperty(const Properties& properties, const std::string& name, int64_t fallback) {
  const auto found = properties.find(name);
  return found == properties.end() ? fallback : ParseInteger(found->second).value_or(fallback);
}

bool BooleanProperty(const Properties& properties, const std::string& name, bool fallback) {
  const auto found = properties.find(name);
  return found == properties.end() ? fallback : ParseBoolean(found->second).value_or(fallback);
}

void CheckProperties(const Properties& properties, const Properties& before,
                     std::string_view table) {
  for (const auto& [name, value] : properties) {
    const auto old = before.find(name);
    if (old == before.end() || old->second != value) CheckProperty(name, value, table);
  }
}

bool IsAcceptable(const std::string& name, const std::string& value) {
  const TableProperty* property = Find(name);
  return property == nullptr || TakesValue(*property, value);
}

std::string RefusedProperty(const base::Error& error) {
  constexpr std::string_view kCodes[] = {"delta.property_value", "delta.refused_property"};
  if (std::ranges::find(kCodes, error.code()) == std::end(kCodes)) return "";
  const auto property = std::ranges::find(error.values(), std::string("property"),
                                          &std::pair<std::string, std::string>::first);
  return property == error.values().end() ? "" : property->second;
}

Properties GivenProperties(const Properties& given, std::string_view table) {
  Properties properties;
  for (const auto& [as_written, value] : given) {
    const std::string name = CanonicalPropertyName(as_written);
    CheckMayGive(name, value, table);
    CheckProperty(name, value, table);
    if (properties.emplace(name, CanonicalValueOf(name, value)).second) continue;
    throw Error(ErrorKind::kInvalidInput, "delta.property_twice",
                fmt::format("The table property \"{}\" of {} is given twice.", name, table))
        .Hint("Names of Delta's properties match without regard to case.")
        .With("property", name)
        .With("table", std::string(table));
  }
  return properties;
}

}  // namespace laguna::delta
