// SPDX-License-Identifier: Apache-2.0
#include "delta/clustering.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

using Names = std::vector<std::string>;

Snapshot WithDomain(const std::string& configuration, bool removed = false) {
  Snapshot::State state;
  const MetadataEntry physical{"delta.columnMapping.physicalName", "\"col-1\""};
  const StructField city{"city", Primitive::kString, true, {}};
  state.metadata.schema = Schema{{
      StructField{"id", Primitive::kLong, true, {physical}},
      StructField{"address", DataType(StructType{{city}}), true, {}},
  }};
  state.domains["delta.clustering"] = {"delta.clustering", configuration, removed};
  return Snapshot(std::move(state));
}

TEST(Clustering, GivesLogicalNames) {
  const auto names =
      ClusteringColumns(WithDomain(R"({"clusteringColumns":[["col-1"],["address","city"]]})"));
  EXPECT_EQ(names, (Names{"id", "address.city"}));
}

TEST(Clustering, KeepsNamesTheSchemaDoesNotKnow) {
  EXPECT_EQ(ClusteringColumns(WithDomain(R"({"clusteringColumns":[["gone","x"]]})")),
            (Names{"gone.x"}));
}

TEST(Clustering, TellsNoColumnsFromNoClustering) {
  EXPECT_EQ(ClusteringColumns(WithDomain(R"({"clusteringColumns":[]})")), Names{});
  EXPECT_EQ(ClusteringColumns(WithDomain("{}", true)), std::nullopt);
  EXPECT_EQ(ClusteringColumns(Snapshot(Snapshot::State{})), std::nullopt);
}

TEST(Clustering, RefusesADomainOfAnotherForm) {
  for (const char* configuration : {"", "{}", "[]", R"({"clusteringColumns":[[1]]})"}) {
    EXPECT_THROW(static_cast<void>(ClusteringColumns(WithDomain(configuration))), base::Error)
        << configuration;
  }
}

}  // namespace
}  // namespace laguna::delta
