// SPDX-License-Identifier: Apache-2.0
#include "delta/codec/base85.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"

namespace laguna::delta {
namespace {

using namespace std::string_literals;

TEST(Base85, TheExampleOfItsDefinition) {
  const std::string bytes = "\x86\x4F\xD2\x6F\xB5\x59\xF7\x5B"s;
  EXPECT_EQ(EncodeBase85(bytes), "HelloWorld");
  EXPECT_EQ(DecodeBase85("HelloWorld"), bytes);
}

TEST(Base85, FillsTheLastGroupWithZeros) {
  EXPECT_EQ(EncodeBase85(""), "");
  EXPECT_EQ(DecodeBase85(""), "");
  EXPECT_EQ(DecodeBase85(EncodeBase85("a")), "a\0\0\0"s);
  EXPECT_EQ(DecodeBase85(EncodeBase85("abcde")), "abcde\0\0\0"s);
}

TEST(Base85, EveryByteComesBack) {
  base::SeededRandom random(1);
  for (size_t size = 0; size < 400; size += 4) {
    std::string bytes;
    while (bytes.size() < size) bytes.push_back(static_cast<char>(random.NextUint64()));
    EXPECT_EQ(DecodeBase85(EncodeBase85(bytes)), bytes);
  }
  EXPECT_EQ(DecodeBase85("%nSc0"), "\xFF\xFF\xFF\xFF");
}

TEST(Base85, RefusesWhatIsNot) {
  const struct {
    std::string text, word;
  } cases[] = {
      {"Hell", "no multiple of five"}, {"HelloW", "no multiple of five"},
      {"Hel`o", "0x60 at 3"},          {"Hello\"orld", "0x22 at 5"},
      {"Hell\xFF", "0xFF at 4"},       {"a\0aaa"s, "0x00 at 1"},
      {"%nSc1", "more than four"},     {"00000#####", "five characters at 5"},
  };
  for (const auto& c : cases) {
    try {
      static_cast<void>(DecodeBase85(c.text));
      ADD_FAILURE() << c.text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), "delta.base85");
      EXPECT_NE(error.sentence().find(c.word), std::string::npos) << error.sentence();
    }
  }
}

TEST(Base85, UuidsAsTheProtocolSpellsThem) {
  EXPECT_EQ(DecodeUuid("^-aqEH.-t@S}K{vb[*k^"), "d2c639aa-8816-431a-aaf6-d3fe2512ff61");
  EXPECT_EQ(EncodeUuid("d2c639aa-8816-431a-aaf6-d3fe2512ff61"), "^-aqEH.-t@S}K{vb[*k^");
  EXPECT_EQ(EncodeUuid("D2C639AA-8816-431A-AAF6-D3FE2512FF61"), "^-aqEH.-t@S}K{vb[*k^");
  base::SeededRandom random(2);
  for (int i = 0; i < 100; ++i) {
    const std::string uuid = base::MakeUuid(random);
    EXPECT_EQ(DecodeUuid(EncodeUuid(uuid)), uuid);
  }
  EXPECT_THROW(static_cast<void>(DecodeUuid("^-aqEH.-t@S}K{v")), base::Error);
}

}  // namespace
}  // namespace laguna::delta
