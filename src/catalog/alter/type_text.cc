// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/type_text.h"

#include <fmt/format.h>

#include <vector>

#include "engine/sql_text.h"

namespace laguna::catalog {
namespace {

constexpr int kDepthMax = 100;

class TypeReader {
 public:
  explicit TypeReader(engine::TokenReader& tokens) : tokens_(tokens) {}

  std::string Take() {
    std::string type = TakeAny();
    if (open_ends_ > 0) throw tokens_.Expected("a type, with as many > as <");
    return type;
  }

 private:
  std::string TakeAny() {
    if (++depth_ > kDepthMax) throw tokens_.Expected("fewer types inside each other");
    std::string type = TakeWithoutBrackets();
    while (open_ends_ == 0 && tokens_.AcceptOperator("[")) {
      type += '[';
      if (!tokens_.AcceptOperator("]")) {
        type += std::to_string(tokens_.TakeInteger());
        if (!tokens_.AcceptOperator("]")) throw tokens_.Expected("]");
      }
      type += ']';
    }
    --depth_;
    return type;
  }

  std::string TakeWithoutBrackets() {
    if (tokens_.Accept("ARRAY")) return TakeArray();
    if (tokens_.Accept("MAP")) return TakeMap();
    if (tokens_.Accept("STRUCT")) return TakeStruct();
    return TakePlain();
  }

  std::string TakeArray() {
    TakeOpen("<");
    const std::string element = TakeAny();
    TakeClose(">");
    return element + "[]";
  }

  std::string TakeMap() {
    const bool spark = tokens_.AcceptOperator("<");
    if (!spark) TakeOpen("(");
    const std::string key = TakeAny();
    TakeOpen(",");
    const std::string value = TakeAny();
    TakeClose(spark ? ">" : ")");
    return fmt::format("MAP({}, {})", key, value);
  }

  std::string TakeStruct() {
    const bool spark = tokens_.AcceptOperator("<");
    if (!spark) TakeOpen("(");
    std::string fields;
    do {
      const std::string name = engine::QuotedName(tokens_.TakeIdentifier());
      if (spark) tokens_.AcceptOperator(":");
      fields += fmt::format("{}{} {}", fields.empty() ? "" : ", ", name, TakeAny());
    } while (open_ends_ == 0 && tokens_.AcceptOperator(","));
    TakeClose(spark ? ">" : ")");
    return fmt::format("STRUCT({})", fields);
  }

  // INTEGER, DECIMAL(10, 2), DOUBLE PRECISION, TIMESTAMP WITH TIME ZONE, a type's quoted name.
  std::string TakePlain() {
    const bool is_quoted = tokens_.Peek().kind == engine::TokenKind::kQuotedIdentifier;
    const bool is_word = tokens_.Peek().kind == engine::TokenKind::kWord;
    if (!is_quoted && !is_word) throw tokens_.Expected("a type");
    const bool is_time = tokens_.Peek().Is("TIMESTAMP") || tokens_.Peek().Is("TIME");
    std::string type = tokens_.TakeIdentifier();
    if (is_quoted) type = engine::QuotedName(type);
    if (tokens_.Accept("PRECISION")) type += " PRECISION";
    if (tokens_.Accept("VARYING")) type += " VARYING";
    if (tokens_.AcceptOperator("(")) type += TakeNumbers();
    for (const char* word : {"WITH", "WITHOUT"}) {
      if (!is_time || !tokens_.Accept(word)) continue;
      tokens_.Take("TIME");
      tokens_.Take("ZONE");
      type += fmt::format(" {} TIME ZONE", word);
    }
    return type;
  }

  std::string TakeNumbers() {
    std::string numbers;
    do {
      numbers += (numbers.empty() ? "" : ", ") + std::to_string(tokens_.TakeInteger());
    } while (tokens_.AcceptOperator(","));
    if (!tokens_.AcceptOperator(")")) throw tokens_.Expected(")");
    return "(" + numbers + ")";
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

  engine::TokenReader& tokens_;
  int depth_ = 0;
  // How many > of a longer token are still to be used.
  int open_ends_ = 0;
};

}  // namespace

std::string TakeType(engine::TokenReader& tokens) {
  return TypeReader(tokens).Take();
}

}  // namespace laguna::catalog
