// SPDX-License-Identifier: Apache-2.0
#include "catalog/column_value/generated_column.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "delta/column_value.h"
#include "delta/identity_column.h"
#include "duckdb/parser/parser.hpp"

namespace laguna::catalog {
namespace {

using delta::Primitive;

// Columns a (int), ts, s, f (float), id (identity), g (generated from a), and `c` of a type.
delta::Schema SchemaWith(const delta::DataType& type) {
  delta::Schema schema{{{"a", Primitive::kInteger, true, {}},
                        {"ts", Primitive::kTimestampNtz, true, {}},
                        {"s", Primitive::kString, true, {}},
                        {"f", Primitive::kFloat, true, {}},
                        {"id", Primitive::kLong, true, {}},
                        {"g", Primitive::kInteger, true, {}},
                        {"c", type, true, {}}}};
  delta::SetIdentity(schema.fields[4], {});
  delta::SetGenerationExpression(schema.fields[5], "a + 1");
  return schema;
}

struct Outcome {
  std::string kept;
  std::string code;
};

Outcome Generated(const delta::DataType& type, const std::string& sql) {
  delta::Schema schema = SchemaWith(type);
  try {
    SetGenerated(schema, "c", *duckdb::Parser::ParseExpressionList(sql).at(0), "bronze.t");
    return {*delta::GenerationExpressionOf(schema.fields.back()), ""};
  } catch (const base::Error& error) {
    return {"", error.code()};
  }
}

TEST(GeneratedColumn, IsKeptAsSparkSqlOfTheColumnsType) {
  EXPECT_EQ(Generated(Primitive::kInteger, "A + 1").kept, "a + 1");
  EXPECT_EQ(Generated(Primitive::kLong, "a * 10").kept, "CAST(a * 10 AS bigint)");
  EXPECT_EQ(Generated(delta::Decimal{20, 2}, "a").kept, "CAST(a AS decimal(20,2))");
  EXPECT_EQ(Generated(Primitive::kDouble, "f").kept, "CAST(f AS double)");
  EXPECT_EQ(Generated(Primitive::kDate, "CAST(t.ts AS DATE)").kept, "CAST(ts AS date)");
  EXPECT_EQ(Generated(Primitive::kString, "upper(s) || '!'").kept, "upper(s) || '!'");
}

TEST(GeneratedColumn, RefusesWhatItCannotBe) {
  struct Case {
    delta::DataType type;
    std::string sql;
    std::string code;
  };
  for (const Case& each : {
           Case{Primitive::kInteger, "c + 1", "column.generated"},
           Case{Primitive::kInteger, "g + 1", "column.generated"},
           Case{Primitive::kLong, "id + 1", "column.generated_from_identity"},
           Case{Primitive::kShort, "a", "column.generated"},
           Case{Primitive::kString, "a", "column.generated"},
           Case{Primitive::kDate, "current_date", "column.generated"},
           Case{Primitive::kInteger, "other", "constraint.unknown_column"},
           Case{Primitive::kDouble, "random()", "constraint.unsupported"},
       }) {
    EXPECT_EQ(Generated(each.type, each.sql).code, each.code) << each.sql;
  }
}

TEST(GeneratedColumn, IsKnownByWhatItReads) {
  const delta::Schema schema = SchemaWith(Primitive::kInteger);
  EXPECT_EQ(GeneratedColumnsUsing(schema, "A"), std::vector<std::string>{"g"});
  EXPECT_TRUE(GeneratedColumnsUsing(schema, "s").empty());
}

TEST(GeneratedColumn, IsCheckedWithNullAsAValue) {
  const std::vector<RowCheck> checks = GeneratedChecks(SchemaWith(Primitive::kInteger));
  ASSERT_EQ(checks.size(), 1U);
  EXPECT_EQ(checks[0].expression, "g <=> (a + 1)");
  EXPECT_EQ(checks[0].generated_as, "a + 1");
}

}  // namespace
}  // namespace laguna::catalog
