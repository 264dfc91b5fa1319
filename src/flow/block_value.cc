// SPDX-License-Identifier: Apache-2.0
#include "flow/block_value.h"

namespace laguna::flow {
namespace {

struct ValueOf {
  engine::Value operator()(const std::string& text) const { return text; }
  engine::Value operator()(int64_t number) const { return number; }
  engine::Value operator()(bool boolean) const { return boolean; }
  engine::Value operator()(const std::vector<std::string>& list) const {
    engine::ValueList values;
    for (const std::string& text : list) values.emplace_back(text);
    return values;
  }
  engine::Value operator()(const std::map<std::string, std::string>& map) const {
    engine::ValueStruct values;
    for (const auto& [name, text] : map) values.emplace_back(name, text);
    return values;
  }
  engine::Value operator()(const connect::SecretReference& /*secret*/) const { return {}; }
};

engine::ValueStruct OptionsOf(const connect::Block& block) {
  engine::ValueStruct fields{{"type", std::string(block.type().name)}};
  for (const connect::OptionSpec& option : block.type().options) {
    if (option.type == connect::OptionType::kSecret) continue;
    const connect::OptionValue* value = block.options().Find(option.name);
    fields.emplace_back(option.name,
                        value == nullptr ? engine::Value() : std::visit(ValueOf{}, *value));
  }
  return fields;
}

}  // namespace

engine::ValueStruct BlockValues(const connect::Blocks& blocks) {
  engine::ValueStruct values;
  for (const auto& [name, block] : blocks.all()) values.emplace_back(name, OptionsOf(block));
  return values;
}

}  // namespace laguna::flow
