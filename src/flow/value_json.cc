// SPDX-License-Identifier: Apache-2.0
#include "flow/value_json.h"

namespace laguna::flow {
namespace {

struct JsonOf {
  base::Json operator()(const engine::Null& /*null*/) const { return nullptr; }
  base::Json operator()(bool boolean) const { return boolean; }
  base::Json operator()(int64_t number) const { return number; }
  base::Json operator()(double number) const { return number; }
  base::Json operator()(const std::string& text) const { return text; }
  base::Json operator()(const engine::Typed& typed) const { return typed.text; }
  base::Json operator()(const engine::ValueList& list) const {
    base::Json array = base::Json::array();
    for (const engine::Value& element : list) array.push_back(ToJson(element));
    return array;
  }
  base::Json operator()(const engine::ValueStruct& fields) const {
    base::Json object = base::Json::object();
    for (const auto& [name, field] : fields) object[name] = ToJson(field);
    return object;
  }
};

}  // namespace

base::Json ToJson(const engine::Value& value) {
  return std::visit(JsonOf{}, value.alternatives());
}

}  // namespace laguna::flow
