// SPDX-License-Identifier: Apache-2.0
#include "engine/duckdb_value.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace laguna::engine {
namespace {

TEST(TypeNamed, TakesWhatTypesAreCalled) {
  for (const char* name :
       {"BIGINT", "DECIMAL(10,2)", "VARCHAR[]", "INTEGER[3]", "TIMESTAMP WITH TIME ZONE",
        "STRUCT(\"a b\" INTEGER, c DECIMAL(4,2)[])", "MAP(VARCHAR, STRUCT(x DATE))", "BLOB", "UUID",
        "TIMESTAMP", "HUGEINT", "JSON"}) {
    EXPECT_EQ(TypeNamed(name).ToString(), name);
  }
}

TEST(TypeNamed, RefusesTheRest) {
  for (const char* name :
       {"", "NOPE", "INTEGER; DROP TABLE t", "DECIMAL(99,1)", "INTEGER, b INT"}) {
    EXPECT_THROW(TypeNamed(name), base::Error) << name;
  }
}

}  // namespace
}  // namespace laguna::engine
