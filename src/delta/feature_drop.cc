// SPDX-License-Identifier: Apache-2.0
#include "delta/feature_drop.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/nearest_name.h"
#include "delta/properties.h"
#include "delta/protocol_wish.h"
#include "delta/table_feature.h"

namespace laguna::delta {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view kProtection = "checkpointProtection";
constexpr const char* kLastColumnId = "delta.columnMapping.maxColumnId";
constexpr const char* kProtectedBefore = "delta.requireCheckpointProtectionBeforeVersion";

struct Droppable {
  std::string_view feature;
  // What switches it on.
  std::array<std::string_view, 3> properties;
  // Older versions that have it are no good to readers without it.
  bool protects_history = false;
  // What to do where the table still uses it; %: its name.
  std::string_view advice;
};

constexpr std::string_view kAnew = "CREATE OR REPLACE TABLE % AS FROM % makes the table without.";

constexpr Droppable kDroppable[] = {
    {"appendOnly", {"delta.appendOnly"}, false, ""},
    {"invariants", {}, false, kAnew},
    {"checkConstraints", {}, false, "ALTER TABLE % DROP CONSTRAINT first takes each away."},
    {"changeDataFeed", {"delta.enableChangeDataFeed"}, false, ""},
    {"generatedColumns", {}, false, kAnew},
    {"columnMapping",
     {"delta.columnMapping.mode"},
     true,
     "Columns were renamed or dropped, or the files have names of their own. CREATE OR REPLACE "
     "TABLE "
     "% AS FROM % makes the table without."},
    {"identityColumns", {}, false, kAnew},
    {"allowColumnDefaults", {}, false, "ALTER TABLE % ALTER COLUMN ... DROP DEFAULT first."},
    {"deletionVectors",
     {"delta.enableDeletionVectors"},
     true,
     "ALTER TABLE % SET TBLPROPERTIES ('delta.enableDeletionVectors' = 'false') and REORG TABLE % "
     "APPLY (PURGE) first write the files without the rows they delete."},
    {"v2Checkpoint", {"delta.checkpointPolicy"}, true, ""},
    {"vacuumProtocolCheck", {}, false, ""},
    // Only with the versions it protects.
    {"checkpointProtection", {"delta.requireCheckpointProtectionBeforeVersion"}, false, ""},
    {"inCommitTimestamp",
     {"delta.enableInCommitTimestamps", "delta.inCommitTimestampEnablementVersion",
      "delta.inCommitTimestampEnablementTimestamp"},
     false,
     ""},
    {"typeWidening",
     {"delta.enableTypeWidening"},
     true,
     "Types of columns were widened, and files hold the narrower ones. CREATE OR REPLACE TABLE % "
     "AS "
     "FROM % makes the table without."},
};

const Droppable* FindDroppable(std::string_view feature) {
  for (const Droppable& droppable : kDroppable) {
    if (droppable.feature == feature) return &droppable;
  }
  return nullptr;
}

Error NoFeature(const Protocol& protocol, const std::string& feature, const std::string& table) {
  std::vector<std::string> known;
  for (const TableFeature& each : TableFeatures()) {
    if (Supports(protocol, each.name)) known.emplace_back(each.name);
  }
  const bool exists = FindTableFeature(feature) != nullptr;
  const std::string sentence =
      exists ? fmt::format("Table {} does not have the table feature {}.", table, feature)
             : fmt::format("There is no table feature \"{}\".", feature);
  return Error(ErrorKind::kInvalidInput, exists ? "alter.no_feature" : "alter.unknown_feature",
               sentence)
      .Hint(base::SuggestName(feature, known))
      .With("table", table)
      .With("feature", feature);
}

Error Stays(const std::string& feature, const std::string& table) {
  std::vector<std::string_view> names;
  for (const Droppable& droppable : kDroppable) names.push_back(droppable.feature);
  return Error(ErrorKind::kUnsupported, "alter.feature_stays",
               fmt::format("The table feature {} of table {} cannot be dropped.", feature, table))
      .Hint(fmt::format("Features that can: {}.", fmt::join(names, ", ")))
      .With("table", table)
      .With("feature", feature);
}

Error InUse(const Droppable& droppable, const std::string& table) {
  std::string advice;
  for (const char letter : droppable.advice)
    advice += letter == '%' ? table : std::string(1, letter);
  return Error(
             ErrorKind::kUnsupported, "alter.feature_in_use",
             fmt::format("The table feature {} of table {} cannot be dropped while the table uses "
                         "it.",
                         droppable.feature, table))
      .Hint(std::move(advice))
      .With("table", table)
      .With("feature", std::string(droppable.feature));
}

using FieldRewrite = std::function<bool(StructField& field)>;

bool RewriteType(DataType& type, const FieldRewrite& rewrite);

bool RewriteFields(std::vector<StructField>& fields, const FieldRewrite& rewrite) {
  return std::all_of(fields.begin(), fields.end(), [&](StructField& field) {
    return rewrite(field) && RewriteType(field.type, rewrite);
  });
}

// False when a field said so.
bool RewriteType(DataType& type, const FieldRewrite& rewrite) {
  if (const ArrayType* array = type.AsArray()) {
    ArrayType changed = *array;
    const bool done = RewriteType(changed.element, rewrite);
    type = DataType(std::move(changed));
    return done;
  }
  if (const MapType* map = type.AsMap()) {
    MapType changed = *map;
    const bool done = RewriteType(changed.key, rewrite) && RewriteType(changed.value, rewrite);
    type = DataType(std::move(changed));
    return done;
  }
  const StructType* fields = type.AsStruct();
  if (fields == nullptr) return true;
  StructType changed = *fields;
  const bool done = RewriteFields(changed.fields, rewrite);
  type = DataType(std::move(changed));
  return done;
}

// Takes the mapping off the columns; false where the files call one otherwise than the schema, or
// hold one that was dropped and would come back under its name.
bool Unmap(Metadata& metadata, bool has_files) {
  const std::string last = metadata.configuration[kLastColumnId];
  int64_t count = 0;
  const bool done = RewriteFields(metadata.schema.fields, [&](StructField& field) {
    count += field.FieldId() ? 1 : 0;
    if (field.PhysicalName() != field.name) return false;
    std::erase_if(field.metadata, [](const MetadataEntry& entry) {
      return entry.key.starts_with("delta.columnMapping.");
    });
    return true;
  });
  metadata.configuration.erase(kLastColumnId);
  return done && (!has_files || last == std::to_string(count));
}

}  // namespace

FeatureDrop DropFeature(const Snapshot& snapshot, const std::string& feature, int64_t version,
                        const std::string& table) {
  const Protocol& protocol = snapshot.protocol();
  if (!Supports(protocol, feature)) throw NoFeature(protocol, feature, table);
  const Droppable* droppable = FindDroppable(feature);
  if (droppable == nullptr) throw Stays(feature, table);
  FeatureDrop drop{snapshot.metadata(), droppable->protects_history};
  for (const std::string_view property : droppable->properties) {
    drop.metadata.configuration.erase(std::string(property));
  }
  const bool maps = feature == "columnMapping";
  if (maps && !Unmap(drop.metadata, !snapshot.files().empty())) throw InUse(*droppable, table);
  const TableFeature& known = *FindTableFeature(feature);
  const bool in_use = known.needed_by != nullptr && known.needed_by(drop.metadata);
  const bool has_vectors =
      feature == "deletionVectors" && snapshot.files().deletion_vector_count() > 0;
  if (in_use || has_vectors) throw InUse(*droppable, table);
  const auto wish = [&](std::string_view name, std::string_view value) {
    drop.metadata.configuration[fmt::format("{}{}", kFeatureProperty, name)] = value;
  };
  wish(feature, kDroppedFeature);
  if (!drop.needs_checkpoint) return drop;
  wish(kProtection, "supported");
  drop.metadata.configuration[kProtectedBefore] = std::to_string(version);
  return drop;
}

Metadata WithoutProtection(const FeatureDrop& drop) {
  Metadata metadata = drop.metadata;
  if (!drop.needs_checkpoint) return metadata;
  metadata.configuration.erase(fmt::format("{}{}", kFeatureProperty, kProtection));
  metadata.configuration.erase(kProtectedBefore);
  return metadata;
}

bool NeedsTruncation(const std::string& feature) {
  return feature == kProtection;
}

bool IsProtected(const Metadata& metadata, int64_t version) {
  const auto found = metadata.configuration.find(kProtectedBefore);
  if (found == metadata.configuration.end()) return false;
  return version < std::strtoll(found->second.c_str(), nullptr, 10);
}

bool IsTraceOf(const std::string& feature, const Action& action) {
  const bool is_vectors = feature == "deletionVectors";
  if (const auto* add = std::get_if<AddFile>(&action)) {
    return is_vectors && add->deletion_vector.has_value();
  }
  if (const auto* removal = std::get_if<RemoveFile>(&action)) {
    return is_vectors && removal->deletion_vector.has_value();
  }
  const auto* metadata = std::get_if<Metadata>(&action);
  const TableFeature* known = FindTableFeature(feature);
  return metadata != nullptr && known != nullptr && known->needed_by != nullptr &&
         known->needed_by(*metadata);
}

int64_t TraceRetention(const Properties& properties) {
  constexpr int64_t kDayMs = 24 * 3'600'000;
  return IntervalProperty(properties, "delta.dropFeatureTruncateHistory.retentionDuration", kDayMs);
}

}  // namespace laguna::delta
