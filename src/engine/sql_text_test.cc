// SPDX-License-Identifier: Apache-2.0
#include "engine/sql_text.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/database.h"
#include "engine/session.h"

namespace laguna::engine {
namespace {

TEST(SqlText, NamesAndTextsComeBackAsTheyWere) {
  Database database{DatabaseConfig{}};
  Session session{database};
  for (const std::string text : {"plain", "it's", "a\"b", "a\\b", "x'; DROP TABLE t; --", "é\n"}) {
    const auto rows = session.Run("SELECT " + QuotedText(text) + " AS " + QuotedName(text)).Drain();
    EXPECT_EQ(rows.at(0).at(0), Value(text));
  }
  EXPECT_EQ(QuotedName(std::vector<std::string>{"a", "b c"}), "\"a\".\"b c\"");
  EXPECT_THROW(QuotedName(""), base::Error);
  EXPECT_THROW(QuotedText(std::string("a\0b", 3)), base::Error);
}

TEST(SqlText, ValuesComeBackAsTheyWere) {
  Database database{DatabaseConfig{}};
  Session session{database};
  const ValueList values{Null{},
                         true,
                         int64_t{-4},
                         1.5,
                         "it's",
                         Typed{"DECIMAL(4,2)", "1.50"},
                         ValueList{"a", "b'"},
                         ValueStruct{{"k", "v'"}}};
  for (const Value& value : values) {
    EXPECT_EQ(session.Run("SELECT " + ValueText(value)).Drain().at(0).at(0).ToText(),
              value.ToText());
  }
}

}  // namespace
}  // namespace laguna::engine
