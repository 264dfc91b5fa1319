// SPDX-License-Identifier: Apache-2.0
#include "app/output/json_text.h"

#include <nlohmann/json.hpp>

namespace laguna::app {

std::string JsonString(std::string_view text) {
  using nlohmann::json;
  return json(std::string(text)).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace laguna::app
