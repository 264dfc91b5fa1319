// SPDX-License-Identifier: Apache-2.0
#include "delta/text_limit.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include "base/error.h"
#include "delta/codec/json_text.h"

namespace laguna::delta {
namespace {

constexpr const char* kTypeTextKey = "__CHAR_VARCHAR_TYPE_STRING";
constexpr int kDepthMax = 200;

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Spark's text of a type, of which only the lengths of texts matter here.
class TypeTextReader {
 public:
  explicit TypeTextReader(std::string_view text) : text_(text) {}

  // Nothing for what is no type.
  std::optional<TextLimits> Read() {
    if (!TakeType({}, 0) || !rest().empty()) return std::nullopt;
    return std::move(limits_);
  }

 private:
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

  void SkipSpaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  bool Accept(char c) {
    SkipSpaces();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    SkipSpaces();
    return true;
  }

  std::string TakeWord() {
    SkipSpaces();
    const size_t begin = at_;
    while (at_ < text_.size() && IsNameByte(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  // Plain or back-quoted, or anything up to the colon: Spark writes names as they are.
  std::string TakeName() {
    SkipSpaces();
    if (!rest().starts_with('`')) {
      const size_t end = std::min(text_.find(':', at_), text_.size());
      std::string name(text_.substr(at_, end - at_));
      at_ = end;
      return name;
    }
    std::string name;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '`' && (at_ + 1 == text_.size() || text_[++at_] != '`')) break;
      name += text_[at_];
    }
    return name;
  }

  bool TakeType(const FieldPath& path, int depth) {
    if (depth > kDepthMax) return false;
    const std::string word = TakeWord();
    if (IsSameName(word, "struct")) return TakeFields(path, depth);
    if (IsSameName(word, "array")) return TakeInside(path, depth, {"element"});
    if (IsSameName(word, "map")) return TakeInside(path, depth, {"key", "value"});
    if (IsSameName(word, "varchar") || IsSameName(word, "char")) {
      return TakeLimit(path, IsSameName(word, "char"));
    }
    return !word.empty() && SkipPlain();
  }

  bool TakeFields(const FieldPath& path, int depth) {
    if (!Accept('<')) return false;
    do {
      const std::string name = TakeName();
      if (name.empty() || !Accept(':') || !TakeType(Below(path, name), depth + 1)) return false;
    } while (Accept(','));
    return Accept('>');
  }

  bool TakeInside(const FieldPath& path, int depth, const std::vector<std::string>& parts) {
    char before = '<';
    for (const std::string& part : parts) {
      if (!Accept(before) || !TakeType(Below(path, part), depth + 1)) return false;
      before = ',';
    }
    return Accept('>');
  }

  bool TakeLimit(const FieldPath& path, bool pads) {
    if (!Accept('(')) return false;
    TextLimit limit{0, pads};
    const char* end = text_.data() + text_.size();
    const auto number = std::from_chars(text_.data() + at_, end, limit.length);
    if (number.ec != std::errc() || limit.length < 0 || limit.length > kTextLengthMax) return false;
    at_ = static_cast<size_t>(number.ptr - text_.data());
    limits_.push_back({path, limit});
    return Accept(')');
  }

  // What follows the first word of any other type: (10,2), " day to second".
  bool SkipPlain() {
    int depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (depth == 0 && (c == ',' || c == '>')) return true;
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    return depth == 0;
  }

  static FieldPath Below(FieldPath path, const std::string& name) {
    path.push_back(name);
    return path;
  }

  std::string_view text_;
  size_t at_ = 0;
  TextLimits limits_;
};

bool IsSamePath(const FieldPath& a, const FieldPath& b) {
  return std::ranges::equal(a, b, IsSameName);
}

TextLimits OwnLimits(const StructField& field) {
  const std::string* json = field.FindMetadata(kTypeTextKey);
  if (json == nullptr) return {};
  const auto text = DecodeJsonString(*json);
  auto limits = text ? TypeTextReader(*text).Read() : std::nullopt;
  if (limits) return std::move(*limits);
  throw base::Error(base::ErrorKind::kCorrupt, "schema.text_limit",
                    fmt::format("The log says of column \"{}\" that its texts are limited by {}, "
                                "which is no type.",
                                field.name, *json))
      .Hint("ALTER TABLE ... ALTER COLUMN ... TYPE VARCHAR takes the limit away.")
      .With("column", field.name);
}

using FieldVisit = std::function<void(const StructField&, const FieldPath&)>;

// The fields inside a type, with their paths from it.
void VisitFields(const DataType& type, const FieldPath& path, const FieldVisit& visit) {
  const auto below = [&](const char* part) {
    FieldPath longer = path;
    longer.emplace_back(part);
    return longer;
  };
  if (const ArrayType* array = type.AsArray()) {
    VisitFields(array->element, below("element"), visit);
  } else if (const MapType* map = type.AsMap()) {
    VisitFields(map->key, below("key"), visit);
    VisitFields(map->value, below("value"), visit);
  } else if (const StructType* fields = type.AsStruct()) {
    for (const StructField& field : fields->fields) {
      const FieldPath to_field = below(field.name.c_str());
      visit(field, to_field);
      VisitFields(field.type, to_field, visit);
    }
  }
}

void EraseOwn(StructField& field) {
  std::erase_if(field.metadata,
                [](const MetadataEntry& entry) { return entry.key == kTypeTextKey; });
}

DataType WithoutOwn(const DataType& type) {
  if (const ArrayType* array = type.AsArray()) {
    return DataType(ArrayType{WithoutOwn(array->element), array->contains_null});
  }
  if (const MapType* map = type.AsMap()) {
    return DataType(
        MapType{WithoutOwn(map->key), WithoutOwn(map->value), map->value_contains_null});
  }
  if (type.AsStruct() == nullptr) return type;
  StructType fields = *type.AsStruct();
  for (StructField& field : fields.fields) {
    EraseOwn(field);
    field.type = WithoutOwn(field.type);
  }
  return DataType(std::move(fields));
}

// As Spark's parser takes it.
std::string NameText(const std::string& name) {
  if (!name.empty() && std::ranges::all_of(name, IsNameByte)) return name;
  std::string quoted = "`";
  for (const char c : name) quoted += c == '`' ? std::string("``") : std::string(1, c);
  return quoted + "`";
}

// Whether a limit was met on the way is noted in `met`.
std::string TextOf(const DataType& type, const FieldPath& path, const TextLimits& limits,
                   bool& met) {
  const auto below = [&](const DataType& inner, const std::string& part) {
    FieldPath longer = path;
    longer.push_back(part);
    return TextOf(inner, longer, limits, met);
  };
  if (const ArrayType* array = type.AsArray()) {
    return "array<" + below(array->element, "element") + ">";
  }
  if (const MapType* map = type.AsMap()) {
    std::string key = below(map->key, "key");
    return "map<" + key + "," + below(map->value, "value") + ">";
  }
  if (const StructType* fields = type.AsStruct()) {
    std::string text;
    for (const StructField& field : fields->fields) {
      text +=
          (text.empty() ? "" : ",") + NameText(field.name) + ":" + below(field.type, field.name);
    }
    return "struct<" + text + ">";
  }
  const TextLimit* limit = type.Is(Primitive::kString) ? LimitAt(limits, path) : nullptr;
  if (limit == nullptr) return type.ToString();
  met = true;
  return limit->ToString();
}

}  // namespace

std::string TextLimit::ToString() const {
  return fmt::format("{}({})", pads ? "char" : "varchar", length);
}

TextLimits TextLimitsOf(const StructField& field) {
  TextLimits limits = OwnLimits(field);
  VisitFields(field.type, {}, [&](const StructField& inner, const FieldPath& path) {
    for (LimitedText& text : OwnLimits(inner)) {
      FieldPath whole = path;
      whole.insert(whole.end(), text.path.begin(), text.path.end());
      if (LimitAt(limits, whole) == nullptr) limits.push_back({std::move(whole), text.limit});
    }
  });
  return limits;
}

const TextLimit* LimitAt(const TextLimits& limits, const FieldPath& path) {
  const auto found = std::ranges::find_if(
      limits, [&](const LimitedText& text) { return IsSamePath(text.path, path); });
  return found == limits.end() ? nullptr : &found->limit;
}

void SetTextLimits(StructField& field, const TextLimits& limits) {
  bool met = false;
  const std::string text = TextOf(field.type, {}, limits, met);
  EraseOwn(field);
  field.type = WithoutOwn(field.type);
  if (met) field.metadata.push_back({kTypeTextKey, JsonString(text)});
}

void RestateTextLimits(StructField& column) {
  const TextLimits limits = TextLimitsOf(column);
  const bool had = !limits.empty() || column.FindMetadata(kTypeTextKey) != nullptr;
  if (had) SetTextLimits(column, limits);
}

std::string TypeText(const DataType& type, const TextLimits& limits) {
  bool met = false;
  return TextOf(type, {}, limits, met);
}

bool HoldsAll(const std::optional<TextLimit>& from, const std::optional<TextLimit>& to) {
  if (!to) return true;
  if (!from) return false;
  return to->pads ? *from == *to : from->length <= to->length;
}

int64_t CharactersIn(std::string_view text) {
  return std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

std::optional<FittedText> FitText(std::string_view text, const TextLimit& limit) {
  const int64_t characters = CharactersIn(text);
  if (characters <= limit.length) {
    const auto missing = static_cast<size_t>(limit.length - characters);
    return FittedText{text.size(), limit.pads ? missing : 0};
  }
  const auto excess = static_cast<size_t>(characters - limit.length);
  const std::string_view cut = text.substr(text.size() - excess);
  if (cut.find_first_not_of(' ') != std::string_view::npos) return std::nullopt;
  return FittedText{text.size() - excess, 0};
}

}  // namespace laguna::delta
