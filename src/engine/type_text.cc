// SPDX-License-Identifier: Apache-2.0
#include "engine/type_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/script.h"
#include "engine/sql_text.h"

namespace laguna::engine {
namespace {

constexpr int kDepthMax = 100;
constexpr int64_t kCharactersMax = std::numeric_limits<int32_t>::max();

constexpr std::array<std::string_view, 4> kPaddedTexts{"CHAR", "CHARACTER", "BPCHAR", "NCHAR"};
constexpr std::array<std::string_view, 4> kTexts{"VARCHAR", "NVARCHAR", "STRING", "TEXT"};

bool IsOneOf(const Token& token, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return token.Is(word); });
}

class TypeReader {
 public:
  explicit TypeReader(TokenReader& tokens) : tokens_(tokens) {}

  DeclaredType Take() {
    std::string sql = TakeAny();
    if (open_ends_ > 0) throw tokens_.Expected("a type, with as many > as <");
    return {std::move(sql), std::move(parts_)};
  }

 private:
  std::string TakeAny() {
    if (++depth_ > kDepthMax) throw tokens_.Expected("fewer types inside each other");
    const size_t begin = parts_.size();
    std::string type = TakeWithoutBrackets();
    while (open_ends_ == 0 && tokens_.AcceptOperator("[")) {
      type += '[';
      if (!tokens_.AcceptOperator("]")) {
        type += std::to_string(tokens_.TakeInteger());
        if (!tokens_.AcceptOperator("]")) throw tokens_.Expected("]");
      }
      type += ']';
      PutBelow(begin, "element");
    }
    --depth_;
    return type;
  }

  std::string TakeWithoutBrackets() {
    if (tokens_.Accept("ARRAY")) return TakeArray();
    if (tokens_.Accept("MAP")) return TakeMap();
    if (tokens_.Accept("STRUCT") || tokens_.Accept("ROW")) return TakeStruct();
    return TakePlain();
  }

  std::string TakeArray() {
    TakeOpen("<");
    const std::string element = TakeBelow("element");
    TakeClose(">");
    return element + "[]";
  }

  std::string TakeMap() {
    const bool spark = tokens_.AcceptOperator("<");
    if (!spark) TakeOpen("(");
    const std::string key = TakeBelow("key");
    TakeOpen(",");
    const std::string value = TakeBelow("value");
    TakeClose(spark ? ">" : ")");
    return fmt::format("MAP({}, {})", key, value);
  }

  std::string TakeStruct() {
    const bool spark = tokens_.AcceptOperator("<");
    if (!spark) TakeOpen("(");
    std::string fields;
    do {
      const std::string name = tokens_.TakeIdentifier();
      if (spark) tokens_.AcceptOperator(":");
      const std::string type = TakeBelow(name);
      fields += fmt::format("{}{} {}", fields.empty() ? "" : ", ", QuotedName(name), type);
      if (open_ends_ == 0) TakeFieldClauses(name);
    } while (open_ends_ == 0 && tokens_.AcceptOperator(","));
    TakeClose(spark ? ">" : ")");
    return fmt::format("STRUCT({})", fields);
  }

  // NOT NULL, COMMENT 'text'.
  void TakeFieldClauses(const std::string& name) {
    DeclaredPart part{.path = {name}};
    while (true) {
      if (tokens_.Accept("NOT")) {
        tokens_.Take("NULL");
        part.required = true;
      } else if (tokens_.Accept("COMMENT")) {
        part.comment = tokens_.TakeString();
      } else {
        break;
      }
    }
    if (part.required || part.comment) parts_.push_back(std::move(part));
  }

  // INTEGER, DECIMAL(10, 2), DOUBLE PRECISION, TIMESTAMP WITH TIME ZONE, a type's quoted name.
  std::string TakePlain() {
    const Token first = tokens_.Peek();
    const bool is_quoted = first.kind == TokenKind::kQuotedIdentifier;
    if (!is_quoted && first.kind != TokenKind::kWord) throw tokens_.Expected("a type");
    const bool is_time = first.Is("TIMESTAMP") || first.Is("TIME");
    std::string type = tokens_.TakeIdentifier();
    if (is_quoted) type = QuotedName(type);
    if (tokens_.Accept("PRECISION")) type += " PRECISION";
    const bool varies = tokens_.Accept("VARYING");
    if (varies) type += " VARYING";
    if (tokens_.AcceptOperator("(")) {
      type +=
          IsTextType(first) ? TakeLength(IsOneOf(first, kPaddedTexts) && !varies) : TakeNumbers();
    }
    for (const char* word : {"WITH", "WITHOUT"}) {
      if (!is_time || !tokens_.Accept(word)) continue;
      tokens_.Take("TIME");
      tokens_.Take("ZONE");
      type += fmt::format(" {} TIME ZONE", word);
    }
    return type;
  }

  std::string TakeLength(bool pads) {
    const base::Error bad =
        tokens_.Expected(fmt::format("a length from 1 to {} characters", kCharactersMax));
    const int64_t characters = tokens_.TakeInteger();
    if (characters < 1 || characters > kCharactersMax) throw bad;
    if (!tokens_.AcceptOperator(")")) throw tokens_.Expected(")");
    parts_.push_back({.length = DeclaredLength{characters, pads}});
    return fmt::format("({})", characters);
  }

  std::string TakeNumbers() {
    std::string numbers;
    do {
      numbers += (numbers.empty() ? "" : ", ") + std::to_string(tokens_.TakeInteger());
    } while (tokens_.AcceptOperator(","));
    if (!tokens_.AcceptOperator(")")) throw tokens_.Expected(")");
    return "(" + numbers + ")";
  }

  std::string TakeBelow(const std::string& name) {
    const size_t begin = parts_.size();
    std::string type = TakeAny();
    PutBelow(begin, name);
    return type;
  }

  // The parts from `begin` on are inside what `name` leads to.
  void PutBelow(size_t begin, const std::string& name) {
    for (size_t i = begin; i < parts_.size(); ++i) {
      parts_[i].path.insert(parts_[i].path.begin(), name);
    }
  }

  void TakeOpen(const char* text) {
    if (!tokens_.AcceptOperator(text)) throw tokens_.Expected(text);
  }

  // The lexer cuts >> and >>> as one.
  void TakeClose(const std::string& text) {
    if (text != ">") return TakeOpen(text.c_str());
    if (open_ends_ > 0) {
      --open_ends_;
      return;
    }
    for (const int count : {1, 2, 3, 4, 5, 6, 7, 8}) {
      if (!tokens_.AcceptOperator(std::string(static_cast<size_t>(count), '>'))) continue;
      open_ends_ = count - 1;
      return;
    }
    throw tokens_.Expected(">");
  }

  TokenReader& tokens_;
  std::vector<DeclaredPart> parts_;
  int depth_ = 0;
  // How many > of a longer token are still to be used.
  int open_ends_ = 0;
};

}  // namespace

DeclaredType TakeType(TokenReader& tokens) {
  return TypeReader(tokens).Take();
}

DeclaredType ReadType(const std::string& text) {
  const Script script(text, "<type>");
  std::vector<Token> given;
  for (const ScriptStatement& statement : script.statements()) {
    script.CheckText(statement);
    std::ranges::copy(statement.tokens, std::back_inserter(given));
  }
  TokenReader tokens(script, std::move(given), "");
  DeclaredType type = TakeType(tokens);
  tokens.TakeEnd();
  return type;
}

bool IsTextType(const Token& token) {
  return IsOneOf(token, kTexts) || IsOneOf(token, kPaddedTexts);
}

}  // namespace laguna::engine
