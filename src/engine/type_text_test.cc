// SPDX-License-Identifier: Apache-2.0
#include "engine/type_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/sql_text.h"

namespace laguna::engine {
namespace {

std::string Read(const std::string& text) {
  return ReadType(text).sql;
}

// "a.element: char(2) required 'text'; ".
std::string Parts(const std::string& text) {
  std::string shown;
  for (const DeclaredPart& part : ReadType(text).parts) {
    for (const std::string& name : part.path) shown += name + ".";
    if (part.length) {
      shown +=
          fmt::format(" {}({})", part.length->pads ? "char" : "varchar", part.length->characters);
    }
    if (part.required) shown += " required";
    if (part.comment) shown += " " + QuotedText(*part.comment);
    shown += ";";
  }
  return shown;
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
      {"struct<a: varchar(5) NOT NULL COMMENT 'x', order: char(2)>",
       "STRUCT(\"a\" varchar(5), \"order\" char(2))"},
  };
  for (const auto& [text, type] : cases) EXPECT_EQ(Read(text), type) << text;
}

TEST(TypeText, KeepsWhatTheEnginesTypesDoNot) {
  const std::pair<std::string, std::string> cases[] = {
      {"INTEGER", ""},
      {"VARCHAR", ""},
      {"varchar(5)", " varchar(5);"},
      {"CHARACTER VARYING(5)", " varchar(5);"},
      {"Char(5)", " char(5);"},
      {"VARCHAR(5)[][2]", "element.element. varchar(5);"},
      {"\"varchar\"(5)", ""},
      {"map<char(2),struct<a:int not null comment 'it''s', b:array<varchar(3)>>>",
       "key. char(2);value.a. required 'it''s';value.b.element. varchar(3);"},
      {"STRUCT(a STRUCT(b VARCHAR(9)))", "a.b. varchar(9);"},
  };
  for (const auto& [text, parts] : cases) EXPECT_EQ(Parts(text), parts) << text;
}

TEST(TypeText, RefusesWhatIsNone) {
  for (const char* text :
       {"42", "array<int", "array<int>>", "struct<>", "struct<a>", "map<int>", "decimal(x)",
        "INTEGER[", "timestamp with", "", "varchar(0)", "varchar(x)", "char(99999999999)",
        "varchar(5,2)", "struct<a:int not>", "int not null"}) {
    EXPECT_THROW(Read(text), base::Error) << text;
  }
}

}  // namespace
}  // namespace laguna::engine
