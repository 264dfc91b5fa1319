// SPDX-License-Identifier: Apache-2.0
// Blocks: named, typed pieces of configuration in blocks/<name>.yaml, with their secrets held
// apart.
//
// A type is one file in connect/block, found by CMake; its options say what a block of it may hold.
// Values; a block knows the names of its secrets only.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "connect/option.h"
#include "connect/secret.h"

namespace laguna::connect {

struct BlockType {
  std::string_view name;
  std::string_view summary;
  // Markdown, with an example.
  std::string_view documentation;
  std::span<const OptionSpec> options;
};

// Ordered by name.
std::vector<const BlockType*> BlockTypes();

class Block {
 public:
  // A file's content: `type:` and the type's options. InvalidInput with a place.
  static Block Parse(std::string name, const base::YamlNode& file);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const BlockType& type() const { return *type_; }
  [[nodiscard]] const Options& options() const { return options_; }
  // The value of a secret option; nothing when the block does not name one. Errors of
  // ResolveSecret.
  [[nodiscard]] std::optional<std::string> Secret(std::string_view option,
                                                  const Environment& environment) const;

 private:
  Block(std::string name, const BlockType& type, Options options)
      : name_(std::move(name)), type_(&type), options_(std::move(options)) {}

  std::string name_;
  const BlockType* type_;
  Options options_;
};

// All blocks of a lake.
class Blocks {
 public:
  Blocks() = default;
  // Every *.yaml of the folder, which need not exist. `shown_as` is the folder's name in errors
  // ("blocks"). A file that has an error is left out, and a problem.
  static Blocks Load(const std::string& folder, const std::string& shown_as = "blocks");

  void Add(Block block);
  // NotFound "block.unknown" with the nearest name.
  [[nodiscard]] const Block& Get(std::string_view name) const;
  // The same, and of the type that is wanted (InvalidInput "block.wrong_type").
  [[nodiscard]] const Block& Get(std::string_view name, std::string_view type) const;
  // Ordered by name.
  [[nodiscard]] const std::map<std::string, Block, std::less<>>& all() const { return blocks_; }
  // What was wrong with the others, by name; Get throws it.
  [[nodiscard]] const std::map<std::string, base::Error, std::less<>>& problems() const {
    return problems_;
  }

 private:
  std::map<std::string, Block, std::less<>> blocks_;
  std::map<std::string, base::Error, std::less<>> problems_;
};

}  // namespace laguna::connect
