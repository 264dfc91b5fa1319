// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/spark_lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

constexpr size_t kExcerptBytesMax = 40;

char Upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsWordByte(char c) {
  return (Upper(c) >= 'A' && Upper(c) <= 'Z') || IsDigit(c) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void AppendUtf8(std::string& text, uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | (code >> 12));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | (code >> 18));
    text += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<SparkToken> Run() {
    std::vector<SparkToken> tokens;
    for (;;) {
      SkipBlanks();
      tokens.push_back(Next());
      if (tokens.back().kind == SparkTokenKind::kEnd) return tokens;
    }
  }

 private:
  [[nodiscard]] char At(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void SkipBlanks() {
    for (;;) {
      while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
      if (text_.substr(at_, 2) == "--") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_, 2) == "/*") {
        const size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) {
          throw SparkSyntaxError(text_, at_, "A comment has no end.");
        }
        at_ = end + 2;
      } else {
        return;
      }
    }
  }

  SparkToken Next() {
    const size_t start = at_;
    if (at_ >= text_.size()) return {SparkTokenKind::kEnd, "", start};
    const char c = At();
    const bool is_raw = Upper(c) == 'R' && (At(1) == '\'' || At(1) == '"');
    if (is_raw) return RawString(start);
    if (c == '\'' || c == '"') return {SparkTokenKind::kString, String(c), start};
    if (c == '`') return {SparkTokenKind::kName, BackQuoted(), start};
    if (IsDigit(c) || (c == '.' && IsDigit(At(1)))) return Number(start);
    if (IsWordByte(c)) {
      while (at_ < text_.size() && IsWordByte(At())) ++at_;
      return {SparkTokenKind::kWord, std::string(text_.substr(start, at_ - start)), start};
    }
    return Operator(start);
  }

  SparkToken Number(size_t start) {
    while (IsDigit(At())) ++at_;
    if (At() == '.') ++at_;
    while (IsDigit(At())) ++at_;
    const size_t sign = At(1) == '+' || At(1) == '-' ? 2 : 1;
    if (Upper(At()) == 'E' && IsDigit(At(sign))) {
      at_ += sign;
      while (IsDigit(At())) ++at_;
    }
    while (IsWordByte(At())) ++at_;
    return {SparkTokenKind::kNumber, std::string(text_.substr(start, at_ - start)), start};
  }

  SparkToken Operator(size_t start) {
    static constexpr std::array<std::string_view, 31> kOperators{
        ">>>", "<=>", "<=", ">=", "<>", "!=", "==", "||", "::", "->", "<<",
        ">>",  "=",   "<",  ">",  "+",  "-",  "*",  "/",  "%",  "&",  "|",
        "^",   "~",   "!",  "(",  ")",  ",",  ".",  "[",  "]"};
    for (const std::string_view op : kOperators) {
      if (!text_.substr(at_).starts_with(op)) continue;
      at_ += op.size();
      return {SparkTokenKind::kOperator, std::string(op), start};
    }
    throw SparkSyntaxError(text_, start, "No expression has this character.");
  }

  std::string BackQuoted() {
    std::string name;
    for (++at_; at_ < text_.size(); ++at_) {
      if (At() != '`') {
        name += At();
      } else if (At(1) == '`') {
        name += '`';
        ++at_;
      } else {
        ++at_;
        return name;
      }
    }
    throw SparkSyntaxError(text_, text_.size(), "A back-quoted name has no end.");
  }

  SparkToken RawString(size_t start) {
    const char quote = At(1);
    const size_t end = text_.find(quote, at_ + 2);
    if (end == std::string_view::npos) {
      throw SparkSyntaxError(text_, start, "A text has no end.");
    }
    std::string content(text_.substr(at_ + 2, end - at_ - 2));
    at_ = end + 1;
    return {SparkTokenKind::kString, std::move(content), start};
  }

  std::string String(char quote) {
    const size_t start = at_;
    std::string content;
    for (++at_; at_ < text_.size();) {
      if (At() == '\\') {
        Escape(content);
      } else if (At() != quote) {
        content += text_[at_++];
      } else if (At(1) == quote) {
        // One quote to Spark 4, nothing (two texts side by side) to Spark 3.
        throw Error(ErrorKind::kUnsupported, "constraint.unsupported",
                    "A doubled quote in a text means different things to different versions of "
                    "Spark.")
            .Hint("Write \\' for a quote in a text.");
      } else {
        ++at_;
        return content;
      }
    }
    throw SparkSyntaxError(text_, start, "A text has no end.");
  }

  // Spark's escapes; \% and \_ keep their backslash, which LIKE reads.
  void Escape(std::string& content) {
    const char c = At(1);
    if (c == 'u' && Code(4, 16, 2, content)) return;
    if (c == 'U' && Code(8, 16, 2, content)) return;
    if (c >= '0' && c <= '1' && Code(3, 8, 1, content)) return;
    static constexpr std::string_view kEscaped = "0bnrtZ";
    static constexpr std::string_view kMeans("\0\b\n\r\t\x1A", 6);
    const size_t known = kEscaped.find(c);
    if (at_ + 1 >= text_.size()) {
      at_ = text_.size();
      return;
    }
    if (c == '%' || c == '_') content += '\\';
    content += known == std::string_view::npos ? c : kMeans[known];
    at_ += 2;
  }

  // `digits` digits of `base` after `skip` characters, as one code point.
  bool Code(size_t digits, int base, size_t skip, std::string& content) {
    const std::string_view spelled = text_.substr(std::min(at_ + skip, text_.size()), digits);
    if (spelled.size() < digits) return false;
    uint32_t code = 0;
    for (const char c : spelled) {
      const int value = IsDigit(c) ? c - '0' : Upper(c) >= 'A' ? Upper(c) - 'A' + 10 : 99;
      if (value >= base) return false;
      code = code * static_cast<uint32_t>(base) + static_cast<uint32_t>(value);
    }
    if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    AppendUtf8(content, code);
    at_ += skip + digits;
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
};

bool SameWord(std::string_view word, std::string_view keyword) {
  return std::equal(word.begin(), word.end(), keyword.begin(), keyword.end(),
                    [](char a, char b) { return Upper(a) == b; });
}

}  // namespace

bool SparkToken::Is(std::string_view keyword) const {
  return kind == SparkTokenKind::kWord && SameWord(text, keyword);
}

bool SparkToken::IsOperator(std::string_view op) const {
  return kind == SparkTokenKind::kOperator && text == op;
}

std::vector<SparkToken> LexSpark(std::string_view text) {
  return Lexer(text).Run();
}

bool IsSparkKeyword(std::string_view word) {
  static constexpr std::array<std::string_view, 42> kKeywords{
      "AND",      "ANY",     "AS",       "BETWEEN",      "BOTH",
      "CASE",     "CAST",    "COLLATE",  "CURRENT_DATE", "CURRENT_TIMESTAMP",
      "DISTINCT", "DIV",     "ELSE",     "END",          "ESCAPE",
      "EXISTS",   "EXTRACT", "FALSE",    "FOR",          "FROM",
      "ILIKE",    "IN",      "INTERVAL", "IS",           "LEADING",
      "LIKE",     "NOT",     "NULL",     "OR",           "REGEXP",
      "RLIKE",    "SELECT",  "SOME",     "THEN",         "TRAILING",
      "TRUE",     "UNKNOWN", "USER",     "WHEN",         "WHERE",
      "WITH",     "ALL"};
  return std::any_of(kKeywords.begin(), kKeywords.end(),
                     [&](std::string_view keyword) { return SameWord(word, keyword); });
}

Error SparkSyntaxError(std::string_view text, size_t offset, const std::string& what) {
  const std::string_view rest = text.substr(std::min(offset, text.size()));
  const std::string near(base::TruncateBytes(rest, kExcerptBytesMax));
  return Error(ErrorKind::kInvalidInput, "constraint.syntax",
               fmt::format("{} ({})", what, near.empty() ? "at the end" : "at: " + near));
}

}  // namespace laguna::catalog
