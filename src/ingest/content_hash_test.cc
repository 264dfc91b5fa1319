// SPDX-License-Identifier: Apache-2.0
#include "ingest/content_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace laguna::ingest {
namespace {

std::string HashOf(const std::string& text, size_t piece) {
  ContentHash hash;
  for (size_t at = 0; at < text.size(); at += piece) {
    hash.Add(std::as_bytes(std::span(text)).subspan(at, std::min(piece, text.size() - at)));
  }
  return hash.Text();
}

// Values of other programs (xxhsum, python-xxhash).
TEST(ContentHash, IsXxh64) {
  EXPECT_EQ(HashOf("", 1), "ef46db3751d8e999");
  EXPECT_EQ(HashOf("a", 1), "d24ec4f1a98c6e5b");
  EXPECT_EQ(HashOf("abc", 3), "44bc2cf5ad770999");
  EXPECT_EQ(HashOf("Nobody inspects the spammish repetition", 100), "fbcea83c8a378bf1");
}

TEST(ContentHash, DoesNotCareForPieces) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>(i * 7);
  const std::string whole = HashOf(text, text.size());
  for (const size_t piece : {1, 7, 31, 32, 33, 999}) EXPECT_EQ(HashOf(text, piece), whole) << piece;
  text[500] ^= 1;
  EXPECT_NE(HashOf(text, text.size()), whole);
}

}  // namespace
}  // namespace laguna::ingest
