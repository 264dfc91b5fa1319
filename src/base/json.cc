// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <fmt/format.h>

#include <cmath>
#include <unordered_set>

#include "base/nearest_name.h"
#include "base/text_place.h"
#include "base/utf8.h"

namespace laguna::base {
namespace {

// Builds the document from parse events. The library's own builder would look a key up by walking
// the object, which makes hostile objects quadratic, and would drop all but one of equal keys.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, const std::string& file, ErrorKind kind, const JsonLimits& limits)
      : text_(text), file_(file), kind_(kind), limits_(limits) {}

  Json Take() { return std::move(root_); }

  bool null() override { return Add(nullptr); }
  bool boolean(bool value) override { return Add(value); }
  bool number_integer(number_integer_t value) override { return Add(value); }
  bool number_unsigned(number_unsigned_t value) override { return Add(value); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return Add(value); }
  bool string(string_t& value) override { return Add(std::move(value)); }
  bool binary(binary_t& value) override { return Add(Json::binary(value)); }
  bool start_object(size_t /*size*/) override { return Open(Json::object()); }
  bool start_array(size_t /*size*/) override { return Open(Json::array()); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    if (!open_.back().keys.insert(name).second) {
      throw Error(kind_, "json.duplicate_key",
                  fmt::format("'{}' names the key '{}' twice in one object.", file_, name))
          .With("file", file_)
          .With("key", name);
    }
    key_ = name;
    return true;
  }

  bool parse_error(size_t position, const std::string& /*last_token*/,
                   const nlohmann::detail::exception& failure) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 5: <what we want>"
    std::string_view what = failure.what();
    size_t detail = what.find(": ");
    if (detail != std::string_view::npos) what.remove_prefix(detail + 2);
    Place place = PlaceOf(text_, position == 0 ? 0 : position - 1, file_);
    throw Error(kind_, "json.syntax", fmt::format("This is not valid JSON: {}.", what))
        .At(std::move(place));
  }

 private:
  struct Container {
    Json* value;
    std::unordered_set<std::string> keys;
  };

  Json& Insert(Json value) {
    if (open_.empty()) return root_ = std::move(value);
    Json& parent = *open_.back().value;
    if (parent.is_array()) {
      auto& elements = parent.get_ref<Json::array_t&>();
      return elements.emplace_back(std::move(value));
    }
    // The vector below the map: its own emplace would search for the key first.
    std::vector<std::pair<const std::string, Json>>& members = parent.get_ref<Json::object_t&>();
    return members.emplace_back(std::move(key_), std::move(value)).second;
  }

  bool Add(Json value) {
    Insert(std::move(value));
    return true;
  }

  bool Open(Json container) {
    if (open_.size() >= limits_.depth_max) {
      throw Error(kind_, "json.too_deep",
                  fmt::format("'{}' is nested deeper than {} levels.", file_, limits_.depth_max))
          .With("file", file_);
    }
    // Stays valid: a parent gets no further element while this one is open.
    Json& placed = Insert(std::move(container));
    open_.push_back({&placed, {}});
    return true;
  }

  bool Close() {
    open_.pop_back();
    return true;
  }

  const std::string_view text_;
  const std::string& file_;
  const ErrorKind kind_;
  const JsonLimits& limits_;
  Json root_;
  std::vector<Container> open_;
  std::string key_;
};

std::string_view TypeOf(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "a boolean";
  if (value.is_string()) return "a string";
  if (value.is_number()) return "a number";
  return value.is_array() ? "an array" : "an object";
}

}  // namespace

Json ParseJson(std::string_view text, const std::string& file, ErrorKind kind,
               const JsonLimits& limits) {
  if (text.size() > limits.bytes_max) {
    throw Error(
        kind, "json.too_large",
        fmt::format("'{}' has {} bytes; at most {} are read.", file, text.size(), limits.bytes_max))
        .With("file", file);
  }
  Builder builder(text, file, kind, limits);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return builder.Take();
}

std::string DumpJson(const Json& value, bool indented) {
  try {
    return value.dump(indented ? 2 : -1);
  } catch (const Json::type_error&) {
    throw Error(ErrorKind::kInvalidInput, "json.not_utf8",
                "A text that is not UTF-8 cannot be written as JSON.")
        .Hint("Convert the text to UTF-8 first.");
  }
}

JsonView::JsonView(const Json& value, std::string file, ErrorKind kind)
    : JsonView(value, std::move(file), kind, "$") {}

JsonView::JsonView(const Json& value, std::string file, ErrorKind kind, std::string path)
    : value_(&value), file_(std::move(file)), kind_(kind), path_(std::move(path)) {}

Error JsonView::Problem(std::string_view problem) const {
  return Error(kind_, "json.bad_value", fmt::format("{}: {} {}.", file_, path_, problem))
      .With("file", file_)
      .With("path", path_);
}

Error JsonView::WrongType(std::string_view expected) const {
  return Problem(fmt::format("has to be {}, but is {}", expected, TypeOf(*value_)));
}

JsonView JsonView::Require(std::string_view name) const {
  std::optional<JsonView> member = Find(name);
  if (!member) throw Problem(fmt::format("lacks '{}'", name));
  return *member;
}

std::optional<JsonView> JsonView::Find(std::string_view name) const {
  if (!value_->is_object()) throw WrongType("an object");
  for (auto member = value_->begin(); member != value_->end(); ++member) {
    if (member.key() != name || member->is_null()) continue;
    return JsonView(*member, file_, kind_, fmt::format("{}.{}", path_, name));
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, JsonView>> JsonView::Members() const {
  if (!value_->is_object()) throw WrongType("an object");
  std::vector<std::pair<std::string, JsonView>> members;
  for (auto member = value_->begin(); member != value_->end(); ++member) {
    std::string path = fmt::format("{}.{}", path_, member.key());
    members.emplace_back(member.key(), JsonView(*member, file_, kind_, std::move(path)));
  }
  return members;
}

void JsonView::RefuseUnknown(std::span<const std::string> names) const {
  for (const auto& [key, member] : Members()) {
    bool known = false;
    for (const std::string& name : names) known = known || name == key;
    if (!known) throw member.Problem("is not known here").Hint(SuggestName(key, names));
  }
}

std::vector<JsonView> JsonView::Elements() const {
  if (!value_->is_array()) throw WrongType("an array");
  std::vector<JsonView> elements;
  for (const Json& element : *value_) {
    std::string path = fmt::format("{}[{}]", path_, elements.size());
    elements.push_back(JsonView(element, file_, kind_, std::move(path)));
  }
  return elements;
}

const std::string& JsonView::AsString() const {
  if (!value_->is_string()) throw WrongType("a string");
  return value_->get_ref<const std::string&>();
}

int64_t JsonView::AsInteger() const {
  if (!value_->is_number()) throw WrongType("a whole number");
  if (value_->is_number_float()) throw Problem("has to be a whole number of at most 64 bits");
  if (value_->is_number_unsigned() && value_->get<uint64_t>() > INT64_MAX) {
    throw Problem("is larger than 64 bits with a sign can hold");
  }
  return value_->get<int64_t>();
}

double JsonView::AsNumber() const {
  if (!value_->is_number()) throw WrongType("a number");
  return value_->get<double>();
}

bool JsonView::AsBoolean() const {
  if (!value_->is_boolean()) throw WrongType("true or false");
  return value_->get<bool>();
}

}  // namespace laguna::base
