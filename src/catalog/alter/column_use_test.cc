// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/column_use.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace laguna::catalog {
namespace {

delta::Metadata TableWith(const std::string& check) {
  delta::Metadata metadata;
  for (const char* name : {"k", "v"}) {
    metadata.schema.fields.push_back({name, delta::Primitive::kInteger, true, {}});
  }
  const delta::StructType inner{
      {{"a", delta::Primitive::kInteger, true, {}}, {"b", delta::Primitive::kInteger, true, {}}}};
  metadata.schema.fields.push_back({"s", delta::DataType(inner), true, {}});
  metadata.schema.fields.push_back(
      {"l", delta::DataType(delta::ArrayType{delta::DataType(inner), true}), true, {}});
  metadata.configuration["delta.constraints.c"] = check;
  return metadata;
}

bool IsUsed(const delta::Metadata& metadata, const delta::FieldPath& path,
            ColumnFate fate = ColumnFate::kDropped) {
  try {
    CheckUnused(metadata, path, fate, "bronze.t");
    return false;
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "alter.column_in_use");
    return true;
  }
}

struct UseCase {
  std::string check;
  delta::FieldPath path;
  bool used = false;
};

TEST(ColumnUse, GoesByTheNamesInExpressions) {
  const UseCase cases[] = {
      {"V > 0", {"v"}, true},
      {"v > 0", {"k"}, false},
      {"s.a > 0", {"s"}, true},
      {"s.a > 0", {"s", "A"}, true},
      {"s.a > 0", {"s", "b"}, false},
      {"s IS NOT NULL", {"s", "b"}, true},
      {"l[0].a > 0", {"l", "element", "b"}, true},
      {"l[k].a > 0", {"k"}, true},
      {"v IN (1, k)", {"k"}, true},
      {"'v' = 'k'", {"v"}, false},
      // What we do not read may mean it.
      {"some strange @@ V", {"v"}, true},
      {"some strange @@ x", {"v"}, false},
  };
  for (const UseCase& test : cases) {
    EXPECT_EQ(IsUsed(TableWith(test.check), test.path), test.used)
        << test.check << " of " << delta::PathText(test.path);
  }
}

TEST(ColumnUse, KnowsGeneratedColumnsAndInvariants) {
  delta::Metadata metadata = TableWith("true");
  metadata.schema.fields[0].metadata.push_back({"delta.generationExpression", "\"v + 1\""});
  metadata.schema.fields[0].metadata.push_back(
      {"delta.invariants", R"("{\"expression\":{\"expression\":\"k > 0\"}}")"});
  EXPECT_TRUE(IsUsed(metadata, {"v"}));
  // The column takes its own invariant along, but not to another name.
  EXPECT_FALSE(IsUsed(metadata, {"k"}));
  EXPECT_TRUE(IsUsed(metadata, {"k"}, ColumnFate::kRenamed));
}

}  // namespace
}  // namespace laguna::catalog
