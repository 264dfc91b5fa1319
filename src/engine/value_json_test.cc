// SPDX-License-Identifier: Apache-2.0
#include "engine/value_json.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"

namespace laguna::engine {
namespace {

TEST(ValueJson, NumbersAreBareAndTimesAreOfOneForm) {
  const std::pair<Value, std::string> cases[] = {
      {Null{}, "null"},
      {true, "true"},
      {-3, "-3"},
      {3.0, "3.0"},
      {std::numeric_limits<double>::infinity(), R"("inf")"},
      {"a \"b\"\n", R"("a \"b\"\n")"},
      {Typed{"DECIMAL(10,2)", "25.50"}, "25.50"},
      {Typed{"HUGEINT", "170141183460469231731687303715884105727"},
       "170141183460469231731687303715884105727"},
      {Typed{"UBIGINT", "18446744073709551615"}, "18446744073709551615"},
      {Typed{"DATE", "2024-01-31"}, R"("2024-01-31")"},
      {Typed{"TIMESTAMP", "2024-01-31 10:00:00"}, R"("2024-01-31T10:00:00")"},
      {Typed{"TIMESTAMP WITH TIME ZONE", "2024-01-31 10:00:00-05"},
       R"("2024-01-31T10:00:00-05:00")"},
      {Typed{"JSON", "{\"a\":\n1.10}"}, R"({"a": 1.10})"},
      {Typed{"JSON", "{broken"}, R"("{broken")"},
      {ValueList{1, Null{}, "x"}, R"([1,null,"x"])"},
      {ValueStruct{{"a", Typed{"DECIMAL(3,1)", "0.5"}}, {"b", ValueList{}}}, R"({"a":0.5,"b":[]})"},
  };
  for (const auto& [value, json] : cases) EXPECT_EQ(ToJsonText(value), json);
}

TEST(ValueJson, RefusesBytesThatAreNoText) {
  EXPECT_THROW(ToJsonText(std::string("\xff")), base::Error);
}

}  // namespace
}  // namespace laguna::engine
