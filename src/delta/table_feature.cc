// SPDX-License-Identifier: Apache-2.0
#include "delta/table_feature.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "delta/properties.h"
#include "delta/protocol_wish.h"

namespace laguna::delta {
namespace {

constexpr int kReaderVersionMax = 3;
constexpr int kWriterVersionMax = 7;

// --- What metadata needs a feature ---

// In lower case.
std::string Property(const Metadata& metadata, const char* key) {
  auto found = metadata.configuration.find(key);
  return found == metadata.configuration.end() ? std::string() : LowerAscii(found->second);
}

bool IsTrue(const Metadata& metadata, const char* key) {
  return BooleanProperty(metadata.configuration, key, false);
}

bool AnyType(const DataType& type, bool (*matches)(const DataType&, const StructField*),
             const StructField* field) {
  if (matches(type, field)) return true;
  if (const ArrayType* array = type.AsArray()) return AnyType(array->element, matches, nullptr);
  if (const MapType* map = type.AsMap()) {
    return AnyType(map->key, matches, nullptr) || AnyType(map->value, matches, nullptr);
  }
  const StructType* fields = type.AsStruct();
  if (fields == nullptr) return false;
  return std::any_of(
      fields->fields.begin(), fields->fields.end(),
      [matches](const StructField& nested) { return AnyType(nested.type, matches, &nested); });
}

// True when a type anywhere in the schema matches; `field` is the field that has it, if one does.
bool AnyColumn(const Metadata& metadata, bool (*matches)(const DataType&, const StructField*)) {
  const std::vector<StructField>& fields = metadata.schema.fields;
  return std::any_of(fields.begin(), fields.end(), [matches](const StructField& field) {
    return AnyType(field.type, matches, &field);
  });
}

bool HasKey(const StructField* field, std::string_view key) {
  return field != nullptr && field->FindMetadata(key) != nullptr;
}

bool HasTimestampNtz(const Metadata& m) {
  return AnyColumn(
      m, [](const DataType& t, const StructField*) { return t.Is(Primitive::kTimestampNtz); });
}
bool HasVariant(const Metadata& m) {
  return AnyColumn(m,
                   [](const DataType& t, const StructField*) { return t.Is(Primitive::kVariant); });
}
bool HasInvariants(const Metadata& m) {
  return AnyColumn(
      m, [](const DataType&, const StructField* f) { return HasKey(f, "delta.invariants"); });
}
bool HasGeneratedColumns(const Metadata& m) {
  return AnyColumn(m, [](const DataType&, const StructField* f) {
    return HasKey(f, "delta.generationExpression");
  });
}
bool HasIdentityColumns(const Metadata& m) {
  return AnyColumn(m, [](const DataType&, const StructField* f) {
    return HasKey(f, "delta.identity.start") || HasKey(f, "delta.identity.step");
  });
}
bool HasDefaults(const Metadata& m) {
  return AnyColumn(
      m, [](const DataType&, const StructField* f) { return HasKey(f, "CURRENT_DEFAULT"); });
}
bool HasTypeChanges(const Metadata& m) {
  return IsTrue(m, "delta.enableTypeWidening") ||
         AnyColumn(m, [](const DataType&, const StructField* f) {
           return HasKey(f, "delta.typeChanges");
         });
}
bool HasConstraints(const Metadata& m) {
  auto first = m.configuration.lower_bound("delta.constraints.");
  return first != m.configuration.end() && first->first.starts_with("delta.constraints.");
}
bool IsAppendOnly(const Metadata& m) {
  return IsTrue(m, "delta.appendOnly");
}
bool HasChangeDataFeed(const Metadata& m) {
  return IsTrue(m, "delta.enableChangeDataFeed");
}
bool HasColumnMapping(const Metadata& m) {
  const std::string mode = Property(m, "delta.columnMapping.mode");
  return !mode.empty() && mode != "none";
}
bool HasDeletionVectors(const Metadata& m) {
  return IsTrue(m, "delta.enableDeletionVectors");
}
bool HasV2Checkpoints(const Metadata& m) {
  return Property(m, "delta.checkpointPolicy") == "v2";
}
bool HasRowTracking(const Metadata& m) {
  return IsTrue(m, "delta.enableRowTracking");
}
bool HasInCommitTimestamps(const Metadata& m) {
  return IsTrue(m, "delta.enableInCommitTimestamps");
}
bool HasShredding(const Metadata& m) {
  return IsTrue(m, "delta.enableVariantShredding") || HasVariant(m);
}
bool IsIcebergV1(const Metadata& m) {
  return IsTrue(m, "delta.enableIcebergCompatV1");
}
bool IsIcebergV2(const Metadata& m) {
  return IsTrue(m, "delta.enableIcebergCompatV2");
}
bool IsIcebergV3(const Metadata& m) {
  return IsTrue(m, "delta.enableIcebergCompatV3");
}

// --- The catalogue ---

constexpr bool kReaderToo = true;
constexpr bool kWriterOnly = false;
constexpr bool kRead = true;
constexpr bool kNoRead = false;
constexpr bool kWrite = true;
constexpr bool kNoWrite = false;
constexpr bool kAlways = true;
constexpr bool kIfNeeded = false;

// Writers that do not vacuum keep vacuumProtocolCheck right; those that do not clean up the log,
// checkpointProtection.
constexpr TableFeature kFeatures[] = {
    {"appendOnly", kWriterOnly, 0, 2, kRead, kWrite, kIfNeeded, IsAppendOnly},
    {"invariants", kWriterOnly, 0, 2, kRead, kWrite, kIfNeeded, HasInvariants},
    {"checkConstraints", kWriterOnly, 0, 3, kRead, kWrite, kIfNeeded, HasConstraints},
    {"changeDataFeed", kWriterOnly, 0, 4, kRead, kWrite, kIfNeeded, HasChangeDataFeed},
    {"generatedColumns", kWriterOnly, 0, 4, kRead, kWrite, kIfNeeded, HasGeneratedColumns},
    {"columnMapping", kReaderToo, 2, 5, kRead, kWrite, kIfNeeded, HasColumnMapping},
    {"identityColumns", kWriterOnly, 0, 6, kRead, kWrite, kIfNeeded, HasIdentityColumns},
    {"allowColumnDefaults", kWriterOnly, 0, 0, kRead, kWrite, kIfNeeded, HasDefaults},
    {"timestampNtz", kReaderToo, 0, 0, kRead, kWrite, kIfNeeded, HasTimestampNtz},
    {"deletionVectors", kReaderToo, 0, 0, kRead, kWrite, kIfNeeded, HasDeletionVectors},
    {"v2Checkpoint", kReaderToo, 0, 0, kRead, kWrite, kIfNeeded, HasV2Checkpoints},
    {"vacuumProtocolCheck", kReaderToo, 0, 0, kRead, kWrite, kAlways, nullptr},
    {"checkpointProtection", kWriterOnly, 0, 0, kRead, kWrite, kAlways, nullptr},
    {"domainMetadata", kWriterOnly, 0, 0, kRead, kWrite, kAlways, HasRowTracking},
    {"rowTracking", kWriterOnly, 0, 0, kRead, kWrite, kAlways, HasRowTracking},
    {"clustering", kWriterOnly, 0, 0, kRead, kNoWrite, kAlways, nullptr},
    {"inCommitTimestamp", kWriterOnly, 0, 0, kRead, kWrite, kIfNeeded, HasInCommitTimestamps},
    {"typeWidening", kReaderToo, 0, 0, kRead, kWrite, kIfNeeded, HasTypeChanges},
    {"typeWidening-preview", kReaderToo, 0, 0, kRead, kNoWrite, kIfNeeded, HasTypeChanges},
    {"variantType", kReaderToo, 0, 0, kRead, kNoWrite, kIfNeeded, HasVariant},
    {"variantType-preview", kReaderToo, 0, 0, kRead, kNoWrite, kIfNeeded, HasVariant},
    {"variantShredding", kReaderToo, 0, 0, kRead, kNoWrite, kIfNeeded, HasShredding},
    {"variantShredding-preview", kReaderToo, 0, 0, kRead, kNoWrite, kIfNeeded, HasShredding},
    {"icebergCompatV1", kWriterOnly, 0, 0, kRead, kNoWrite, kIfNeeded, IsIcebergV1},
    {"icebergCompatV2", kWriterOnly, 0, 0, kRead, kNoWrite, kIfNeeded, IsIcebergV2},
    {"icebergCompatV3", kWriterOnly, 0, 0, kRead, kNoWrite, kIfNeeded, IsIcebergV3},
    {"materializePartitionColumns", kWriterOnly, 0, 0, kRead, kNoWrite, kAlways, nullptr},
    {"catalogManaged", kReaderToo, 0, 0, kNoRead, kNoWrite, kAlways, nullptr},
    {"catalogOwned-preview", kReaderToo, 0, 0, kNoRead, kNoWrite, kAlways, nullptr},
    {"coordinatedCommits-preview", kWriterOnly, 0, 0, kRead, kNoWrite, kAlways, nullptr},
};

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool SupportsForReading(const Protocol& protocol, const TableFeature& feature) {
  if (protocol.min_reader_version >= 3) return Contains(protocol.reader_features, feature.name);
  return feature.reader_version > 0 && protocol.min_reader_version >= feature.reader_version;
}

bool SupportsForWriting(const Protocol& protocol, const TableFeature& feature) {
  if (protocol.min_writer_version >= 7) return Contains(protocol.writer_features, feature.name);
  return feature.writer_version > 0 && protocol.min_writer_version >= feature.writer_version;
}

bool NeededBy(const TableFeature& feature, const Metadata& metadata) {
  return feature.needed_by != nullptr && feature.needed_by(metadata);
}

bool IsUsed(const TableFeature& feature, const Metadata& metadata) {
  return feature.always_active || NeededBy(feature, metadata);
}

// --- Refusals ---

[[noreturn]] void RefuseFeature(std::string_view table, std::string_view feature,
                                std::string_view verb) {
  throw base::Error(base::ErrorKind::kUnsupported, "delta.feature",
                    fmt::format("{} uses the table feature {}, with which Laguna does not {} "
                                "tables yet.",
                                table, feature, verb))
      .Hint(verb == "read" ? "Read the table with the program that wrote it."
                           : "Reading the table works; write to it with the program that set "
                             "the feature, or to a table without it.")
      .With("table", std::string(table))
      .With("feature", std::string(feature));
}

[[noreturn]] void RefuseVersion(std::string_view table, std::string_view which, int version,
                                int version_max) {
  throw base::Error(base::ErrorKind::kUnsupported, "delta.protocol_version",
                    fmt::format("{} asks for {} version {} of the Delta protocol; Laguna knows "
                                "versions up to {}.",
                                table, which, version, version_max))
      .Hint("Use a newer Laguna, or the program that wrote the table.")
      .With("table", std::string(table));
}

// Engines that find the files of a table by something else than its log.
struct OtherReaders {
  const char* code;
  // That has writers keep up what they read by.
  const char* property;
  const char* read_by;
};

[[noreturn]] void RefuseFiles(std::string_view table, const OtherReaders& readers) {
  throw base::Error(base::ErrorKind::kUnsupported, readers.code,
                    fmt::format("{} has the table property \"{}\": a change of its files has to "
                                "change {} too, which Laguna does not write.",
                                table, readers.property, readers.read_by))
      .Hint(fmt::format("Write to it with Spark, or take the property off: ALTER TABLE ... UNSET "
                        "TBLPROPERTIES ('{}'). Programs that read by {} see nothing newer then.",
                        readers.property, readers.read_by))
      .With("table", std::string(table));
}

void CheckKnown(const std::vector<std::string>& names, std::string_view table,
                std::string_view verb) {
  for (const std::string& name : names) {
    if (FindTableFeature(name) == nullptr) RefuseFeature(table, name, verb);
  }
}

// --- Growing a protocol ---

void AddName(std::vector<std::string>& names, std::string_view name) {
  if (!Contains(names, name)) names.emplace_back(name);
}

void UpgradeWriter(Protocol& protocol) {
  if (protocol.min_writer_version >= 7) return;
  for (const TableFeature& feature : kFeatures) {
    if (SupportsForWriting(protocol, feature)) AddName(protocol.writer_features, feature.name);
  }
  protocol.min_writer_version = 7;
}

void UpgradeReader(Protocol& protocol) {
  if (protocol.min_reader_version >= 3) return;
  for (const TableFeature& feature : kFeatures) {
    if (SupportsForReading(protocol, feature)) AddName(protocol.reader_features, feature.name);
  }
  protocol.min_reader_version = 3;
}

void AddFeature(Protocol& protocol, const TableFeature& feature) {
  UpgradeWriter(protocol);
  AddName(protocol.writer_features, feature.name);
  if (!feature.reader || SupportsForReading(protocol, feature)) return;
  UpgradeReader(protocol);
  AddName(protocol.reader_features, feature.name);
}

bool IsPreview(const TableFeature& feature) {
  return feature.name.ends_with("-preview");
}

bool SupportsNameOrPreview(const Protocol& protocol, const TableFeature& feature) {
  return SupportsForWriting(protocol, feature) ||
         Contains(protocol.writer_features, std::string(feature.name) + "-preview");
}

// Never lowers one. What has lists already needs no numbers.
void RaiseVersions(Protocol& protocol, const ProtocolWish& wish) {
  const bool wants_lists =
      wish.writer_version == kWriterVersionMax || wish.reader_version == kReaderVersionMax;
  if (wants_lists) UpgradeWriter(protocol);
  if (wish.reader_version == kReaderVersionMax) UpgradeReader(protocol);
  if (protocol.min_writer_version == kWriterVersionMax) return;
  // What readers must know since version 2 is what writers must since 5.
  const int for_reader = wish.reader_version == 2 ? 5 : 0;
  protocol.min_reader_version = std::max(protocol.min_reader_version, wish.reader_version);
  protocol.min_writer_version =
      std::max({protocol.min_writer_version, wish.writer_version, for_reader});
}

// The version numbers that stand for exactly these features; nothing where none do.
std::optional<Protocol> ByNumbers(const Protocol& listed) {
  for (int version = 2; version < kWriterVersionMax; ++version) {
    Protocol numbered;
    numbered.min_writer_version = version;
    // Column mapping is what readers know from version 2 on.
    numbered.min_reader_version = version >= 5 ? 2 : 1;
    const bool same =
        std::all_of(std::begin(kFeatures), std::end(kFeatures), [&](const TableFeature& feature) {
          return SupportsForWriting(numbered, feature) == SupportsForWriting(listed, feature) &&
                 SupportsForReading(numbered, feature) == SupportsForReading(listed, feature);
        });
    if (same) return numbered;
  }
  return std::nullopt;
}

void Shrink(Protocol& protocol, std::string_view name) {
  UpgradeWriter(protocol);
  UpgradeReader(protocol);
  std::erase(protocol.writer_features, name);
  std::erase(protocol.reader_features, name);
  if (const auto numbered = ByNumbers(protocol)) {
    protocol = *numbered;
  } else if (protocol.reader_features.empty()) {
    protocol.min_reader_version = 1;
  }
}

// What the metadata needs or the user asks for, with what that needs in turn.
std::vector<const TableFeature*> MissingFeatures(const Protocol& protocol, const Metadata& metadata,
                                                 const ProtocolWish& wish) {
  std::vector<const TableFeature*> missing;
  for (const TableFeature& feature : kFeatures) {
    const bool wanted = Contains(wish.features, feature.name) ||
                        (!IsPreview(feature) && NeededBy(feature, metadata));
    if (wanted && !SupportsNameOrPreview(protocol, feature)) missing.push_back(&feature);
  }
  const bool needs_domains = std::any_of(missing.begin(), missing.end(), [](const auto* feature) {
    return feature->name == "rowTracking" || feature->name == "clustering";
  });
  const TableFeature* domains = FindTableFeature("domainMetadata");
  const bool has_domains = SupportsForWriting(protocol, *domains) ||
                           std::find(missing.begin(), missing.end(), domains) != missing.end();
  if (needs_domains && !has_domains) missing.push_back(domains);
  return missing;
}

}  // namespace

std::span<const TableFeature> TableFeatures() {
  return kFeatures;
}

const TableFeature* FindTableFeature(std::string_view name) {
  for (const TableFeature& feature : kFeatures) {
    if (feature.name == name) return &feature;
  }
  return nullptr;
}

bool Supports(const Protocol& protocol, std::string_view name) {
  const TableFeature* feature = FindTableFeature(name);
  if (feature == nullptr) return Contains(protocol.writer_features, name);
  return SupportsForWriting(protocol, *feature) || SupportsForReading(protocol, *feature);
}

bool IsActive(const Protocol& protocol, const Metadata& metadata, std::string_view name) {
  const TableFeature* feature = FindTableFeature(name);
  return feature != nullptr && Supports(protocol, name) && IsUsed(*feature, metadata);
}

void CheckReadable(const Protocol& protocol, const Metadata& metadata, std::string_view table) {
  if (protocol.min_reader_version > kReaderVersionMax) {
    RefuseVersion(table, "reader", protocol.min_reader_version, kReaderVersionMax);
  }
  CheckKnown(protocol.reader_features, table, "read");
  for (const TableFeature& feature : kFeatures) {
    bool refused = feature.reader && !feature.readable && SupportsForReading(protocol, feature) &&
                   IsUsed(feature, metadata);
    if (refused) RefuseFeature(table, feature.name, "read");
  }
}

void CheckWritable(const Protocol& protocol, const Metadata& metadata, std::string_view table) {
  CheckReadable(protocol, metadata, table);
  if (protocol.min_writer_version > kWriterVersionMax) {
    RefuseVersion(table, "writer", protocol.min_writer_version, kWriterVersionMax);
  }
  CheckKnown(protocol.writer_features, table, "write");
  for (const TableFeature& feature : kFeatures) {
    bool refused =
        !feature.writable && SupportsForWriting(protocol, feature) && IsUsed(feature, metadata);
    if (refused) RefuseFeature(table, feature.name, "write");
  }
}

void CheckFilesMayChange(const Metadata& metadata, std::string_view table) {
  if (BooleanProperty(metadata.configuration, kSymlinkManifest, false)) {
    RefuseFiles(table, {"delta.manifest", kSymlinkManifest, "manifests"});
  }
  if (!Property(metadata, kOtherFormats).empty()) {
    RefuseFiles(table, {"delta.universal_format", kOtherFormats, "the metadata of other formats"});
  }
}

Protocol MinimalProtocol(const Metadata& metadata) {
  return GrowProtocol(Protocol{}, metadata);
}

Protocol GrowProtocol(const Protocol& protocol, const Metadata& metadata) {
  const ProtocolWish wish = ProtocolWishOf(metadata.configuration);
  Protocol grown = protocol;
  RaiseVersions(grown, wish);
  const std::vector<const TableFeature*> missing = MissingFeatures(grown, metadata, wish);
  const bool numbers_suffice =
      grown.min_writer_version < kWriterVersionMax &&
      std::all_of(missing.begin(), missing.end(),
                  [](const TableFeature* feature) { return feature->writer_version > 0; });
  for (const TableFeature* feature : missing) {
    if (numbers_suffice) {
      grown.min_reader_version = std::max(grown.min_reader_version, feature->reader_version);
      grown.min_writer_version = std::max(grown.min_writer_version, feature->writer_version);
    } else {
      AddFeature(grown, *feature);
    }
  }
  // What DROP FEATURE takes away.
  for (const std::string& name : wish.dropped) Shrink(grown, name);
  return grown;
}

bool HasProperties(const Protocol& protocol, const Properties& properties,
                   const Properties& wanted) {
  Metadata wish;
  for (const auto& [name, value] : wanted) {
    if (IsProtocolProperty(name)) {
      wish.configuration[name] = value;
      continue;
    }
    const auto found = properties.find(name);
    if (found == properties.end() || found->second != value) return false;
  }
  return GrowProtocol(protocol, wish) == protocol;
}

}  // namespace laguna::delta
