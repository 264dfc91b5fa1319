// SPDX-License-Identifier: Apache-2.0
#include "delta/protocol_wish.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "delta/table_feature.h"

namespace laguna::delta {
namespace {

Metadata Asking(Properties properties) {
  Metadata metadata;
  metadata.configuration = std::move(properties);
  return metadata;
}

struct WishCase {
  Properties properties;
  Protocol before;
  Protocol after;
};

TEST(ProtocolWish, RaisesTheProtocolAndNeverLowersIt) {
  const Protocol basic{1, 2, {}, {}};
  const WishCase cases[] = {
      {{{"delta.minWriterVersion", "1"}}, basic, basic},
      {{{"delta.minWriterVersion", "4"}}, basic, {1, 4, {}, {}}},
      {{{"delta.minReaderVersion", "2"}, {"delta.minWriterVersion", "5"}}, basic, {2, 5, {}, {}}},
      {{{"delta.minReaderVersion", "2"}}, basic, {2, 5, {}, {}}},
      {{{"delta.minWriterVersion", "7"}}, basic, {1, 7, {}, {"appendOnly", "invariants"}}},
      {{{"delta.minReaderVersion", "3"}}, basic, {3, 7, {}, {"appendOnly", "invariants"}}},
      {{{"delta.minReaderVersion", "1"}, {"delta.minWriterVersion", "2"}},
       {3, 7, {"deletionVectors"}, {"deletionVectors"}},
       {3, 7, {"deletionVectors"}, {"deletionVectors"}}},
      {{{"delta.feature.deletionVectors", "supported"}},
       basic,
       {3, 7, {"deletionVectors"}, {"appendOnly", "invariants", "deletionVectors"}}},
      {{{"delta.feature.checkConstraints", "supported"}}, basic, {1, 3, {}, {}}},
      {{{"delta.feature.rowTracking", "supported"}},
       basic,
       {1, 7, {}, {"appendOnly", "invariants", "rowTracking", "domainMetadata"}}},
  };
  for (const WishCase& test : cases) {
    const Metadata metadata = Asking(test.properties);
    EXPECT_EQ(GrowProtocol(test.before, metadata), test.after)
        << test.properties.begin()->first << " = " << test.properties.begin()->second;
  }
}

TEST(ProtocolWish, IsHadOnceItIsGranted) {
  const Protocol numbered{1, 4, {}, {}};
  const Protocol listed{3, 7, {"deletionVectors"}, {"appendOnly", "invariants", "deletionVectors"}};
  const Properties stored{{"delta.appendOnly", "true"}, {"team", "sales"}};
  EXPECT_TRUE(HasProperties(numbered, stored, {{"team", "sales"}}));
  EXPECT_FALSE(HasProperties(numbered, stored, {{"team", "Sales"}}));
  EXPECT_FALSE(HasProperties(numbered, stored, {{"owner", "sales"}}));
  EXPECT_TRUE(HasProperties(numbered, stored, {{"delta.minWriterVersion", "3"}}));
  EXPECT_FALSE(HasProperties(numbered, stored, {{"delta.minWriterVersion", "5"}}));
  EXPECT_TRUE(HasProperties(numbered, stored, {{"delta.feature.changeDataFeed", "supported"}}));
  EXPECT_FALSE(HasProperties(numbered, stored, {{"delta.feature.deletionVectors", "supported"}}));
  EXPECT_TRUE(HasProperties(listed, stored,
                            {{"delta.appendOnly", "true"},
                             {"delta.minReaderVersion", "3"},
                             {"delta.feature.deletionVectors", "supported"}}));
  EXPECT_FALSE(HasProperties(listed, stored, {{"delta.feature.rowTracking", "supported"}}));
}

TEST(ProtocolWish, IsTakenOutOfTheProperties) {
  Properties properties{{"delta.minReaderVersion", "2"},
                        {"delta.feature.clustering", "supported"},
                        {"delta.appendOnly", "true"}};
  EraseProtocolWish(properties);
  EXPECT_EQ(properties, (Properties{{"delta.appendOnly", "true"}}));
}

TEST(ProtocolWish, NamesWhatItDoesNotKnow) {
  const std::pair<std::string, std::string> refused[] = {
      {"delta.minReaderVersion", "4"},        {"delta.minReaderVersion", "two"},
      {"delta.minWriterVersion", "8"},        {"delta.minWriterVersion", "0"},
      {"delta.feature.deletionVectors", "1"}, {"delta.feature.deletionVector", "supported"},
      {"delta.feature.appendOnly", "yes"},    {"delta.feature.appendOnly", ""},
  };
  for (const auto& [name, value] : refused) {
    EXPECT_THROW(CheckProtocolProperty(name, value, "bronze.t"), base::Error)
        << name << " = " << value;
  }
  try {
    CheckProtocolProperty("delta.feature.deletionVector", "supported", "bronze.t");
  } catch (const base::Error& error) {
    EXPECT_EQ(error.hint(), "Did you mean 'deletionVectors'?");
  }
  CheckProtocolProperty("delta.feature.rowTracking", "supported", "bronze.t");
  CheckProtocolProperty("delta.feature.rowTracking", "Enabled", "bronze.t");
  CheckProtocolProperty("delta.minWriterVersion", "7", "bronze.t");
}

TEST(ProtocolWish, IsOfFeaturesThatAreWritten) {
  for (const TableFeature& feature : TableFeatures()) {
    const std::string property = "delta.feature." + std::string(feature.name);
    std::string code;
    try {
      CheckProtocolProperty(property, "supported", "bronze.t");
    } catch (const base::Error& error) {
      code = error.code();
      EXPECT_EQ(error.kind(), base::ErrorKind::kUnsupported);
      EXPECT_NE(error.sentence().find(feature.name), std::string::npos);
    }
    EXPECT_EQ(code, feature.readable && feature.writable ? "" : "delta.feature") << feature.name;
    CheckProtocolProperty(property, std::string(kDroppedFeature), "bronze.t");
  }
}

TEST(ProtocolWish, HasOneSpelling) {
  EXPECT_EQ(CanonicalProtocolProperty("DELTA.minwriterversion"), "delta.minWriterVersion");
  EXPECT_EQ(CanonicalProtocolProperty("delta.Feature.DELETIONVECTORS"),
            "delta.feature.deletionVectors");
  EXPECT_EQ(CanonicalProtocolProperty("Delta.feature.Warp"), "delta.feature.Warp");
  EXPECT_EQ(CanonicalProtocolProperty("delta.appendOnly"), std::nullopt);
}

}  // namespace
}  // namespace laguna::delta
