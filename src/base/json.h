// SPDX-License-Identifier: Apache-2.0
// Small JSON documents: configuration, log entries, API bodies. Bulk reading is done elsewhere with
// a streaming parser.
//
// Parsing is strict (RFC 8259, no comments, no second value behind the first), refuses an object
// that names a key twice, and bounds size and depth, as every document may be hostile. JsonView
// walks a parsed document and names the path ("$.schema.fields[3].type") in its errors. Pure
// functions and values; a view must not outlive the document.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace laguna::base {

// Keeps the order of keys.
using Json = nlohmann::ordered_json;

struct JsonLimits {
  size_t bytes_max = 16 * 1024 * 1024;
  size_t depth_max = 100;
};

// `file` names the document in errors. They are of `kind`: InvalidInput for what a user wrote,
// Corrupt for what a program stored; with line, column and excerpt.
Json ParseJson(std::string_view text, const std::string& file, ErrorKind kind,
               const JsonLimits& limits = {});

// On one line, or indented by two spaces. InvalidInput when a string in it is not UTF-8.
std::string DumpJson(const Json& value, bool indented = false);

// One value of a document and the path to it.
class JsonView final {
 public:
  // The whole document; errors are of `kind`.
  JsonView(const Json& value, std::string file, ErrorKind kind);

  [[nodiscard]] const Json& value() const { return *value_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool IsNull() const { return value_->is_null(); }

  // An error when this is no object. Find gives nothing for an absent member and for null.
  [[nodiscard]] JsonView Require(std::string_view name) const;
  [[nodiscard]] std::optional<JsonView> Find(std::string_view name) const;
  [[nodiscard]] std::vector<std::pair<std::string, JsonView>> Members() const;
  // An error for the first member not named here, with the nearest valid name.
  void RefuseUnknown(std::span<const std::string> names) const;
  // An error when this is no array.
  [[nodiscard]] std::vector<JsonView> Elements() const;

  // An error when this is of another type. A number with a fraction, or too large, is no integer.
  [[nodiscard]] const std::string& AsString() const;
  [[nodiscard]] int64_t AsInteger() const;
  [[nodiscard]] double AsNumber() const;
  [[nodiscard]] bool AsBoolean() const;

  // "<file>: <path> <problem>", to be thrown by a caller that finds the value wrong.
  [[nodiscard]] Error Problem(std::string_view problem) const;

 private:
  JsonView(const Json& value, std::string file, ErrorKind kind, std::string path);
  [[nodiscard]] Error WrongType(std::string_view expected) const;

  const Json* value_;
  std::string file_;
  ErrorKind kind_;
  std::string path_;
};

}  // namespace laguna::base
