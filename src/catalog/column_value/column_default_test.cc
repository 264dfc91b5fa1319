// SPDX-License-Identifier: Apache-2.0
#include "catalog/column_value/column_default.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "delta/column_value.h"
#include "delta/identity_column.h"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/parser.hpp"

namespace laguna::catalog {
namespace {

using delta::Primitive;

duckdb::unique_ptr<duckdb::ParsedExpression> Parsed(const std::string& sql) {
  return std::move(duckdb::Parser::ParseExpressionList(sql).at(0));
}

std::string CodeOf(delta::StructField field, const std::string& sql) {
  try {
    SetColumnDefault(field, *Parsed(sql), "bronze.t");
    return "";
  } catch (const base::Error& error) {
    return error.code();
  }
}

bool IsError(const duckdb::ParsedExpression& value) {
  return value.GetExpressionClass() == duckdb::ExpressionClass::FUNCTION &&
         value.Cast<duckdb::FunctionExpression>().function_name == "error";
}

TEST(ColumnDefault, IsKeptAsSparkSql) {
  struct Case {
    delta::DataType type;
    std::string sql;
    std::string kept;
  };
  const Case cases[] = {
      {Primitive::kString, "'it''s'", "'it\\'s'"},
      {Primitive::kInteger, "2 * 21", "2 * 21"},
      {Primitive::kInteger, "NULL", "NULL"},
      {Primitive::kDate, "DATE '2000-01-01'", "DATE '2000-01-01'"},
      {Primitive::kTimestamp, "current_timestamp", "current_timestamp()"},
      {Primitive::kTimestamp, "get_current_timestamp()", "current_timestamp()"},
      {Primitive::kBoolean, "true", "true"},
      {delta::Decimal{10, 2}, "1.5", "1.5"},
      {Primitive::kLong, "-7", "-7"},
  };
  for (const Case& each : cases) {
    delta::StructField field{"c", each.type, true, {}};
    SetColumnDefault(field, *Parsed(each.sql), "bronze.t");
    EXPECT_EQ(delta::DefaultOf(field), each.kept);
    EXPECT_NE(ColumnDefault(field), nullptr) << each.sql;
  }
}

TEST(ColumnDefault, RefusesWhatTheColumnCannotHold) {
  EXPECT_EQ(CodeOf({"c", Primitive::kByte, true, {}}, "300"), "column.default");
  EXPECT_EQ(CodeOf({"c", Primitive::kInteger, true, {}}, "1.5"), "column.default");
  EXPECT_EQ(CodeOf({"c", Primitive::kDate, true, {}}, "true"), "column.default");
  EXPECT_EQ(CodeOf({"c", Primitive::kInteger, true, {}}, "other + 1"), "constraint.unknown_column");
  EXPECT_EQ(CodeOf({"c", Primitive::kDouble, true, {}}, "random()"), "constraint.unsupported");
}

TEST(ColumnDefault, IsNotForColumnsThatFillThemselves) {
  delta::StructField identity{"c", Primitive::kLong, true, {}};
  delta::SetIdentity(identity, {});
  EXPECT_EQ(CodeOf(identity, "1"), "column.default");
  delta::StructField generated{"c", Primitive::kLong, true, {}};
  delta::SetGenerationExpression(generated, "a");
  EXPECT_EQ(CodeOf(generated, "1"), "column.default");
}

TEST(ColumnDefault, OfOthersFailsOnlyWhenARowAsks) {
  for (const char* text : {"uuid()", "((", "array(1, 2)"}) {
    delta::StructField field{"c", Primitive::kString, true, {}};
    delta::SetDefault(field, text);
    const auto value = ColumnDefault(field);
    ASSERT_NE(value, nullptr);
    EXPECT_TRUE(IsError(*value)) << value->ToString();
  }
  delta::StructField no_text{"c", Primitive::kString, true, {{"CURRENT_DEFAULT", "{}"}}};
  EXPECT_TRUE(IsError(*ColumnDefault(no_text)));
  EXPECT_EQ(ColumnDefault({"c", Primitive::kString, true, {}}), nullptr);
}

}  // namespace
}  // namespace laguna::catalog
