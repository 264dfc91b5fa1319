// SPDX-License-Identifier: Apache-2.0
#include "engine/token.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/lexer.h"
#include "engine/script.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;

constexpr size_t kNamePartsMax = 3;

// The text between the quotes, doubled quotes made single.
std::string Unquoted(std::string_view text) {
  const char quote = text.front();
  std::string_view inner = text.substr(1);
  if (!inner.empty() && inner.back() == quote) {
    inner.remove_suffix(1);
  }
  std::string result;
  for (size_t i = 0; i < inner.size(); ++i) {
    result += inner[i];
    if (inner[i] == quote && i + 1 < inner.size() && inner[i + 1] == quote) {
      ++i;
    }
  }
  return result;
}

std::string DollarUnquoted(std::string_view text) {
  const size_t tag = text.find('$', 1) + 1;
  return std::string(text.substr(tag, text.size() - 2 * tag));
}

bool IsPlainName(std::string_view name) {
  return !name.empty() && (name[0] < '0' || name[0] > '9') &&
         std::all_of(name.begin(), name.end(), IsIdentifierByte);
}

std::string QuotedIfNeeded(const std::string& name) {
  if (IsPlainName(name)) {
    return name;
  }
  std::string quoted = "\"";
  for (const char byte : name) {
    quoted += byte;
    if (byte == '"') {
      quoted += byte;
    }
  }
  return quoted + "\"";
}

bool IsWordIn(const Token& token, const std::vector<std::string_view>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return token.Is(word); });
}

// +1 for an opening bracket, -1 for a closing one.
int DepthStep(const Token& token) {
  if (token.kind != TokenKind::kOperator || token.text.size() != 1) {
    return 0;
  }
  if (std::string_view("([{").find(token.text[0]) != std::string_view::npos) {
    return 1;
  }
  return std::string_view(")]}").find(token.text[0]) != std::string_view::npos ? -1 : 0;
}

}  // namespace

bool Token::Is(std::string_view keyword) const {
  return kind == TokenKind::kWord && text.size() == keyword.size() &&
         std::equal(text.begin(), text.end(), keyword.begin(), [](char left, char right) {
           const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; };
           return upper(left) == upper(right);
         });
}

bool Token::IsOperator(std::string_view op) const {
  return kind == TokenKind::kOperator && text == op;
}

std::string QualifiedName::ToString() const {
  std::string name;
  for (const std::string& part : parts) {
    name += (name.empty() ? "" : ".") + QuotedIfNeeded(part);
  }
  return name;
}

TokenReader::TokenReader(const Script& script, std::vector<Token> tokens, std::string_view syntax)
    : script_(script), tokens_(std::move(tokens)), syntax_(syntax) {
  if (tokens_.empty() || tokens_.back().kind != TokenKind::kEnd) {
    const size_t end =
        tokens_.empty() ? script.text().size() : tokens_.back().offset + tokens_.back().text.size();
    tokens_.push_back({TokenKind::kEnd, {}, end});
  }
}

const Token& TokenReader::Peek() const {
  return tokens_[next_];
}

bool TokenReader::AtEnd() const {
  return Peek().kind == TokenKind::kEnd;
}

bool TokenReader::Accept(std::string_view keyword) {
  if (!Peek().Is(keyword)) {
    return false;
  }
  ++next_;
  return true;
}

bool TokenReader::AcceptOperator(std::string_view text) {
  if (!Peek().IsOperator(text)) {
    return false;
  }
  ++next_;
  return true;
}

void TokenReader::Take(std::string_view keyword) {
  if (!Accept(keyword)) {
    throw Expected(keyword);
  }
}

std::string TokenReader::TakeIdentifier() {
  const Token& token = Peek();
  if (token.kind == TokenKind::kWord) {
    ++next_;
    return std::string(token.text);
  }
  if (token.kind != TokenKind::kQuotedIdentifier || token.text.front() == 'u' ||
      token.text.front() == 'U') {
    throw Expected("a name");
  }
  std::string name = Unquoted(token.text);
  if (name.empty()) {
    throw Expected("a name that is not empty");
  }
  ++next_;
  return name;
}

QualifiedName TokenReader::TakeQualifiedName() {
  QualifiedName name;
  name.offset = Peek().offset;
  do {
    if (name.parts.size() == kNamePartsMax) {
      throw Expected("a name of at most three parts (lake.schema.table)");
    }
    name.parts.push_back(TakeIdentifier());
  } while (AcceptOperator("."));
  return name;
}

int64_t TokenReader::TakeInteger() {
  const bool negative = AcceptOperator("-");
  const Token& token = Peek();
  std::string digits = negative ? "-" : "";
  digits += token.text;
  digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
  int64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, number);
  if (token.kind != TokenKind::kNumber || parsed.ec != std::errc{} || parsed.ptr != end) {
    throw Expected("a whole number");
  }
  ++next_;
  return number;
}

std::string TokenReader::TakeString() {
  const Token& token = Peek();
  if (token.kind != TokenKind::kString ||
      (token.text.front() != '\'' && token.text.front() != '$')) {
    throw Expected("a string in single quotes");
  }
  ++next_;
  return token.text.front() == '$' ? DollarUnquoted(token.text) : Unquoted(token.text);
}

std::string_view TokenReader::TakeSource(const std::vector<std::string_view>& stop_words) {
  const size_t begin = Peek().offset;
  size_t end = begin;
  int depth = 0;
  while (!AtEnd() && !(depth == 0 && IsWordIn(Peek(), stop_words))) {
    depth += DepthStep(Peek());
    if (depth < 0) {
      break;
    }
    end = Peek().offset + Peek().text.size();
    ++next_;
  }
  if (end == begin) {
    throw Expected("an expression");
  }
  return std::string_view(script_.text()).substr(begin, end - begin);
}

std::string_view TokenReader::SourceFrom(size_t offset) const {
  const size_t end = next_ == 0 ? offset : tokens_[next_ - 1].end();
  return std::string_view(script_.text()).substr(offset, end - offset);
}

void TokenReader::TakeEnd() {
  if (!AtEnd()) {
    throw Expected("the end of the statement");
  }
}

Error TokenReader::Expected(std::string_view expected) const {
  const Token& token = Peek();
  const std::string found = AtEnd() ? "the statement ends" : fmt::format("found {}", token.text);
  Error error = Error(ErrorKind::kInvalidInput, "sql.syntax",
                      fmt::format("Expected {} here, but {}.", expected, found))
                    .At(script_.PlaceOf(token.offset, token.text.size()));
  return syntax_.empty() ? error : std::move(error).Hint(fmt::format("The syntax is: {}", syntax_));
}

}  // namespace laguna::engine
