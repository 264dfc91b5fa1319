// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/store_assignment.h"

#include <gtest/gtest.h>

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

LogicalType Struct(const char* name, const LogicalType& type) {
  return LogicalType::STRUCT({{name, type}});
}

TEST(StoreAssignment, RefusesTypesThatMeanSomethingElse) {
  const std::pair<LogicalType, LogicalType> refused[] = {
      {LogicalType::BOOLEAN, LogicalType::INTEGER},
      {LogicalType::BIGINT, LogicalType::BOOLEAN},
      {LogicalType::DOUBLE, LogicalType::DATE},
      {LogicalType::DATE, LogicalType::BIGINT},
      {LogicalType::LIST(LogicalType::INTEGER), LogicalType::VARCHAR},
      {LogicalType::LIST(LogicalType::BOOLEAN), LogicalType::LIST(LogicalType::INTEGER)},
      {Struct("a", LogicalType::INTEGER), Struct("b", LogicalType::INTEGER)},
      {Struct("a", LogicalType::BOOLEAN), Struct("a", LogicalType::INTEGER)},
      {LogicalType::MAP(LogicalType::VARCHAR, LogicalType::BOOLEAN),
       LogicalType::MAP(LogicalType::VARCHAR, LogicalType::DOUBLE)},
  };
  for (const auto& [from, to] : refused) {
    EXPECT_TRUE(AssignmentMisfit(from, to)) << from.ToString() << " to " << to.ToString();
  }
  const std::pair<LogicalType, LogicalType> taken[] = {
      {LogicalType::INTEGER, LogicalType::DECIMAL(9, 2)},
      {LogicalType::BOOLEAN, LogicalType::VARCHAR},
      {LogicalType::VARCHAR, LogicalType::LIST(LogicalType::INTEGER)},
      {LogicalType::TIMESTAMP, LogicalType::DATE},
      {LogicalType::SQLNULL, Struct("a", LogicalType::INTEGER)},
      {Struct("A", LogicalType::TINYINT), Struct("a", LogicalType::INTEGER)},
      {LogicalType::ARRAY(LogicalType::TINYINT, 3), LogicalType::LIST(LogicalType::INTEGER)},
  };
  for (const auto& [from, to] : taken) {
    EXPECT_EQ(AssignmentMisfit(from, to), std::nullopt) << from.ToString() << " " << to.ToString();
  }
}

struct LossCase {
  Value value;
  LogicalType type;
  bool loses = false;
};

TEST(StoreAssignment, KnowsWhatWouldBeLost) {
  const LossCase cases[] = {
      {Value::DOUBLE(1.5), LogicalType::INTEGER, true},
      {Value::DOUBLE(2), LogicalType::INTEGER, false},
      {Value::DECIMAL(int32_t{1125}, 9, 3), LogicalType::DECIMAL(9, 2), true},
      {Value::DECIMAL(int32_t{1120}, 9, 3), LogicalType::DECIMAL(9, 2), false},
      {Value::DECIMAL(int32_t{1125}, 9, 3), LogicalType::BIGINT, true},
      {Value::DECIMAL(int32_t{1125}, 9, 3), LogicalType::DOUBLE, false},
      {Value("1.5"), LogicalType::INTEGER, true},
      {Value("007"), LogicalType::INTEGER, false},
      {Value("9007199254740993"), LogicalType::BIGINT, false},
      {Value::TIMESTAMP(duckdb::timestamp_t(86'400'000'000)), LogicalType::DATE, false},
      {Value::TIMESTAMP(duckdb::timestamp_t(86'400'000'001)), LogicalType::DATE, true},
      // Too large is no loss but an error of its own.
      {Value::DOUBLE(1e300), LogicalType::INTEGER, false},
      {Value(LogicalType::DOUBLE), LogicalType::INTEGER, false},
  };
  for (const LossCase& test : cases) {
    EXPECT_EQ(LossyAssignment(test.value, test.type).has_value(), test.loses)
        << test.value.ToString() << " as " << test.type.ToString();
  }
}

}  // namespace
}  // namespace laguna::catalog
