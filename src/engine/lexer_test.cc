// SPDX-License-Identifier: Apache-2.0
#include "engine/lexer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "duckdb/parser/parser.hpp"

namespace laguna::engine {
namespace {

std::vector<std::string> TextsOf(std::string_view text) {
  std::vector<std::string> texts;
  for (const Token& token : Lex(text).tokens) {
    texts.emplace_back(token.text);
  }
  return texts;
}

struct LexCase {
  const char* name;
  const char* text;
  std::vector<std::string> tokens;
  bool unclosed = false;
};

class LexerTable : public testing::TestWithParam<LexCase> {};

TEST_P(LexerTable, Cuts) {
  EXPECT_EQ(TextsOf(GetParam().text), GetParam().tokens);
  EXPECT_EQ(Lex(GetParam().text).unclosed.has_value(), GetParam().unclosed);
}

INSTANTIATE_TEST_SUITE_P(
    Lexer, LexerTable,
    testing::Values(LexCase{"Words", "select a1_$ from É", {"select", "a1_$", "from", "É"}},
                    LexCase{"LineComment", "a -- b ; 'c\nd", {"a", "d"}},
                    LexCase{"NestedComment", "a /* b /* c */ ; */ d", {"a", "d"}},
                    LexCase{"UnclosedComment", "a /* b /* c */", {"a"}, true},
                    LexCase{"DoubledQuote", "'it''s; fine' x", {"'it''s; fine'", "x"}},
                    LexCase{"EscapeString", R"(E'it\'s; fine' x)", {R"(E'it\'s; fine')", "x"}},
                    LexCase{"PlainBackslash", R"('a\' x)", {R"('a\')", "x"}},
                    LexCase{"UnclosedString", "a 'b; c", {"a", "'b; c"}, true},
                    LexCase{"QuotedName", "\"a;\"\"b\".c", {"\"a;\"\"b\"", ".", "c"}},
                    LexCase{"BackQuotedName", "`a;b``c`=`d`", {"`a;b``c`", "=", "`d`"}},
                    LexCase{"DollarQuote", "$$a;'b$$ c", {"$$a;'b$$", "c"}},
                    LexCase{"TaggedDollarQuote", "$x$a;$$b$y$c$x$ d", {"$x$a;$$b$y$c$x$", "d"}},
                    LexCase{"UnclosedDollarQuote", "$x$a; $y$", {"$x$a; $y$"}, true},
                    LexCase{"Parameters", "$1 + $name ?", {"$1", "+", "$", "name", "?"}},
                    LexCase{"Numbers",
                            "1 1.5 .5 1e-3 1_000 1..2",
                            {"1", "1.5", ".5", "1e-3", "1_000", "1", "..", "2"}},
                    LexCase{"Operators",
                            "a::b->>'c'||d<>-1",
                            {"a", "::", "b", "->>", "'c'", "||", "d", "<>", "-", "1"}},
                    LexCase{"CommentInOperator", "a+--b\n-c", {"a", "+", "-", "c"}},
                    LexCase{"UnicodeBlank", "a\u00A0b\u2003c\uFEFF", {"a", "b", "c"}},
                    LexCase{"Empty", " -- nothing\n", {}}),
    [](const auto& info) { return std::string(info.param.name); });

// Where DuckDB's own scanner begins its tokens.
std::vector<size_t> DuckdbStarts(const std::string& text) {
  std::vector<size_t> starts;
  for (const auto& token : duckdb::Parser::Tokenize(text)) {
    starts.push_back(token.start);
  }
  return starts;
}

std::vector<size_t> OurStarts(const std::string& text) {
  std::vector<size_t> starts;
  for (const Token& token : Lex(text).tokens) {
    starts.push_back(token.offset);
  }
  return starts;
}

// Whatever pieces stand beside each other, both scanners cut at the same bytes.
TEST(Lexer, AgreesWithDuckdb) {
  const std::vector<std::string> pieces = {
      "select", "a",      "É",     " ",     "\n",      "\t",          "1",   "2.5", "1e5",
      ";",      ",",      "(",     ")",     "[",       "]",           ".",   "::",  ":=",
      "->",     "->>",    "+",     "-",     "*",       "/",           "%",   "<",   ">",
      "=",      "!=",     "||",    "--x\n", "/*x*/",   "/*a/*b*/c*/", "'s'", "''",  "'a''b'",
      "\"q\"",  "e'\\''", "x'00'", "$$d$$", "$t$d$t$", "$1",          "@",   "~",   "&"};
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const size_t count = 1 + random() % 8;
    for (size_t i = 0; i < count; ++i) {
      text += pieces[random() % pieces.size()];
    }
    // Two strings over a line end are one to DuckDB's scanner; a comment that is not closed ends
    // it.
    if (Lex(text).unclosed || text.find("'\n'") != std::string::npos ||
        text.find("' ") != std::string::npos || text.find("'--") != std::string::npos ||
        text.find("'\t") != std::string::npos || text.find("'\n") != std::string::npos) {
      continue;
    }
    ASSERT_EQ(OurStarts(text), DuckdbStarts(text)) << text;
  }
}

}  // namespace
}  // namespace laguna::engine
