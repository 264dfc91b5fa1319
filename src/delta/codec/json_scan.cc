// SPDX-License-Identifier: Apache-2.0
#include "delta/codec/json_scan.h"

#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <vector>

#include "base/utf8.h"
#include "delta/codec/json_text.h"

namespace laguna::delta {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// The character at `at`; 0, which no rule allows, behind the end.
char At(std::string_view text, size_t at) {
  return at < text.size() ? text[at] : '\0';
}

size_t BlanksEnd(std::string_view text, size_t at) {
  while (at < text.size() &&
         (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r')) {
    ++at;
  }
  return at;
}

size_t DigitsEnd(std::string_view text, size_t at) {
  while (IsDigit(At(text, at))) ++at;
  return at;
}

size_t NumberEnd(std::string_view text, size_t at) {
  if (At(text, at) == '-') ++at;
  const size_t whole = at;
  at = DigitsEnd(text, at);
  if (at == whole || (text[whole] == '0' && at > whole + 1)) return kNoJson;
  if (At(text, at) == '.') {
    const size_t fraction = ++at;
    at = DigitsEnd(text, at);
    if (at == fraction) return kNoJson;
  }
  if (At(text, at) == 'e' || At(text, at) == 'E') {
    ++at;
    if (At(text, at) == '+' || At(text, at) == '-') ++at;
    const size_t exponent = at;
    at = DigitsEnd(text, at);
    if (at == exponent) return kNoJson;
  }
  return at;
}

// True when one of eight bytes is no printable ASCII character, a quote or a backslash.
bool HasSpecial(uint64_t bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = 0x8080808080808080;
  const auto zero_in = [](uint64_t value) { return (value - kOnes) & ~value & kHighs; };
  const uint64_t below_space = (bytes - kOnes * 0x20) & ~bytes & kHighs;
  return ((bytes & kHighs) | below_space | zero_in(bytes ^ (kOnes * '"')) |
          zero_in(bytes ^ (kOnes * '\\'))) != 0;
}

size_t PlainEnd(std::string_view text, size_t at) {
  uint64_t bytes = 0;
  for (; at + sizeof(bytes) <= text.size(); at += sizeof(bytes)) {
    std::memcpy(&bytes, text.data() + at, sizeof(bytes));
    if (HasSpecial(bytes)) break;
  }
  return at;
}

size_t EscapeEnd(std::string_view text, size_t at) {
  constexpr std::string_view kEscaped = "\"\\/bfnrt";
  const char escaped = At(text, at + 1);
  if (escaped != 'u') return kEscaped.find(escaped) == kNoJson ? kNoJson : at + 2;
  for (size_t digit = at + 2; digit < at + 6; ++digit) {
    if (!IsHexDigit(At(text, digit))) return kNoJson;
  }
  return at + 6;
}

// `at` is the opening quote.
size_t StringEnd(std::string_view text, size_t at) {
  bool ascii = true;
  const size_t begin = ++at;
  at = PlainEnd(text, at);
  while (at < text.size() && text[at] != '"') {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20) return kNoJson;
    ascii = ascii && byte < 0x80;
    at = byte == '\\' ? EscapeEnd(text, at) : at + 1;
  }
  if (at >= text.size()) return kNoJson;
  if (!ascii && !base::IsUtf8(text.substr(begin, at - begin))) return kNoJson;
  return at + 1;
}

size_t WordEnd(std::string_view text, size_t at, std::string_view word) {
  return text.substr(at).starts_with(word) ? at + word.size() : kNoJson;
}

size_t ValueEnd(std::string_view text, size_t at, int depth);

// One element of an array, or one member of an object.
size_t ElementEnd(std::string_view text, size_t at, bool member, int depth) {
  at = BlanksEnd(text, at);
  if (!member) return ValueEnd(text, at, depth);
  if (At(text, at) != '"') return kNoJson;
  at = StringEnd(text, at);
  if (at == kNoJson) return kNoJson;
  at = BlanksEnd(text, at);
  return At(text, at) == ':' ? ValueEnd(text, BlanksEnd(text, at + 1), depth) : kNoJson;
}

// An array or object; `at` is its bracket.
size_t NestedEnd(std::string_view text, size_t at, int depth) {
  if (depth >= kJsonScanDepthMax) return kNoJson;
  const bool member = text[at] == '{';
  const char close = member ? '}' : ']';
  if (const size_t first = BlanksEnd(text, at + 1); At(text, first) == close) return first + 1;
  do {
    at = ElementEnd(text, at + 1, member, depth + 1);
    if (at == kNoJson) return kNoJson;
    at = BlanksEnd(text, at);
  } while (At(text, at) == ',');
  return At(text, at) == close ? at + 1 : kNoJson;
}

size_t ValueEnd(std::string_view text, size_t at, int depth) {
  switch (At(text, at)) {
    case '"':
      return StringEnd(text, at);
    case '{':
    case '[':
      return NestedEnd(text, at, depth);
    case 't':
      return WordEnd(text, at, "true");
    case 'f':
      return WordEnd(text, at, "false");
    case 'n':
      return WordEnd(text, at, "null");
    default:
      return NumberEnd(text, at);
  }
}

class LeafVisit {
 public:
  LeafVisit(std::string_view text, const std::function<void(const JsonLeaf&)>& visit)
      : text_(text), visit_(visit) {}

  bool Run() {
    const size_t begin = BlanksEnd(text_, 0);
    if (At(text_, begin) != '{') return false;
    const size_t end = Object(begin);
    return end != kNoJson && BlanksEnd(text_, end) == text_.size();
  }

 private:
  // `at` is the bracket; gives the end of the object.
  size_t Object(size_t at) {
    if (path_.size() >= kJsonScanDepthMax) return kNoJson;
    if (const size_t first = BlanksEnd(text_, at + 1); At(text_, first) == '}') return first + 1;
    do {
      at = Member(BlanksEnd(text_, at + 1));
      if (at == kNoJson) return kNoJson;
      at = BlanksEnd(text_, at);
    } while (At(text_, at) == ',');
    return At(text_, at) == '}' ? at + 1 : kNoJson;
  }

  size_t Member(size_t at) {
    if (At(text_, at) != '"') return kNoJson;
    const size_t key_end = StringEnd(text_, at);
    if (key_end == kNoJson || !PushKey(text_.substr(at, key_end - at))) return kNoJson;
    at = BlanksEnd(text_, key_end);
    const size_t end = At(text_, at) == ':' ? Value(BlanksEnd(text_, at + 1)) : kNoJson;
    path_.pop_back();
    return end;
  }

  size_t Value(size_t at) {
    if (At(text_, at) == '{') return Object(at);
    const size_t end = JsonLeafEnd(text_, at);
    if (end != kNoJson) visit_({path_, at, end});
    return end;
  }

  // False when the key cannot be decoded.
  bool PushKey(std::string_view token) {
    const std::string_view inside = token.substr(1, token.size() - 2);
    if (inside.find('\\') == kNoJson) {
      path_.push_back(inside);
      return true;
    }
    std::optional<std::string> decoded = DecodeJsonString(token);
    if (!decoded) return false;
    path_.push_back(decoded_.emplace_back(std::move(*decoded)));
    return true;
  }

  std::string_view text_;
  const std::function<void(const JsonLeaf&)>& visit_;
  std::vector<std::string_view> path_;
  // Keys with escapes; a deque keeps its elements in place.
  std::deque<std::string> decoded_;
};

}  // namespace

size_t JsonLeafEnd(std::string_view text, size_t begin) {
  return At(text, begin) == '{' ? kNoJson : ValueEnd(text, begin, 0);
}

bool VisitJsonLeaves(std::string_view text, const std::function<void(const JsonLeaf&)>& visit) {
  return LeafVisit(text, visit).Run();
}

}  // namespace laguna::delta
