// SPDX-License-Identifier: Apache-2.0
#include "delta/type_widening.h"

#include <gtest/gtest.h>

#include <string>

namespace laguna::delta {
namespace {

struct WideningCase {
  DataType from;
  DataType to;
  bool can = false;
  bool by_itself = false;
};

TEST(TypeWidening, GoesWhereEveryValueFits) {
  const WideningCase cases[] = {
      {Primitive::kByte, Primitive::kShort, true, true},
      {Primitive::kByte, Primitive::kLong, true, true},
      {Primitive::kInteger, Primitive::kLong, true, true},
      {Primitive::kFloat, Primitive::kDouble, true, true},
      {Primitive::kInteger, Primitive::kDouble, true, false},
      {Primitive::kShort, Primitive::kDouble, true, false},
      {Primitive::kLong, Primitive::kDouble},
      {Primitive::kInteger, Primitive::kFloat},
      {Primitive::kDate, Primitive::kTimestampNtz, true, false},
      {Primitive::kDate, Primitive::kTimestamp},
      {Primitive::kTimestampNtz, Primitive::kTimestamp},
      {Primitive::kInteger, Decimal{10, 0}, true, false},
      {Primitive::kByte, Decimal{12, 2}, true, false},
      {Primitive::kByte, Decimal{9, 0}},
      {Primitive::kInteger, Decimal{10, 1}},
      {Primitive::kLong, Decimal{20, 0}, true, false},
      {Primitive::kLong, Decimal{19, 0}},
      {Decimal{5, 2}, Decimal{10, 4}, true, true},
      {Decimal{5, 2}, Decimal{6, 4}},
      {Decimal{5, 2}, Decimal{5, 2}},
      {Decimal{5, 0}, Primitive::kLong},
      {Primitive::kLong, Primitive::kInteger},
      {Primitive::kInteger, Primitive::kString},
      {Primitive::kInteger, Primitive::kInteger},
  };
  for (const WideningCase& test : cases) {
    const std::string what = test.from.ToString() + " -> " + test.to.ToString();
    EXPECT_EQ(CanWiden(test.from, test.to), test.can) << what;
    EXPECT_EQ(WidensByItself(test.from, test.to), test.by_itself) << what;
  }
}

TEST(TypeWidening, NotesChangesOneBehindTheOther) {
  StructField field{"a", DataType(ArrayType{Primitive::kByte, true}), true, {}};
  NoteTypeChange(field, Primitive::kByte, Primitive::kShort, "element");
  NoteTypeChange(field, Primitive::kShort, Decimal{12, 2}, "element");
  EXPECT_EQ(*field.FindMetadata("delta.typeChanges"),
            R"-([{"fieldPath":"element","fromType":"byte","toType":"short"},)-"
            R"-({"fieldPath":"element","fromType":"short","toType":"decimal(12,2)"}])-");
}

}  // namespace
}  // namespace laguna::delta
