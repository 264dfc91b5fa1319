// SPDX-License-Identifier: Apache-2.0
#include "connect/block.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/nearest_name.h"
#include "connect/yaml_folder.h"

namespace laguna::connect {

#include "connect/block_table.inc"

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::array<std::string_view, 1> kReserved{"type"};

const BlockType& TypeNamed(const base::YamlNode& node) {
  std::vector<std::string> names;
  for (const BlockType* type : BlockTypes()) {
    if (type->name == node.AsString()) return *type;
    names.emplace_back(type->name);
  }
  throw node.Problem("block.unknown_type", fmt::format("There is no block type '{}'.", node.text()))
      .Hint(base::SuggestName(node.text(), names));
}

const base::YamlNode& TypeNode(const base::YamlNode& file) {
  for (const auto& [key, value] : file.Entries()) {
    if (key.text() == "type" && !value.IsNull()) return value;
  }
  throw file.Problem("block.no_type", "A block has to say its type.")
      .Hint("Begin the file with 'type: sqlite', or another type.");
}

}  // namespace

std::vector<const BlockType*> BlockTypes() {
  std::vector<const BlockType*> types(std::begin(block_table), std::end(block_table));
  std::ranges::sort(types, {}, &BlockType::name);
  return types;
}

Block Block::Parse(std::string name, const base::YamlNode& file) {
  const BlockType& type = TypeNamed(TypeNode(file));
  return {std::move(name), type, Options::FromYaml(file, type.options, kReserved)};
}

std::optional<std::string> Block::Secret(std::string_view option,
                                         const Environment& environment) const {
  const SecretReference* reference = options_.Secret(option);
  if (reference == nullptr) return std::nullopt;
  return ResolveSecret(*reference, fmt::format("block '{}'", name_), option, environment);
}

Blocks Blocks::Load(const std::string& folder, const std::string& shown_as) {
  Blocks blocks;
  for (const YamlFile& file : ReadYamlFolder(folder, shown_as)) {
    try {
      blocks.Add(Block::Parse(file.name, base::ParseYaml(file.text, file.shown_as)));
    } catch (const Error& error) {
      blocks.problems_.emplace(file.name, error);
    }
  }
  return blocks;
}

void Blocks::Add(Block block) {
  std::string name = block.name();
  blocks_.insert_or_assign(std::move(name), std::move(block));
}

const Block& Blocks::Get(std::string_view name) const {
  const auto found = blocks_.find(name);
  if (found != blocks_.end()) return found->second;
  const auto problem = problems_.find(name);
  if (problem != problems_.end()) throw problem->second;
  std::vector<std::string> names;
  for (const auto& [known, block] : blocks_) names.push_back(known);
  std::string hint = base::SuggestName(name, names);
  if (hint.empty()) hint = fmt::format("Describe it in blocks/{}.yaml.", name);
  throw Error(ErrorKind::kNotFound, "block.unknown", fmt::format("There is no block '{}'.", name))
      .Hint(std::move(hint))
      .With("block", std::string(name));
}

const Block& Blocks::Get(std::string_view name, std::string_view type) const {
  const Block& block = Get(name);
  if (block.type().name == type) return block;
  throw Error(ErrorKind::kInvalidInput, "block.wrong_type",
              fmt::format("Block '{}' is of type '{}'; one of type '{}' is needed here.", name,
                          block.type().name, type))
      .With("block", std::string(name));
}

}  // namespace laguna::connect
