// SPDX-License-Identifier: Apache-2.0
#include "connect/option.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/assert.h"
#include "base/nearest_name.h"
#include "base/quantity.h"
#include "connect/secret.h"

namespace laguna::connect {
namespace {

using base::Error;
using base::ErrorKind;
using base::YamlNode;
using Kind = YamlNode::Kind;

struct TypeInfo {
  std::string_view name;
  std::string_view expected;
};

// In the order of the enum.
constexpr TypeInfo kTypes[] = {
    {"text", "text"},
    {"whole number", "a whole number, such as 100"},
    {"true or false", "true or false"},
    {"duration", "a duration, such as 500ms, 10s or 1h30m"},
    {"size", "a size, such as 512MB or 1GiB"},
    {"list of texts", "a list, such as [a, b]"},
    {"map of texts", "a map, such as {name: value}"},
    {"secret", "a secret's name, as {secret: NAME}"},
};

const TypeInfo& InfoOf(OptionType type) {
  return kTypes[static_cast<size_t>(type)];
}

const OptionSpec* FindSpec(std::span<const OptionSpec> specs, std::string_view name) {
  const auto found = std::ranges::find(specs, name, &OptionSpec::name);
  return found == specs.end() ? nullptr : &*found;
}

std::string Suggestion(std::string_view name, std::span<const OptionSpec> specs,
                       std::span<const std::string_view> reserved) {
  std::vector<std::string> names;
  for (const OptionSpec& spec : specs) names.emplace_back(spec.name);
  for (const std::string_view word : reserved) names.emplace_back(word);
  return base::SuggestName(name, names);
}

std::vector<std::string> SplitAtCommas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

std::optional<OptionValue> ParseInteger(std::string_view text) {
  int64_t value = 0;
  const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<OptionValue> ParseBoolean(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<OptionValue> ParseMap(std::string_view text) {
  std::map<std::string, std::string> map;
  for (const std::string& part : SplitAtCommas(text)) {
    const size_t equals = part.find('=');
    if (equals == std::string::npos || equals == 0) return std::nullopt;
    map[part.substr(0, equals)] = part.substr(equals + 1);
  }
  return map;
}

bool IsChoice(const OptionSpec& spec, std::string_view text) {
  return spec.choices.empty() || std::ranges::find(spec.choices, text) != spec.choices.end();
}

// Nothing when the text is no value of the option.
std::optional<OptionValue> ParseText(const OptionSpec& spec, std::string_view text) {
  switch (spec.type) {
    case OptionType::kText:
      return IsChoice(spec, text) ? std::optional<OptionValue>(std::string(text)) : std::nullopt;
    case OptionType::kInteger:
      return ParseInteger(text);
    case OptionType::kBoolean:
      return ParseBoolean(text);
    case OptionType::kDurationMs: {
      const auto duration = base::ParseDuration(text);
      if (!duration) return std::nullopt;
      return static_cast<int64_t>(duration->count());
    }
    case OptionType::kBytes: {
      const auto bytes = base::ParseBytes(text);
      if (!bytes) return std::nullopt;
      return static_cast<int64_t>(*bytes);
    }
    case OptionType::kTextList:
      return SplitAtCommas(text);
    case OptionType::kTextMap:
      return ParseMap(text);
    case OptionType::kSecret:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string ExpectedBy(const OptionSpec& spec) {
  if (spec.choices.empty()) return std::string(InfoOf(spec.type).expected);
  return fmt::format("one of '{}'", fmt::join(spec.choices, "', '"));
}

std::string ChoiceHint(const OptionSpec& spec, std::string_view text) {
  if (spec.choices.empty()) return {};
  return base::SuggestName(text,
                           std::vector<std::string>(spec.choices.begin(), spec.choices.end()));
}

// An error that shows where, but not what stands there: it may be a secret.
Error WithoutExcerpt(const YamlNode& node, std::string code, std::string sentence) {
  base::Place place = node.place();
  place.excerpt.clear();
  return Error(ErrorKind::kInvalidInput, std::move(code), std::move(sentence)).At(std::move(place));
}

std::string SecretHint(const OptionSpec& spec) {
  return fmt::format(
      "Write '{}: {{secret: NAME}}' and give the value in the environment variable {}NAME.",
      spec.name, kSecretVariablePrefix);
}

SecretReference ReadSecret(const OptionSpec& spec, const YamlNode& node) {
  const bool reference = node.kind() == Kind::kMap && node.Entries().size() == 1 &&
                         node.Entries()[0].key.text() == "secret" &&
                         node.Entries()[0].value.kind() == Kind::kScalar;
  if (!reference) {
    throw WithoutExcerpt(node, "option.plain_secret",
                         fmt::format("Option '{}' is a secret, so its value does not stand in a "
                                     "file; the file names it.",
                                     spec.name))
        .Hint(SecretHint(spec));
  }
  const YamlNode& name = node.Entries()[0].value;
  if (!IsSecretName(name.text())) {
    throw WithoutExcerpt(name, "option.secret_name",
                         fmt::format("The name of the secret for option '{}' is malformed: it has "
                                     "to be of A-Z, 0-9 and '_'.",
                                     spec.name))
        .Hint(SecretHint(spec));
  }
  return {name.text()};
}

// Reads the values of one map.
class Reader {
 public:
  explicit Reader(const OptionTemplates& templates) : templates_(templates) {}

  // Nothing for a NULL or for a template that is not evaluated yet.
  std::optional<OptionValue> Read(const OptionSpec& spec, const YamlNode& node) const {
    if (spec.type == OptionType::kSecret) return ReadSecret(spec, node);
    if (HoldsTemplate(node)) return ReadTemplate(spec, node);
    switch (node.kind()) {
      case Kind::kSequence:
        return ReadList(spec, node);
      case Kind::kMap:
        return ReadMap(spec, node);
      default:
        return ReadScalar(spec, node);
    }
  }

 private:
  [[nodiscard]] bool HoldsTemplate(const YamlNode& node) const {
    return templates_.holds && node.kind() == Kind::kScalar && templates_.holds(node);
  }

  static OptionValue ReadScalar(const OptionSpec& spec, const YamlNode& node) {
    switch (spec.type) {
      case OptionType::kInteger:
        return node.AsInteger();
      case OptionType::kBoolean:
        return node.AsBoolean();
      case OptionType::kTextList:
        return std::vector<std::string>{node.AsString()};
      case OptionType::kTextMap:
        throw BadValue(spec, node, node.text());
      default:
        return Apply(spec, node, node.AsString());
    }
  }

  static OptionValue Apply(const OptionSpec& spec, const YamlNode& node, const std::string& text) {
    auto value = ParseText(spec, text);
    if (!value) throw BadValue(spec, node, text);
    return std::move(*value);
  }

  static Error BadValue(const OptionSpec& spec, const YamlNode& node, std::string_view found) {
    return node
        .Problem("option.bad_value", fmt::format("Option '{}' has to be {}; '{}' is not.",
                                                 spec.name, ExpectedBy(spec), found))
        .Hint(ChoiceHint(spec, found));
  }

  [[nodiscard]] std::optional<OptionValue> ReadTemplate(const OptionSpec& spec,
                                                        const YamlNode& node) const {
    if (!templates_.evaluate) return std::nullopt;
    const auto result = templates_.evaluate(node);
    if (!result) return std::nullopt;
    if (const auto* text = std::get_if<std::string>(&*result)) {
      if (spec.type == OptionType::kTextList) return std::vector<std::string>{*text};
      return Apply(spec, node, *text);
    }
    const auto* list = std::get_if<std::vector<std::string>>(&*result);
    if (list != nullptr && spec.type == OptionType::kTextList) return *list;
    const auto* map = std::get_if<std::map<std::string, std::string>>(&*result);
    if (map != nullptr && spec.type == OptionType::kTextMap) return *map;
    throw BadValue(spec, node, list != nullptr ? "a list" : "a map");
  }

  // Text inside a list or a map.
  [[nodiscard]] std::string ReadElement(const OptionSpec& spec, const YamlNode& node) const {
    if (!HoldsTemplate(node)) return node.AsString();
    if (!templates_.evaluate) return {};
    const auto result = templates_.evaluate(node);
    const auto* text = result ? std::get_if<std::string>(&*result) : nullptr;
    if (text != nullptr) return *text;
    throw node
        .Problem("option.bad_value",
                 fmt::format("Each element of option '{}' has to be text; this template gives {}.",
                             spec.name, result ? "a list or a map" : "NULL"))
        .Hint(!result && templates_.hint_for_null ? templates_.hint_for_null(node) : "");
  }

  [[nodiscard]] OptionValue ReadList(const OptionSpec& spec, const YamlNode& node) const {
    if (spec.type != OptionType::kTextList) throw BadValue(spec, node, "a list");
    std::vector<std::string> list;
    for (const YamlNode& element : node.Elements()) list.push_back(ReadElement(spec, element));
    return list;
  }

  [[nodiscard]] OptionValue ReadMap(const OptionSpec& spec, const YamlNode& node) const {
    if (spec.type != OptionType::kTextMap) throw BadValue(spec, node, "a map");
    std::map<std::string, std::string> map;
    for (const auto& [key, value] : node.Entries()) map[key.text()] = ReadElement(spec, value);
    return map;
  }

  const OptionTemplates& templates_;
};

}  // namespace

Options Options::WithDefaults(std::span<const OptionSpec> specs) {
  Options options;
  for (const OptionSpec& spec : specs) {
    auto& value = options.values_[std::string(spec.name)];
    if (spec.default_text.empty()) continue;
    value = ParseText(spec, spec.default_text);
    LAGUNA_ASSERT(value.has_value());
  }
  return options;
}

Options Options::FromYaml(const YamlNode& map, std::span<const OptionSpec> specs,
                          std::span<const std::string_view> reserved,
                          const OptionTemplates& templates) {
  Options options = WithDefaults(specs);
  const Reader reader(templates);
  std::vector<std::string_view> given;
  for (const auto& [key, node] : map.Entries()) {
    if (std::ranges::find(reserved, key.text()) != reserved.end()) continue;
    const OptionSpec* spec = FindSpec(specs, key.text());
    if (spec == nullptr) {
      throw key.Problem("option.unknown", fmt::format("There is no option '{}' here.", key.text()))
          .Hint(Suggestion(key.text(), specs, reserved));
    }
    if (node.IsNull()) continue;
    auto value = reader.Read(*spec, node);
    // Not given when it was evaluated to NULL.
    if (value || !templates.evaluate) given.push_back(spec->name);
    if (value) options.values_[key.text()] = std::move(*value);
  }
  for (const OptionSpec& spec : specs) {
    if (!spec.required || std::ranges::find(given, spec.name) != given.end()) continue;
    throw map.Problem("option.missing", fmt::format("Option '{}' is missing here.", spec.name))
        .Hint(
            fmt::format("Add '{}: ...', {}. {}", spec.name, ExpectedBy(spec), spec.documentation));
  }
  return options;
}

Options Options::FromText(const std::map<std::string, std::string>& values,
                          std::span<const OptionSpec> specs, std::string_view what) {
  Options options = WithDefaults(specs);
  for (const auto& [name, text] : values) {
    const OptionSpec* spec = FindSpec(specs, name);
    if (spec == nullptr) {
      throw Error(ErrorKind::kInvalidInput, "option.unknown",
                  fmt::format("There is no option '{}' of {}.", name, what))
          .Hint(Suggestion(name, specs, {}));
    }
    auto value = ParseText(*spec, text);
    if (!value) {
      const bool secret = spec->type == OptionType::kSecret;
      throw Error(ErrorKind::kInvalidInput, "option.bad_value",
                  fmt::format("Option '{}' of {} has to be {}{}.", name, what, ExpectedBy(*spec),
                              secret ? "" : fmt::format("; '{}' is not", text)))
          .Hint(secret ? SecretHint(*spec) : ChoiceHint(*spec, text));
    }
    options.values_[name] = std::move(*value);
  }
  for (const OptionSpec& spec : specs) {
    if (!spec.required || values.contains(std::string(spec.name))) continue;
    throw Error(ErrorKind::kInvalidInput, "option.missing",
                fmt::format("Option '{}' of {} is missing.", spec.name, what))
        .Hint(std::string(spec.documentation));
  }
  return options;
}

namespace {

template <typename T>
const T* As(const OptionValue* value) {
  if (value == nullptr) return nullptr;
  const T* typed = std::get_if<T>(value);
  LAGUNA_ASSERT(typed != nullptr);
  return typed;
}

}  // namespace

const OptionValue* Options::Find(std::string_view name) const {
  const auto found = values_.find(name);
  LAGUNA_ASSERT(found != values_.end());
  return found->second ? &*found->second : nullptr;
}

std::string Options::Text(std::string_view name) const {
  return OptionalText(name).value_or("");
}

std::optional<std::string> Options::OptionalText(std::string_view name) const {
  const auto* text = As<std::string>(Find(name));
  return text == nullptr ? std::nullopt : std::optional(*text);
}

int64_t Options::Integer(std::string_view name) const {
  const auto value = OptionalInteger(name);
  LAGUNA_ASSERT(value.has_value());
  return *value;
}

std::optional<int64_t> Options::OptionalInteger(std::string_view name) const {
  const auto* value = As<int64_t>(Find(name));
  return value == nullptr ? std::nullopt : std::optional(*value);
}

bool Options::Boolean(std::string_view name) const {
  const auto* value = As<bool>(Find(name));
  LAGUNA_ASSERT(value != nullptr);
  return *value;
}

std::vector<std::string> Options::TextList(std::string_view name) const {
  const auto* list = As<std::vector<std::string>>(Find(name));
  return list == nullptr ? std::vector<std::string>() : *list;
}

std::map<std::string, std::string> Options::TextMap(std::string_view name) const {
  const auto* map = As<std::map<std::string, std::string>>(Find(name));
  return map == nullptr ? std::map<std::string, std::string>() : *map;
}

const SecretReference* Options::Secret(std::string_view name) const {
  return As<SecretReference>(Find(name));
}

std::string_view NameOf(OptionType type) {
  return InfoOf(type).name;
}

std::string OptionsTable(std::span<const OptionSpec> specs) {
  std::string table = "| option | type | default | what it is |\n|---|---|---|---|\n";
  for (const OptionSpec& spec : specs) {
    const std::string type = spec.choices.empty()
                                 ? std::string(NameOf(spec.type))
                                 : fmt::format("`{}`", fmt::join(spec.choices, "`, `"));
    std::string fallback(spec.required ? "required" : "");
    if (!spec.default_text.empty()) fallback = fmt::format("`{}`", spec.default_text);
    table +=
        fmt::format("| `{}` | {} | {} | {} |\n", spec.name, type, fallback, spec.documentation);
  }
  return table;
}

}  // namespace laguna::connect
