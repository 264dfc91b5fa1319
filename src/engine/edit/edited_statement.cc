// SPDX-License-Identifier: Apache-2.0
#include "engine/edit/edited_statement.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace laguna::engine {
namespace {

void BlankRange(std::string& text, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    if (text[i] != '\n' && text[i] != '\r') {
      text[i] = ' ';
    }
  }
}

}  // namespace

EditedStatement::EditedStatement(const Script& script, const ScriptStatement& statement)
    : script_(script),
      offset_(statement.offset),
      text_(statement.text),
      tokens_(statement.tokens),
      end_{TokenKind::kEnd, {}, statement.offset + statement.text.size()} {
  options.source = std::string(statement.text);
  size_t gap = 0;
  for (const Token& token : tokens_) {
    BlankRange(text_, gap, token.offset - offset_);
    gap = token.end() - offset_;
  }
}

const Token& EditedStatement::operator[](size_t index) const {
  return index < tokens_.size() ? tokens_[index] : end_;
}

size_t EditedStatement::OffsetOf(size_t index) const {
  return (*this)[index].offset - offset_;
}

std::string EditedStatement::TextOf(size_t first, size_t last) const {
  LAGUNA_ASSERT(first < last && last <= tokens_.size());
  const size_t begin = OffsetOf(first);
  return text_.substr(begin, tokens_[last - 1].end() - offset_ - begin);
}

bool EditedStatement::Comes(size_t index, const std::vector<std::string_view>& words) const {
  for (size_t i = 0; i < words.size(); ++i) {
    if (!(*this)[index + i].Is(words[i])) {
      return false;
    }
  }
  return true;
}

size_t EditedStatement::ClosingOf(size_t open) const {
  int depth = 0;
  for (size_t i = open; i < tokens_.size(); ++i) {
    depth += tokens_[i].IsOperator("(") ? 1 : 0;
    depth -= tokens_[i].IsOperator(")") ? 1 : 0;
    if (depth == 0) {
      return i;
    }
  }
  return tokens_.size();
}

std::string EditedStatement::Unquoted(size_t index) const {
  TokenReader reader(script_, {(*this)[index]}, "");
  return (*this)[index].kind == TokenKind::kString ? reader.TakeString() : reader.TakeIdentifier();
}

TokenReader EditedStatement::ReaderFrom(size_t index, std::string_view syntax) const {
  const auto first = static_cast<long>(std::min(index, tokens_.size()));
  std::vector<Token> rest(tokens_.begin() + first, tokens_.end());
  rest.push_back(end_);
  return {script_, std::move(rest), syntax};
}

size_t EditedStatement::IndexOf(const TokenReader& reader) const {
  const auto at = std::ranges::lower_bound(tokens_, reader.Peek().offset, {}, &Token::offset);
  return static_cast<size_t>(at - tokens_.begin());
}

void EditedStatement::Blank(size_t first, size_t last) {
  LAGUNA_ASSERT(first <= last && last <= tokens_.size());
  if (first == last) {
    return;
  }
  BlankRange(text_, OffsetOf(first), tokens_[last - 1].end() - offset_);
  tokens_.erase(tokens_.begin() + static_cast<long>(first),
                tokens_.begin() + static_cast<long>(last));
}

void EditedStatement::Overwrite(size_t index, std::string_view text) {
  LAGUNA_ASSERT(index < tokens_.size());
  const size_t begin = OffsetOf(index);
  const size_t length = tokens_[index].text.size();
  LAGUNA_ASSERT(text.size() <= length);
  text_.replace(begin, text.size(), text);
  BlankRange(text_, begin + text.size(), begin + length);
}

base::Error EditedStatement::ErrorAt(size_t index, std::string sentence) const {
  const Token& token = (*this)[index];
  return base::Error(base::ErrorKind::kInvalidInput, "sql.syntax", std::move(sentence))
      .At(script_.PlaceOf(token.offset, token.text.size()));
}

}  // namespace laguna::engine
