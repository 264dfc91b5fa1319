// SPDX-License-Identifier: Apache-2.0
#include "delta/definition_change.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "delta/column_mapping.h"
#include "delta/table_feature.h"

namespace laguna::delta {
namespace {

constexpr std::string_view kSafeFeatures[] = {
    "columnMapping", "deletionVectors",     "domainMetadata", "inCommitTimestamp",
    "rowTracking",   "vacuumProtocolCheck", "v2Checkpoint",
};

// A property that may change under a commit.
struct SafeProperty {
  std::string_view name;
  // Must be supported by then; empty: none.
  std::string_view feature;
  // The only value it may get; empty: any.
  std::string_view value;
  // By commits that remove or rewrite rows, too.
  bool with_changed_rows = true;
};
constexpr SafeProperty kSafeProperties[] = {
    {"delta.enableDeletionVectors", "deletionVectors", "true"},
    {"delta.columnMapping.mode", "columnMapping", "name"},
    {"delta.columnMapping.maxColumnId", "columnMapping", ""},
    {"delta.enableRowTracking", "rowTracking", "true", false},
    {"delta.rowTracking.materializedRowIdColumnName", "rowTracking", "", false},
    {"delta.rowTracking.materializedRowCommitVersionColumnName", "rowTracking", "", false},
    {"delta.enableInCommitTimestamps", "inCommitTimestamp", "true"},
    {"delta.inCommitTimestampEnablementVersion", "inCommitTimestamp", ""},
    {"delta.inCommitTimestampEnablementTimestamp", "inCommitTimestamp", ""},
    {"delta.checkpointPolicy", "", ""},
};

bool IsSafeProperty(const std::string& name, const std::string& value, const Protocol& protocol,
                    bool changes_rows) {
  return std::any_of(std::begin(kSafeProperties), std::end(kSafeProperties),
                     [&](const SafeProperty& safe) {
                       return safe.name == name && (safe.value.empty() || safe.value == value) &&
                              (safe.feature.empty() || Supports(protocol, safe.feature)) &&
                              (safe.with_changed_rows || !changes_rows);
                     });
}

bool AreSafeProperties(const Properties& before, const Properties& after, const Protocol& protocol,
                       bool changes_rows) {
  for (const auto& [name, value] : before) {
    if (!after.contains(name)) return false;
  }
  return std::all_of(after.begin(), after.end(), [&](const auto& property) {
    const auto old = before.find(property.first);
    return (old != before.end() && old->second == property.second) ||
           IsSafeProperty(property.first, property.second, protocol, changes_rows);
  });
}

using Keys = std::span<const std::string_view>;

bool IsSameBut(Keys free, const StructType& before, const StructType& after);

bool IsSameBut(Keys free, const DataType& before, const DataType& after) {
  if (before.AsStruct() != nullptr && after.AsStruct() != nullptr) {
    return IsSameBut(free, *before.AsStruct(), *after.AsStruct());
  }
  if (const ArrayType* old = before.AsArray(), *now = after.AsArray(); old && now) {
    return old->contains_null == now->contains_null && IsSameBut(free, old->element, now->element);
  }
  if (const MapType* old = before.AsMap(), *now = after.AsMap(); old && now) {
    return old->value_contains_null == now->value_contains_null &&
           IsSameBut(free, old->key, now->key) && IsSameBut(free, old->value, now->value);
  }
  return before == after;
}

std::vector<MetadataEntry> Without(Keys keys, std::vector<MetadataEntry> entries) {
  std::erase_if(entries, [&](const MetadataEntry& entry) {
    return std::find(keys.begin(), keys.end(), entry.key) != keys.end();
  });
  return entries;
}

// The same but for entries of the fields' metadata. Files are found by names as before.
bool IsSameBut(Keys free, const StructType& before, const StructType& after) {
  return std::equal(before.fields.begin(), before.fields.end(), after.fields.begin(),
                    after.fields.end(), [&](const StructField& old, const StructField& now) {
                      return old.name == now.name && old.nullable == now.nullable &&
                             old.PhysicalName() == now.PhysicalName() &&
                             Without(free, old.metadata) == Without(free, now.metadata) &&
                             IsSameBut(free, old.type, now.type);
                    });
}

bool IsSafeSchema(const Metadata& before, const Metadata& after) {
  constexpr std::string_view kIdentity[] = {"delta.identity.highWaterMark"};
  constexpr std::string_view kMapped[] = {"delta.identity.highWaterMark", "delta.columnMapping.id",
                                          "delta.columnMapping.physicalName",
                                          "parquet.field.nested.ids"};
  const bool gets_mapped = ColumnMappingOf(before) == ColumnMapping::kNone &&
                           ColumnMappingOf(after) == ColumnMapping::kName;
  return IsSameBut(gets_mapped ? Keys(kMapped) : Keys(kIdentity), before.schema, after.schema);
}

}  // namespace

bool IsHarmlessChange(const Protocol& before, const Protocol& after) {
  // A version stands for features that nobody need use; what uses them is in the metadata.
  const bool by_number = after.min_writer_version < 7;
  for (const TableFeature& feature : TableFeatures()) {
    const bool had = Supports(before, feature.name);
    const bool has = Supports(after, feature.name);
    if (had && !has) return false;
    if (!had && has && !by_number &&
        std::ranges::find(kSafeFeatures, feature.name) == std::end(kSafeFeatures)) {
      return false;
    }
  }
  return std::all_of(after.writer_features.begin(), after.writer_features.end(),
                     [](const std::string& name) { return FindTableFeature(name) != nullptr; });
}

bool IsHarmlessChange(const Metadata& before, const Metadata& after, const Protocol& protocol,
                      bool changes_rows) {
  const bool was_mapped = ColumnMappingOf(before) != ColumnMapping::kNone;
  const bool is_mapped_anew = was_mapped && ColumnMappingOf(before) != ColumnMappingOf(after);
  return before.id == after.id && before.name == after.name &&
         before.description == after.description &&
         before.partition_columns == after.partition_columns &&
         before.created_time_ms == after.created_time_ms && !is_mapped_anew &&
         AreSafeProperties(before.configuration, after.configuration, protocol, changes_rows) &&
         IsSafeSchema(before, after);
}

}  // namespace laguna::delta
