// SPDX-License-Identifier: Apache-2.0
#include "delta/property_value.h"

#include <gtest/gtest.h>

namespace laguna::delta {
namespace {

struct RuleCase {
  ValueRule rule;
  std::vector<std::string> values;
  std::vector<std::string> others;
};

TEST(PropertyValue, IsWhatItsRuleTakes) {
  const RuleCase cases[] = {
      {{PropertyType::kBoolean}, {"true", "FALSE"}, {"", "yes", "1", "true "}},
      {{PropertyType::kInteger, 1}, {"1", "2147483647"}, {"0", "-1", "2147483648", "1.0", "x", ""}},
      {{PropertyType::kInteger, -1}, {"-1", "0", "32"}, {"-2", "all"}},
      {{PropertyType::kLong}, {"0", "1732270000000"}, {"-1", "9223372036854775808"}},
      {{PropertyType::kInterval},
       {"interval 30 days", "2 weeks", "INTERVAL 1 DAY 12 hours", "0 seconds"},
       {"", "interval", "30", "days 30", "1 month", "-1 day", "9999999999999 weeks", "1 day 2"}},
      {{PropertyType::kByteSize},
       {"1", "128mb", "1 GB", "20k", "5b", "1GiB"},
       {"", "0", "0mb", "-1", "mb", "1.5mb", "1x", "1bb", "1 mbx", "9999999999t"}},
      {{PropertyType::kVersion}, {"1.0.0", "2.12.0"}, {"2", "2.12", "v2.0.0", "2.12.", "1.0.0.0"}},
      {{PropertyType::kOneOf, 0, "none|id|name"}, {"none", "ID"}, {"", "names", "none|id"}},
      {{PropertyType::kText}, {"", "anything"}, {}},
  };
  for (const RuleCase& test : cases) {
    for (const std::string& value : test.values) {
      EXPECT_TRUE(IsValue(test.rule, value)) << value << ": " << ValuesText(test.rule);
    }
    for (const std::string& value : test.others) {
      EXPECT_FALSE(IsValue(test.rule, value)) << value << ": " << ValuesText(test.rule);
    }
  }
}

TEST(PropertyValue, HasOneSpellingInTheLog) {
  EXPECT_EQ(CanonicalValue({PropertyType::kBoolean}, "True"), "true");
  EXPECT_EQ(CanonicalValue({PropertyType::kOneOf, 0, "Serializable|WriteSerializable"},
                           "writeserializable"),
            "WriteSerializable");
  EXPECT_EQ(CanonicalValue({PropertyType::kInterval}, "2 Weeks"), "2 Weeks");
  EXPECT_EQ(CanonicalValue({PropertyType::kOneOf, 0, "a|b"}, "C"), "C");
}

TEST(PropertyValue, IsRead) {
  EXPECT_EQ(ParseInterval("interval 1 day 2 hours 3 milliseconds"), 93'600'003);
  EXPECT_EQ(ParseByteSize("128mb"), 128u << 20);
  EXPECT_EQ(ParseByteSize("100 k"), 102'400u);
  EXPECT_EQ(ParseInteger("-1"), -1);
}

}  // namespace
}  // namespace laguna::delta
