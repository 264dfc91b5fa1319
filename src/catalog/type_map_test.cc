// SPDX-License-Identifier: Apache-2.0
#include "catalog/type_map.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;

TEST(TypeMap, StoresEachTypeAsTheTableOfTheDesignSays) {
  struct Case {
    LogicalType type;
    const char* stored;
  };
  const Case cases[] = {
      {LogicalType::HUGEINT, "bigint"},
      {LogicalType::UTINYINT, "smallint"},
      {LogicalType::USMALLINT, "int"},
      {LogicalType::UINTEGER, "bigint"},
      {LogicalType::UBIGINT, "decimal(20,0)"},
      {LogicalType::DECIMAL(12, 3), "decimal(12,3)"},
      {LogicalType::TIMESTAMP, "timestamp_ntz"},
      {LogicalType::TIMESTAMP_S, "timestamp_ntz"},
      {LogicalType::TIMESTAMP_MS, "timestamp_ntz"},
      {LogicalType::TIMESTAMP_TZ, "timestamp"},
      {LogicalType::UUID, "string"},
      {LogicalType::JSON(), "string"},
      {LogicalType::LIST(LogicalType::UINTEGER), "array<bigint>"},
      {LogicalType::ARRAY(LogicalType::FLOAT, 3), "array<float>"},
      {LogicalType::MAP(LogicalType::VARCHAR, LogicalType::DATE), "map<string,date>"},
      {LogicalType::STRUCT({{"a", LogicalType::INTEGER}, {"b", LogicalType::VARCHAR}}),
       "struct<a:int,b:string>"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(ToDelta(test.type, "c").ToString(), test.stored) << test.type.ToString();
  }
}

TEST(TypeMap, RefusesWhatDeltaCannotStoreAndSaysTheCast) {
  struct Case {
    LogicalType type;
    const char* hint;
  };
  const Case cases[] = {
      {LogicalType::TIME, "CAST(c AS VARCHAR)"},
      {LogicalType::TIME_TZ, "CAST(c AS VARCHAR)"},
      {LogicalType::INTERVAL, "CAST(c AS VARCHAR)"},
      {LogicalType::BIT, "CAST(c AS VARCHAR)"},
      {LogicalType::UNION({{"a", LogicalType::INTEGER}}), "CAST(c AS VARCHAR)"},
      {LogicalType::TIMESTAMP_NS, "CAST(c AS TIMESTAMP)"},
      {LogicalType::BIGNUM, "CAST(c AS DECIMAL(38,0))"},
  };
  for (const auto& test : cases) {
    try {
      ToDelta(test.type, "c");
      ADD_FAILURE() << test.type.ToString() << " was stored";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::kUnsupported);
      EXPECT_NE(error.hint().find(test.hint), std::string::npos) << error.hint();
      EXPECT_NE(error.sentence().find("\"c\""), std::string::npos) << error.sentence();
    }
  }
}

TEST(TypeMap, NestedCulpritIsNamedByItsPath) {
  const auto type = LogicalType::STRUCT({{"inner", LogicalType::TIME}});
  try {
    ToDelta(type, "outer");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_NE(error.sentence().find("outer.inner"), std::string::npos);
  }
}

TEST(TypeMap, ReadsBackWhatItStores) {
  const LogicalType types[] = {
      LogicalType::BOOLEAN,
      LogicalType::TINYINT,
      LogicalType::SMALLINT,
      LogicalType::INTEGER,
      LogicalType::BIGINT,
      LogicalType::FLOAT,
      LogicalType::DOUBLE,
      LogicalType::VARCHAR,
      LogicalType::BLOB,
      LogicalType::DATE,
      LogicalType::TIMESTAMP,
      LogicalType::TIMESTAMP_TZ,
      LogicalType::DECIMAL(38, 10),
      LogicalType::LIST(LogicalType::MAP(LogicalType::VARCHAR, LogicalType::INTEGER)),
  };
  for (const auto& type : types) {
    EXPECT_EQ(ToDuckdb(ToDelta(type, "c"), "c"), type) << type.ToString();
  }
}

TEST(TypeMap, VariantsAreReadAndNotWritten) {
  EXPECT_EQ(ToDuckdb(delta::Primitive::kVariant, "v"), duckdb::LogicalType::VARIANT());
  EXPECT_THROW(ToDelta(duckdb::LogicalType::VARIANT(), "v"), base::Error);
}

}  // namespace
}  // namespace laguna::catalog
