// SPDX-License-Identifier: Apache-2.0
#include "ingest/packed_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <span>
#include <string>

#include "base/clock.h"
#include "io/store/memory.h"
#include "io/temporary_folder.h"

namespace laguna::ingest {
namespace {

// Lines that repeat and lines that do not, so that all kinds of blocks come up.
std::string Text(size_t bytes) {
  std::string text;
  uint32_t state = 1;
  while (text.size() < bytes) {
    state = state * 1664525 + 1013904223;
    text += std::to_string(state) + ",again and again\n";
  }
  text.resize(bytes);
  return text;
}

std::string Packed(const std::string& text, const std::string& command) {
  const io::TemporaryFolder folder("packed");
  const std::string path = folder.path() + "/x";
  std::ofstream(path, std::ios::binary) << text;
  const std::string all = command + " < '" + path + "' > '" + path + ".packed'";
  EXPECT_EQ(std::system(all.c_str()), 0) << all;
  std::ifstream file(path + ".packed", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

PackedState StateOf(const std::string& bytes, PackedState (*check)(const NextBytes&)) {
  size_t at = 0;
  return check([&] {  // in odd pieces
    const size_t length = std::min<size_t>(1000, bytes.size() - at);
    at += length;
    return std::as_bytes(std::span(bytes)).subspan(at - length, length);
  });
}

class PackedGzip : public testing::TestWithParam<const char*> {};

TEST_P(PackedGzip, OnlyTheWholeIsWhole) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{500}, size_t{300'000}}) {
    const std::string whole = Packed(Text(size), GetParam());
    EXPECT_EQ(StateOf(whole, CheckGzip), PackedState::kWhole) << size;
    EXPECT_EQ(StateOf(whole + whole, CheckGzip), PackedState::kWhole) << "members";
    EXPECT_EQ(StateOf(whole + std::string(512, '\0'), CheckGzip), PackedState::kWhole);
    EXPECT_EQ(StateOf(whole + "junk", CheckGzip), PackedState::kDamaged);
    const size_t step = whole.size() / 50 + 1;
    for (size_t cut = 0; cut < whole.size(); cut += step) {
      EXPECT_EQ(StateOf(whole.substr(0, cut), CheckGzip), PackedState::kCutOff) << cut;
    }
    for (size_t at = 10; at < whole.size(); at += step) {
      std::string harmed = whole;
      harmed[at] = static_cast<char>(harmed[at] ^ 0xFF);
      EXPECT_NE(StateOf(harmed, CheckGzip), PackedState::kWhole) << at;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, PackedGzip, testing::Values("gzip -n -1", "gzip -n -9"));

TEST(PackedZstd, WhatIsCutOffIsFound) {
  if (std::system("command -v zstd > /dev/null") != 0) GTEST_SKIP() << "there is no zstd";
  for (const char* const command : {"zstd -q -c", "zstd -q -c --no-check", "zstd -q -c -19"}) {
    const std::string whole = Packed(Text(300'000), command);
    EXPECT_EQ(StateOf(whole, CheckZstd), PackedState::kWhole) << command;
    EXPECT_EQ(StateOf(whole + whole, CheckZstd), PackedState::kWhole) << "frames";
    for (size_t cut = 0; cut < whole.size(); cut += whole.size() / 50) {
      EXPECT_EQ(StateOf(whole.substr(0, cut), CheckZstd), PackedState::kCutOff) << cut;
    }
  }
  EXPECT_EQ(StateOf("no zstd at all", CheckZstd), PackedState::kDamaged);
}

TEST(Packed, TheEndingSaysHow) {
  base::SystemClock clock;
  io::MemoryObjectStore store(clock);
  for (const char* const key : {"a.csv", "a.csv.gz", "a.csv.zst"}) store.Put(key, "id\n1\n");
  EXPECT_EQ(CheckPacked(store, "a.csv", {}), PackedState::kWhole);
  EXPECT_EQ(CheckPacked(store, "a.csv.gz", {}), PackedState::kDamaged);
  EXPECT_EQ(CheckPacked(store, "a.csv.zst", {}), PackedState::kDamaged);
}

}  // namespace
}  // namespace laguna::ingest
