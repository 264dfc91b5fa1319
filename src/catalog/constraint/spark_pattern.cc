// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/spark_pattern.h"

#include <fmt/format.h>

#include "base/error.h"
#include "catalog/constraint/spark_parser.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

// Java's line terminators.
constexpr std::string_view kNotLineEnd = R"([^\n\r\x{85}\x{2028}\x{2029}])";
constexpr std::string_view kEndOfText = R"((?:\r\n|[\n\r\x{85}\x{2028}\x{2029}])?\z)";
// Java's white space has the vertical tab, RE2's has not.
constexpr std::string_view kBlanks = R"(\t\n\x0B\f\r )";

class PatternReader {
 public:
  explicit PatternReader(std::string_view pattern) : pattern_(pattern) {}

  std::string Run() {
    while (at_ < pattern_.size()) Step();
    return std::move(result_);
  }

 private:
  [[nodiscard]] char At(size_t ahead = 0) const {
    return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0';
  }
  [[nodiscard]] Error Unsupported(std::string_view what) const {
    return SparkUnsupported(fmt::format("{} in the pattern '{}'", what, pattern_));
  }
  void Copy(size_t count) {
    result_ += pattern_.substr(at_, count);
    at_ += count;
  }

  void Step() {
    switch (At()) {
      case '\\':
        return Escape(false);
      case '[':
        return Class();
      case '(':
        return Group();
      case '.':
        result_ += kNotLineEnd;
        ++at_;
        return;
      case '$':
        return End();
      case '*':
      case '+':
      case '?':
      case '{':
        return Quantifier();
      default:
        return Copy(1);
    }
  }

  void Group() {
    if (At(1) == '?' && At(2) != ':') throw Unsupported("a group that begins with (?");
    Copy(At(1) == '?' ? 3 : 1);
  }

  // Java's matches before a line end that ends the text; what may follow it is only the end of a
  // branch.
  void End() {
    const char next = At(1);
    if (at_ + 1 < pattern_.size() && next != ')' && next != '|')
      throw Unsupported("$ in the middle");
    result_ += kEndOfText;
    ++at_;
  }

  void Quantifier() {
    if (At() == '{') {
      const size_t end = pattern_.find('}', at_);
      const auto inner =
          pattern_.substr(at_ + 1, end == std::string_view::npos ? 0 : end - at_ - 1);
      if (inner.empty() || inner.find_first_not_of("0123456789,") != std::string_view::npos) {
        throw Unsupported("{ without a number");
      }
      Copy(end - at_ + 1);
    } else {
      Copy(1);
    }
    if (At() == '+') throw Unsupported("a possessive quantifier");
    if (At() == '?') Copy(1);
  }

  void Escape(bool in_class) {
    const char c = At(1);
    static constexpr std::string_view kSame = "dDwWtnrf\\.[]{}()*+?^$|-/\"'<>=!&~#@%,;:_ `";
    if (c == '\0') throw Unsupported("a backslash at the end");
    if (c == 's') {
      result_ += in_class ? std::string(kBlanks) : fmt::format("[{}]", kBlanks);
      at_ += 2;
    } else if (c == 'S' && !in_class) {
      result_ += fmt::format("[^{}]", kBlanks);
      at_ += 2;
    } else if (c == '-' || kSame.find(c) != std::string_view::npos) {
      // RE2 takes an escaped sign for itself, as Java does.
      Copy(2);
    } else if ((c == 'b' || c == 'B' || c == 'A' || c == 'z') && !in_class) {
      if (c == 'b' || c == 'B') throw Unsupported(fmt::format("\\{}", c));
      Copy(2);
    } else {
      throw Unsupported(fmt::format("\\{}", c));
    }
  }

  void Class() {
    Copy(At(1) == '^' ? 2 : 1);
    if (At() == ']') throw Unsupported("] at the beginning of a class");
    while (At() != ']') {
      if (at_ >= pattern_.size()) throw Unsupported("a class without an end");
      if (At() == '[') throw Unsupported("[ in a class");
      if (At() == '&' && At(1) == '&') throw Unsupported("&& in a class");
      if (At() == '\\') {
        Escape(true);
      } else {
        Copy(1);
      }
    }
    Copy(1);
  }

  std::string_view pattern_;
  size_t at_ = 0;
  std::string result_;
};

}  // namespace

std::string ToRe2(std::string_view pattern) {
  return PatternReader(pattern).Run();
}

std::string CheckedLikePattern(std::string_view pattern, char escape) {
  for (size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != escape) continue;
    const char next = at + 1 < pattern.size() ? pattern[at + 1] : '\0';
    if (next != '%' && next != '_' && next != escape) {
      throw Error(ErrorKind::kInvalidInput, "constraint.pattern",
                  fmt::format("In the LIKE pattern '{}' the escape character {} stands before "
                              "something else than %, _ and itself.",
                              pattern, escape));
    }
    ++at;
  }
  return std::string(pattern);
}

}  // namespace laguna::catalog
