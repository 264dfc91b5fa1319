// SPDX-License-Identifier: Apache-2.0
#include "engine/lexer.h"

#include <algorithm>
#include <array>

namespace laguna::engine {
namespace {

// Bytes that make up operators of one or more characters; a back quote is not among them here,
// since it begins a name.
constexpr std::string_view kOperatorBytes = "~!@^&|+-*/%<>=";
// An operator that ends in + or - keeps it only if one of these is in it.
constexpr std::string_view kKeepsSign = "~!@^&|%";

// The blanks that DuckDB takes for spaces although they are no ASCII.
constexpr std::array<std::string_view, 18> kUnicodeSpaces = {
    "\u00A0", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007",
    "\u2008", "\u2009", "\u200A", "\u200B", "\u202F", "\u205F", "\u2060", "\u3000", "\uFEFF"};

bool IsDigit(char byte) {
  return byte >= '0' && byte <= '9';
}

bool IsLetter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
         static_cast<unsigned char>(byte) >= 0x80;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  LexedText Run() {
    SkipBlanks();
    while (next_ < text_.size()) {
      const size_t begin = next_;
      const TokenKind kind = TakeToken();
      lexed_.tokens.push_back({kind, text_.substr(begin, next_ - begin), begin});
      SkipBlanks();
    }
    return std::move(lexed_);
  }

 private:
  [[nodiscard]] char At(size_t ahead) const {
    return next_ + ahead < text_.size() ? text_[next_ + ahead] : '\0';
  }
  [[nodiscard]] bool Comes(std::string_view word) const {
    return text_.substr(next_, word.size()) == word;
  }

  // Length of the Unicode blank at `at`; 0 when there is none.
  [[nodiscard]] size_t UnicodeSpaceAt(size_t at) const {
    if (static_cast<unsigned char>(text_[at]) < 0x80) {
      return 0;
    }
    for (const std::string_view space : kUnicodeSpaces) {
      if (text_.substr(at, space.size()) == space) {
        return space.size();
      }
    }
    return 0;
  }

  void SkipBlanks() {
    while (next_ < text_.size() && SkipOneBlank()) {
    }
  }

  bool SkipOneBlank() {
    const char byte = At(0);
    if (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f') {
      ++next_;
      return true;
    }
    if (Comes("--")) {
      next_ = std::min(text_.find_first_of("\n\r", next_), text_.size());
      return true;
    }
    if (Comes("/*")) {
      SkipComment();
      return true;
    }
    const size_t space = UnicodeSpaceAt(next_);
    next_ += space;
    return space > 0;
  }

  // Comments nest.
  void SkipComment() {
    const size_t begin = next_;
    size_t depth = 0;
    do {
      if (Comes("/*")) {
        ++depth;
        next_ += 2;
      } else if (Comes("*/")) {
        --depth;
        next_ += 2;
      } else {
        ++next_;
      }
    } while (depth > 0 && next_ < text_.size());
    if (depth > 0) {
      lexed_.unclosed = begin;
    }
  }

  TokenKind TakeToken() {
    if (const auto kind = TakeQuoted()) {
      return *kind;
    }
    if (IsLetter(At(0))) {
      TakeWord();
      return TokenKind::kWord;
    }
    if (IsDigit(At(0)) || (At(0) == '.' && IsDigit(At(1)))) {
      TakeNumber();
      return TokenKind::kNumber;
    }
    TakeOperator();
    return TokenKind::kOperator;
  }

  std::optional<TokenKind> TakeQuoted() {
    const char byte = At(0);
    if (byte == '\'' || byte == '"' || byte == '`') {
      TakeQuote(byte, Escapes::kDoubled);
      return byte == '\'' ? TokenKind::kString : TokenKind::kQuotedIdentifier;
    }
    if (At(1) == '\'' && std::string_view("eExXbB").find(byte) != std::string_view::npos) {
      ++next_;
      const bool backslash = byte == 'e' || byte == 'E';
      TakeQuote('\'', backslash ? Escapes::kBackslash : Escapes::kNone);
      return TokenKind::kString;
    }
    if ((byte == 'u' || byte == 'U') && At(1) == '&' && (At(2) == '\'' || At(2) == '"')) {
      next_ += 2;
      const char quote = At(0);
      TakeQuote(quote, Escapes::kDoubled);
      return quote == '\'' ? TokenKind::kString : TokenKind::kQuotedIdentifier;
    }
    if (byte == '$' && TakeDollarQuote()) {
      return TokenKind::kString;
    }
    return std::nullopt;
  }

  // How a quote may stand inside its quotes; a backslash does not exclude doubling.
  enum class Escapes { kNone, kDoubled, kBackslash };

  // From the opening quote to the closing one.
  void TakeQuote(char quote, Escapes escapes) {
    const size_t begin = next_;
    for (++next_; next_ < text_.size(); ++next_) {
      if (escapes == Escapes::kBackslash && At(0) == '\\') {
        ++next_;
      } else if (escapes != Escapes::kNone && At(0) == quote && At(1) == quote) {
        ++next_;
      } else if (At(0) == quote) {
        ++next_;
        return;
      }
    }
    next_ = text_.size();
    lexed_.unclosed = begin;
  }

  // $tag$ ... $tag$; false when it is only a dollar sign.
  bool TakeDollarQuote() {
    size_t end = next_ + 1;
    if (end < text_.size() && IsDigit(text_[end])) {
      return false;
    }
    while (end < text_.size() && (IsLetter(text_[end]) || IsDigit(text_[end]))) {
      ++end;
    }
    if (end >= text_.size() || text_[end] != '$') {
      return false;
    }
    const std::string_view tag = text_.substr(next_, end + 1 - next_);
    const size_t closing = text_.find(tag, end + 1);
    if (closing == std::string_view::npos) {
      lexed_.unclosed = next_;
    }
    next_ = closing == std::string_view::npos ? text_.size() : closing + tag.size();
    return true;
  }

  void TakeWord() {
    while (next_ < text_.size() && IsIdentifierByte(At(0)) && UnicodeSpaceAt(next_) == 0) {
      ++next_;
    }
  }

  void TakeDigits() {
    while (IsDigit(At(0)) || (At(0) == '_' && IsDigit(At(1)))) {
      ++next_;
    }
  }

  // "1..10" is a number, two dots and a number.
  void TakeNumber() {
    TakeDigits();
    if (At(0) == '.' && At(1) != '.') {
      ++next_;
      TakeDigits();
    }
    const size_t sign = At(1) == '+' || At(1) == '-' ? 1 : 0;
    if ((At(0) == 'e' || At(0) == 'E') && IsDigit(At(1 + sign))) {
      next_ += 1 + sign;
      TakeDigits();
    }
  }

  void TakeOperator() {
    for (const std::string_view pair : {"::", ":=", ".."}) {
      if (Comes(pair)) {
        next_ += 2;
        return;
      }
    }
    if ((At(0) == '$' || At(0) == '?') && IsDigit(At(1))) {
      ++next_;
      TakeDigits();
      return;
    }
    next_ += std::max<size_t>(1, OperatorLength());
  }

  [[nodiscard]] size_t OperatorLength() const {
    const size_t end = std::min(text_.find_first_not_of(kOperatorBytes, next_), text_.size());
    std::string_view run = text_.substr(next_, end - next_);
    run = run.substr(0, std::min(run.find("/*"), run.find("--")));
    while (run.size() > 1 && (run.back() == '+' || run.back() == '-') &&
           run.find_first_of(kKeepsSign) >= run.size() - 1) {
      run.remove_suffix(1);
    }
    return run.size();
  }

  std::string_view text_;
  size_t next_ = 0;
  LexedText lexed_;
};

}  // namespace

bool IsIdentifierByte(char byte) {
  return IsLetter(byte) || IsDigit(byte) || byte == '$';
}

LexedText Lex(std::string_view text) {
  return Lexer(text).Run();
}

}  // namespace laguna::engine
