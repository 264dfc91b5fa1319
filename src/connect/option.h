// SPDX-License-Identifier: Apache-2.0
// How connectors, blocks and tasks say what they take.
//
// An OptionSpec is the only place that knows an option: it parses values, fills defaults, refuses
// unknown names with the nearest valid one, and is what the reference documentation is printed
// from. Plain values; specs are constants. A secret is kept as its name, never as its value, and no
// error shows the line a secret option stands in.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/yaml.h"

namespace laguna::connect {

enum class OptionType {
  kText,
  kInteger,
  kBoolean,
  kDurationMs,
  kBytes,
  kTextList,
  kTextMap,
  kSecret
};

struct OptionSpec {
  std::string_view name;
  OptionType type = OptionType::kText;
  std::string_view documentation;
  bool required = false;
  // As a user would write it; empty: none.
  std::string_view default_text = {};
  // Valid values of a text option; empty: any.
  std::span<const std::string_view> choices = {};
};

// A secret's name, never its value (DESIGN "Secrets"); resolved only where it is used.
struct SecretReference {
  std::string name;
};

// Integers, durations (milliseconds) and sizes (bytes) are int64_t.
using OptionValue = std::variant<std::string, int64_t, bool, std::vector<std::string>,
                                 std::map<std::string, std::string>, SecretReference>;

// What an evaluated template gives to an option, before the option's type is applied.
using OptionText =
    std::variant<std::string, std::vector<std::string>, std::map<std::string, std::string>>;

// How templates inside YAML values are read; this module does not know what is in them.
struct OptionTemplates {
  // Whether the scalar holds one. Throws when it is malformed.
  std::function<bool(const base::YamlNode& scalar)> holds = {};
  // Its value; nothing for NULL, which counts as not given. Without this function such values are
  // left unset, but count as given: what a check before a run wants.
  std::function<std::optional<OptionText>(const base::YamlNode& scalar)> evaluate = {};
  // What to do about one whose value is NULL where there has to be text; absent: nothing is said.
  std::function<std::string(const base::YamlNode& scalar)> hint_for_null = {};
};

class Options {
 public:
  // Reads a YAML map: every key must be a spec's name (InvalidInput at the key, with the nearest
  // name), every required option be there, every value be of its type (InvalidInput at the value).
  // A null counts as not given, a single text as a list of one. Keys of `reserved` are skipped.
  static Options FromYaml(const base::YamlNode& map, std::span<const OptionSpec> specs,
                          std::span<const std::string_view> reserved = {},
                          const OptionTemplates& templates = {});
  // The same from text values (command line); `what` names the thing in errors ("task 'fetch'").
  // Lists are "a,b", maps "name=a,other=b"; secrets cannot be given so.
  static Options FromText(const std::map<std::string, std::string>& values,
                          std::span<const OptionSpec> specs, std::string_view what);

  // Null when neither given nor defaulted. Asking for a name that is in no spec, or for a required
  // or defaulted option by another type than its own, is a broken invariant.
  [[nodiscard]] const OptionValue* Find(std::string_view name) const;
  // Empty when not given.
  [[nodiscard]] std::string Text(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> OptionalText(std::string_view name) const;
  // The option has to be required or to have a default.
  [[nodiscard]] int64_t Integer(std::string_view name) const;
  [[nodiscard]] bool Boolean(std::string_view name) const;
  [[nodiscard]] std::optional<int64_t> OptionalInteger(std::string_view name) const;
  // Empty when not given.
  [[nodiscard]] std::vector<std::string> TextList(std::string_view name) const;
  [[nodiscard]] std::map<std::string, std::string> TextMap(std::string_view name) const;
  // Null when not given.
  [[nodiscard]] const SecretReference* Secret(std::string_view name) const;

  // Every option of the specs, by name; nothing for those without a value.
  using Values = std::map<std::string, std::optional<OptionValue>, std::less<>>;
  [[nodiscard]] const Values& values() const { return values_; }

 private:
  static Options WithDefaults(std::span<const OptionSpec> specs);

  Values values_;
};

// "text", "whole number", ...: how the documentation calls a type.
std::string_view NameOf(OptionType type);
// A Markdown table of the options, for reference pages.
std::string OptionsTable(std::span<const OptionSpec> specs);

}  // namespace laguna::connect
