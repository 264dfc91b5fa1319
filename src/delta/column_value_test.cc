// SPDX-License-Identifier: Apache-2.0
#include "delta/column_value.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "delta/identity_column.h"

namespace laguna::delta {
namespace {

StructField Column() {
  return {"c", Primitive::kString, true, {{"comment", "\"kept\""}}};
}

TEST(ColumnValue, IsReadAsItWasWritten) {
  StructField field = Column();
  EXPECT_EQ(DefaultOf(field), std::nullopt);
  EXPECT_EQ(GenerationExpressionOf(field), std::nullopt);
  SetDefault(field, "'a \"b\"'");
  EXPECT_EQ(DefaultOf(field), "'a \"b\"'");
  SetDefault(field, "'other'");
  EXPECT_EQ(DefaultOf(field), "'other'");
  EXPECT_EQ(field.metadata.size(), 2U);

  StructField generated = Column();
  SetGenerationExpression(generated, "a + 1");
  EXPECT_EQ(GenerationExpressionOf(generated), "a + 1");
  EXPECT_EQ(*generated.FindMetadata("delta.generationExpression"), "\"a + 1\"");
}

TEST(ColumnValue, DefaultsGoWithWhatSparkKeepsBeside) {
  StructField field = Column();
  SetDefault(field, "1");
  SetMetadata(field, "EXISTS_DEFAULT", "\"1\"");
  EXPECT_TRUE(DropDefault(field));
  EXPECT_EQ(field, Column());
  EXPECT_FALSE(DropDefault(field));
}

TEST(ColumnValue, KnowsColumnsThatFillThemselves) {
  EXPECT_FALSE(HasOwnValue(Column()));
  StructField with_default = Column();
  SetDefault(with_default, "NULL");
  EXPECT_TRUE(HasOwnValue(with_default));
  StructField generated = Column();
  SetGenerationExpression(generated, "a");
  EXPECT_TRUE(HasOwnValue(generated));
  StructField identity = Column();
  SetIdentity(identity, {});
  EXPECT_TRUE(HasOwnValue(identity));
}

TEST(ColumnValue, RefusesWhatIsNoText) {
  StructField field = Column();
  SetMetadata(field, "CURRENT_DEFAULT", "{}");
  EXPECT_THROW((void)DefaultOf(field), base::Error);
}

}  // namespace
}  // namespace laguna::delta
