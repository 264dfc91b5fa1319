// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/type_text.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/script.h"

namespace laguna::catalog {
namespace {

std::string Read(const std::string& text) {
  const engine::Script script(text, "test");
  auto tokens = script.statements().at(0).tokens;
  tokens.push_back({engine::TokenKind::kEnd, {}, text.size()});
  engine::TokenReader reader(script, std::move(tokens), "type");
  std::string type = TakeType(reader);
  reader.TakeEnd();
  return type;
}

TEST(TypeText, SaysBothSpellingsInTheEngines) {
  const std::pair<std::string, std::string> cases[] = {
      {"INTEGER", "INTEGER"},
      {"decimal ( 10,2 )", "decimal(10, 2)"},
      {"DOUBLE PRECISION", "DOUBLE PRECISION"},
      {"timestamp with time zone", "timestamp WITH TIME ZONE"},
      {"INTEGER[][3]", "INTEGER[][3]"},
      {"STRUCT(a INTEGER, \"b c\" VARCHAR)[]", "STRUCT(\"a\" INTEGER, \"b c\" VARCHAR)[]"},
      {"MAP(VARCHAR, INTEGER[])", "MAP(VARCHAR, INTEGER[])"},
      {"array<int>", "int[]"},
      {"array<array<map<int,array<string>>>>", "MAP(int, string[])[][]"},
      {"struct<a:int,`b`:array<struct<c:bigint>>>",
       "STRUCT(\"a\" int, \"b\" STRUCT(\"c\" bigint)[])"},
      {"map<string,struct<a decimal(3,1)>>", "MAP(string, STRUCT(\"a\" decimal(3, 1)))"},
  };
  for (const auto& [text, type] : cases) EXPECT_EQ(Read(text), type) << text;
}

TEST(TypeText, RefusesWhatIsNone) {
  for (const char* text : {"42", "array<int", "array<int>>", "struct<>", "struct<a>", "map<int>",
                           "decimal(x)", "INTEGER[", "timestamp with"}) {
    EXPECT_THROW(Read(text), base::Error) << text;
  }
}

}  // namespace
}  // namespace laguna::catalog
