// SPDX-License-Identifier: Apache-2.0
#include "engine/error_json.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace laguna::engine {
namespace {

using Json = nlohmann::json;

Json PlaceToJson(const base::Place& place) {
  return {{"file", place.file},
          {"line", place.line},
          {"column", place.column},
          {"length", place.length},
          {"excerpt", place.excerpt}};
}

base::Place PlaceFromJson(const Json& json) {
  base::Place place;
  place.file = json.at("file").get<std::string>();
  place.line = json.at("line").get<int>();
  place.column = json.at("column").get<int>();
  place.length = json.at("length").get<int>();
  place.excerpt = json.at("excerpt").get<std::string>();
  return place;
}

base::ErrorKind KindNamed(const std::string& name) {
  for (const auto& info : base::ErrorKinds()) {
    if (info.name == name) {
      return info.kind;
    }
  }
  return base::ErrorKind::kInternal;
}

base::Error FromJson(const Json& json) {
  base::Error error(KindNamed(json.at("kind").get<std::string>()),
                    json.at("code").get<std::string>(), json.at("sentence").get<std::string>());
  const auto hint = json.at("hint").get<std::string>();
  if (!hint.empty()) {
    error = std::move(error).Hint(hint);
  }
  if (json.contains("place")) {
    error = std::move(error).At(PlaceFromJson(json.at("place")));
  }
  for (const Json& value : json.at("values")) {
    error = std::move(error).With(value.at(0).get<std::string>(), value.at(1).get<std::string>());
  }
  return error;
}

}  // namespace

std::string ErrorToJson(const base::Error& error) {
  Json json = {{"kind", base::InfoOf(error.kind()).name},
               {"code", error.code()},
               {"sentence", error.sentence()},
               {"hint", error.hint()},
               {"values", Json::array()}};
  if (error.place()) {
    json["place"] = PlaceToJson(*error.place());
  }
  for (const auto& [name, value] : error.values()) {
    json["values"].push_back(Json::array({name, value}));
  }
  // Messages may quote bytes of the user that are no UTF-8.
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::optional<base::Error> ErrorFromJson(const std::string& json) {
  try {
    return FromJson(Json::parse(json));
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace laguna::engine
