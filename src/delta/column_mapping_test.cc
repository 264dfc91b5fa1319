// SPDX-License-Identifier: Apache-2.0
#include "delta/column_mapping.h"

#include <gtest/gtest.h>

#include "delta/codec/action_json.h"
#include "delta/codec/schema_json.h"

namespace laguna::delta {
namespace {

constexpr std::string_view kField =
    R"({"name":"a","type":{"type":"array","elementType":{"type":"struct","fields":[)"
    R"({"name":"b","type":"long","nullable":true,"metadata":{"delta.columnMapping.id":2,)"
    R"("delta.columnMapping.physicalName":"col-b"}}]},"containsNull":true},"nullable":true,)"
    R"("metadata":{"comment":"c","delta.columnMapping.physicalName":"col-a"}})";

Metadata WithMode(const std::string& mode) {
  Metadata metadata;
  metadata.schema = ParseSchema(R"({"type":"struct","fields":[)" + std::string(kField) + "]}");
  if (!mode.empty()) metadata.configuration["delta.columnMapping.mode"] = mode;
  return metadata;
}

TEST(ColumnMapping, IsWhatThePropertySays) {
  EXPECT_EQ(ColumnMappingOf(WithMode("")), ColumnMapping::kNone);
  EXPECT_EQ(ColumnMappingOf(WithMode("none")), ColumnMapping::kNone);
  EXPECT_EQ(ColumnMappingOf(WithMode("name")), ColumnMapping::kName);
  EXPECT_EQ(ColumnMappingOf(WithMode("id")), ColumnMapping::kId);
}

TEST(ColumnMapping, MeansNothingWithoutAMode) {
  for (const char* mode : {"", "none", "name"}) {
    auto metadata = WithMode(mode);
    DropUnusedMapping(metadata);
    const bool is_mapped = std::string(mode) == "name";
    const auto& field = metadata.schema.fields.front();
    const auto& inner = field.type.AsArray()->element.AsStruct()->fields.front();
    EXPECT_EQ(field.PhysicalName(), is_mapped ? "col-a" : "a") << mode;
    EXPECT_EQ(inner.PhysicalName(), is_mapped ? "col-b" : "b") << mode;
    EXPECT_EQ(inner.FieldId().has_value(), is_mapped) << mode;
    EXPECT_EQ(field.Comment(), "c");
  }
}

}  // namespace
}  // namespace laguna::delta
