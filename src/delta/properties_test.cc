// SPDX-License-Identifier: Apache-2.0
#include "delta/properties.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "base/error.h"
#include "delta/table_feature.h"
#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

std::string CodeOf(const std::function<void()>& work) {
  try {
    work();
    return "";
  } catch (const base::Error& error) {
    return error.code();
  }
}

TEST(Properties, AreAListWithoutDoubles) {
  std::set<std::string> names;
  for (const TableProperty& property : TableProperties()) {
    EXPECT_TRUE(names.insert(LowerAscii(property.name)).second) << property.name;
    EXPECT_EQ(CanonicalPropertyName(property.name), property.name);
    EXPECT_EQ(property.reason.empty(), property.use != PropertyUse::kRefused) << property.name;
    if (property.default_value.empty()) continue;
    EXPECT_TRUE(IsAcceptable(std::string(property.name), std::string(property.default_value)))
        << property.name;
  }
}

TEST(Properties, HaveOneSpellingInTheLog) {
  EXPECT_EQ(GivenProperties({{"DELTA.ENABLECHANGEDATAFEED", "True"},
                             {"Delta.isolationlevel", "SERIALIZABLE"},
                             {"delta.Feature.rowtracking", "supported"},
                             {"Delta.Constraints.Big", "Id > 0"},
                             {"Owner.DELTA", "Me"}},
                            "t"),
            (Properties{{"delta.enableChangeDataFeed", "true"},
                        {"delta.isolationLevel", "Serializable"},
                        {"delta.feature.rowTracking", "supported"},
                        {"delta.constraints.Big", "Id > 0"},
                        {"Owner.DELTA", "Me"}}));
  EXPECT_EQ(CodeOf([] {
              static_cast<void>(GivenProperties(
                  {{"delta.appendOnly", "true"}, {"delta.APPENDONLY", "true"}}, "t"));
            }),
            "delta.property_twice");
}

struct Refusal {
  std::string name;
  std::string value;
  std::string code;
};

TEST(Properties, ThatCannotBeAreRefused) {
  const Refusal cases[] = {
      {"delta.checkpointInterval", "0", "delta.property_value"},
      {"delta.checkpointInterval", "-10", "delta.property_value"},
      {"delta.dataSkippingNumIndexedCols", "-2", "delta.property_value"},
      {"delta.dataSkippingNumIndexedCols", "all", "delta.property_value"},
      {"delta.dataSkippingStatsColumns", "a,,b", "delta.property_value"},
      {"delta.targetFileSize", "0", "delta.property_value"},
      {"delta.targetFileSize", "large", "delta.property_value"},
      {"delta.logRetentionDuration", "a month", "delta.property_value"},
      {"delta.isolationLevel", "Snapshot", "delta.property_value"},
      {"delta.columnMapping.mode", "position", "delta.property_value"},
      {"delta.checkpointPolicy", "v3", "delta.property_value"},
      {"delta.randomPrefixLength", "0", "delta.property_value"},
      {"delta.parquet.compression.codec", "zip", "delta.property_value"},
      {"delta.columnMapping.maxColumnId", "3", "delta.internal_property"},
      {"delta.compatibility.symlinkFormatManifest.enabled", "true", "delta.refused_property"},
      {"delta.compatibility.symlinkFormatManifest.enabled", "maybe", "delta.property_value"},
      {"delta.enableIcebergCompatV2", "true", "delta.refused_property"},
      {"delta.universalFormat.enabledFormats", "iceberg", "delta.refused_property"},
      {"delta.feature.appendOnly", "dropped", "delta.property_value"},
      {"delta.apendOnly", "true", "delta.unknown_property"},
      {"DELTA.x", "true", "delta.unknown_property"},
      {"Laguna.pipeline", "materialized view", "delta.own_property"},
      {"delta.compatibility.symlinkFormatManifest.enabled", "false", ""},
      {"delta.universalFormat.enabledFormats", "", ""},
      {"deltaX", "true", ""},
      {"lagunaX", "true", ""},
  };
  for (const Refusal& test : cases) {
    const auto given = [&] { static_cast<void>(GivenProperties({{test.name, test.value}}, "t")); };
    EXPECT_EQ(CodeOf(given), test.code) << test.name << " = " << test.value;
  }
}

TEST(Properties, OfATableMayStay) {
  const Properties odd{{"delta.checkpointInterval", "0"}, {"delta.x", "1"}};
  CheckProperties(odd, odd, "t");
  EXPECT_EQ(CodeOf([&] { CheckProperties(odd, {{"delta.x", "1"}}, "t"); }), "delta.property_value");
  // Of a newer program's table, and copied with it.
  CheckProperties({{"delta.x", "1"}}, {}, "t");
  EXPECT_TRUE(IsAcceptable("delta.x", "1"));
}

TEST(Properties, OfOthersAreReadInAnyCase) {
  const Properties properties{{"delta.appendOnly", "TRUE"}, {"delta.enableTypeWidening", "no"}};
  EXPECT_TRUE(BooleanProperty(properties, "delta.appendOnly", false));
  EXPECT_FALSE(BooleanProperty(properties, "delta.enableTypeWidening", false));
}

TEST(Properties, ThatAskForMoreThanTheLogKeepFilesAsTheyAre) {
  Metadata metadata = SimpleMetadata();
  metadata.configuration[kOtherFormats] = "";
  CheckFilesMayChange(metadata, "t");
  metadata.configuration[kOtherFormats] = "hudi";
  EXPECT_EQ(CodeOf([&] { CheckFilesMayChange(metadata, "t"); }), "delta.universal_format");
  metadata.configuration[kSymlinkManifest] = "True";
  EXPECT_EQ(CodeOf([&] { CheckFilesMayChange(metadata, "t"); }), "delta.manifest");
}

}  // namespace
}  // namespace laguna::delta
