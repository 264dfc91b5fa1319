// SPDX-License-Identifier: Apache-2.0
#include "connect/block.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace laguna::connect {
namespace {

Block Parse(const std::string& text) {
  return Block::Parse("shop", base::ParseYaml(text, "blocks/shop.yaml"));
}

template <typename Action>
base::Error ErrorOf(Action action) {
  try {
    action();
  } catch (const base::Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return {base::ErrorKind::kInternal, "none", ""};
}

constexpr const char* kShop =
    "type: postgres\ndatabase: shop\nuser: reader\npassword: {secret: SHOP}\n";

TEST(Block, DefaultsOfItsType) {
  const Block block = Parse(kShop);
  EXPECT_EQ(block.type().name, "postgres");
  EXPECT_EQ(block.options().Text("host"), "localhost");
  EXPECT_EQ(block.options().Integer("port"), 5432);
}

TEST(Block, SecretComesFromTheEnvironment) {
  const Environment environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "LAGUNA_SECRET_SHOP") return "hunter2";
    return std::nullopt;
  };
  EXPECT_EQ(Parse(kShop).Secret("password", environment), "hunter2");
}

TEST(Block, AMissingSecretNamesBlockOptionAndVariable) {
  const auto error = ErrorOf(
      [] { (void)Parse(kShop).Secret("password", [](const auto&) { return std::nullopt; }); });
  EXPECT_EQ(error.code(), "secret.missing");
  for (const char* word : {"'shop'", "'password'", "LAGUNA_SECRET_SHOP"}) {
    EXPECT_NE(error.sentence().find(word), std::string::npos) << word;
  }
}

TEST(Block, UnknownTypesAndOptionsGiveTheNearest) {
  EXPECT_EQ(ErrorOf([] { Parse("type: postgress\n"); }).hint(), "Did you mean 'postgres'?");
  EXPECT_EQ(ErrorOf([] { Parse("path: a\n"); }).code(), "block.no_type");
  EXPECT_EQ(ErrorOf([] { Parse("type: sqlite\npaht: a\n"); }).hint(), "Did you mean 'path'?");
}

TEST(Blocks, AreTheFilesOfAFolder) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "blocks_of_a_folder";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "shop.yaml") << kShop;
  std::ofstream(folder / "notes.txt") << "not a block";
  const Blocks blocks = Blocks::Load(folder.string());
  EXPECT_EQ(blocks.all().size(), 1U);
  EXPECT_EQ(blocks.Get("shop", "postgres").name(), "shop");
  EXPECT_EQ(ErrorOf([&] { (void)blocks.Get("shop", "sqlite"); }).code(), "block.wrong_type");
  EXPECT_EQ(ErrorOf([&] { (void)blocks.Get("shp"); }).hint(), "Did you mean 'shop'?");
  std::ofstream(folder / "bad.yaml") << "type: mysql\n";
  const Blocks with_problem = Blocks::Load(folder.string());
  EXPECT_EQ(with_problem.all().size(), 1U);
  EXPECT_EQ(with_problem.problems().at("bad").code(), "block.unknown_type");
  EXPECT_EQ(ErrorOf([&] { (void)with_problem.Get("bad"); }).code(), "block.unknown_type");
  std::ofstream(folder / "other.yml") << kShop;
  EXPECT_EQ(ErrorOf([&] { Blocks::Load(folder.string()); }).code(), "file.extension");
  std::filesystem::remove_all(folder);
  EXPECT_TRUE(Blocks::Load(folder.string()).all().empty());
}

}  // namespace
}  // namespace laguna::connect
