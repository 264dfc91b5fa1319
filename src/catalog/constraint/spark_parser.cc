// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/spark_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/error.h"
#include "catalog/constraint/spark_lexer.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

SparkExpression Node(SparkNode node, std::string text, std::vector<SparkExpression> parts = {}) {
  SparkExpression expression;
  expression.node = node;
  expression.text = std::move(text);
  expression.parts = std::move(parts);
  return expression;
}

SparkExpression Binary(std::string op, SparkExpression left, SparkExpression right) {
  std::vector<SparkExpression> parts;
  parts.push_back(std::move(left));
  parts.push_back(std::move(right));
  return Node(SparkNode::kBinary, std::move(op), std::move(parts));
}

// Binary operators of a value, from loose to tight; all group to the left.
constexpr std::array<std::array<std::string_view, 9>, 6> kLevels{{
    {"=", "==", "<=>", "<>", "!=", "<", "<=", ">", ">="},
    {"|"},
    {"^"},
    {"&"},
    {"+", "-", "||"},
    {"*", "/", "%", "DIV"},
}};

constexpr std::array<std::pair<std::string_view, delta::Primitive>, 21> kTypeNames{{
    {"BOOLEAN", delta::Primitive::kBoolean},
    {"TINYINT", delta::Primitive::kByte},
    {"BYTE", delta::Primitive::kByte},
    {"SMALLINT", delta::Primitive::kShort},
    {"SHORT", delta::Primitive::kShort},
    {"INT", delta::Primitive::kInteger},
    {"INTEGER", delta::Primitive::kInteger},
    {"BIGINT", delta::Primitive::kLong},
    {"LONG", delta::Primitive::kLong},
    {"FLOAT", delta::Primitive::kFloat},
    {"REAL", delta::Primitive::kFloat},
    {"DOUBLE", delta::Primitive::kDouble},
    {"STRING", delta::Primitive::kString},
    {"BINARY", delta::Primitive::kBinary},
    {"DATE", delta::Primitive::kDate},
    {"TIMESTAMP", delta::Primitive::kTimestamp},
    {"TIMESTAMP_LTZ", delta::Primitive::kTimestamp},
    {"TIMESTAMP_NTZ", delta::Primitive::kTimestampNtz},
    {"VARIANT", delta::Primitive::kVariant},
    {"VOID", delta::Primitive::kVoid},
    {"NULL", delta::Primitive::kVoid},
}};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), tokens_(LexSpark(text)) {
    if (tokens_.size() <= kSparkTokensMax) return;
    throw Error(ErrorKind::kUnsupported, "constraint.unsupported",
                fmt::format("The expression has {} words and signs; Laguna evaluates up to {}.",
                            tokens_.size(), kSparkTokensMax));
  }

  SparkExpression Expression() {
    SparkExpression expression = Or();
    End();
    return expression;
  }

  delta::DataType WholeType() {
    delta::DataType type = Type();
    End();
    return type;
  }

 private:
  // Bounds the recursion of one path through the grammar.
  class Depth {
   public:
    explicit Depth(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ <= kSparkDepthMax) return;
      throw Error(
          ErrorKind::kUnsupported, "constraint.unsupported",
          fmt::format("The expression is nested more than {} levels deep.", kSparkDepthMax));
    }
    ~Depth() { --parser_.depth_; }

   private:
    Parser& parser_;
  };

  [[nodiscard]] const SparkToken& Peek(size_t ahead = 0) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
  }
  bool Accept(std::string_view keyword) {
    if (!Peek().Is(keyword)) return false;
    ++next_;
    return true;
  }
  bool AcceptOperator(std::string_view op) {
    if (!Peek().IsOperator(op)) return false;
    ++next_;
    return true;
  }
  void Take(std::string_view keyword) {
    if (!Accept(keyword)) throw Expected(std::string(keyword));
  }
  void TakeOperator(std::string_view op) {
    if (!AcceptOperator(op)) throw Expected(fmt::format("'{}'", op));
  }
  [[nodiscard]] Error Expected(const std::string& what) const {
    return SparkSyntaxError(text_, Peek().offset, fmt::format("Expected {}.", what));
  }
  void End() {
    if (Peek().kind != SparkTokenKind::kEnd) throw Expected("the end of the expression");
  }

  SparkExpression Or() {
    SparkExpression left = And();
    while (Accept("OR")) left = Binary("OR", std::move(left), And());
    return left;
  }

  SparkExpression And() {
    SparkExpression left = Not();
    while (Accept("AND")) left = Binary("AND", std::move(left), Not());
    return left;
  }

  SparkExpression Not() {
    const Depth depth(*this);
    if (!Accept("NOT") && !AcceptOperator("!")) return Predicate();
    std::vector<SparkExpression> parts;
    parts.push_back(Not());
    return Node(SparkNode::kUnary, "NOT", std::move(parts));
  }

  SparkExpression Predicate() {
    SparkExpression subject = Value(0);
    while (IsPredicateNext()) subject = PredicateOf(std::move(subject));
    return subject;
  }

  [[nodiscard]] bool IsPredicateNext() const {
    if (Peek().Is("IS")) return true;
    const SparkToken& token = Peek().Is("NOT") ? Peek(1) : Peek();
    static constexpr std::array<std::string_view, 6> kWords{"IN",    "BETWEEN", "LIKE",
                                                            "ILIKE", "REGEXP",  "RLIKE"};
    return std::any_of(kWords.begin(), kWords.end(),
                       [&](std::string_view word) { return token.Is(word); });
  }

  SparkExpression PredicateOf(SparkExpression subject) {
    if (Accept("IS")) return Is(std::move(subject));
    const bool negated = Accept("NOT");
    SparkExpression predicate;
    predicate.parts.push_back(std::move(subject));
    predicate.negated = negated;
    if (Accept("IN")) {
      predicate.node = SparkNode::kIn;
      if (Peek(1).Is("SELECT") || Peek(1).Is("WITH")) throw SparkUnsupported("a sub-query");
      TakeOperator("(");
      Arguments(predicate.parts);
    } else if (Accept("BETWEEN")) {
      predicate.node = SparkNode::kBetween;
      predicate.parts.push_back(Value(0));
      Take("AND");
      predicate.parts.push_back(Value(0));
    } else if (Accept("LIKE")) {
      Like(predicate);
    } else if (Accept("ILIKE")) {
      throw SparkUnsupported("ILIKE");
    } else {
      ++next_;
      predicate.node = SparkNode::kRlike;
      predicate.parts.push_back(Value(0));
    }
    return predicate;
  }

  void Like(SparkExpression& predicate) {
    const bool quantified = Peek().Is("ANY") || Peek().Is("ALL") || Peek().Is("SOME");
    if (quantified) throw SparkUnsupported("LIKE " + Peek().text);
    predicate.node = SparkNode::kLike;
    predicate.escape = "\\";
    predicate.parts.push_back(Value(0));
    if (!Accept("ESCAPE")) return;
    if (Peek().kind != SparkTokenKind::kString || Peek().text.size() != 1) {
      throw Expected("one character as text after ESCAPE");
    }
    predicate.escape = Peek().text;
    ++next_;
  }

  SparkExpression Is(SparkExpression subject) {
    const bool negated = Accept("NOT");
    if (Accept("DISTINCT")) {
      Take("FROM");
      SparkExpression same = Binary("<=>", std::move(subject), Value(0));
      if (negated) return same;
      std::vector<SparkExpression> parts;
      parts.push_back(std::move(same));
      return Node(SparkNode::kUnary, "NOT", std::move(parts));
    }
    for (const char* word : {"NULL", "TRUE", "FALSE", "UNKNOWN"}) {
      if (!Accept(word)) continue;
      std::vector<SparkExpression> parts;
      parts.push_back(std::move(subject));
      SparkExpression is = Node(SparkNode::kIs, word, std::move(parts));
      is.negated = negated;
      return is;
    }
    throw Expected("NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM");
  }

  // The operator of that level that comes next; empty: none.
  std::string AcceptLevel(size_t level) {
    for (const std::string_view op : kLevels[level]) {
      if (op.empty()) break;
      if (op == "DIV" ? Accept("DIV") : AcceptOperator(op)) return std::string(op);
    }
    return "";
  }

  SparkExpression Value(size_t level) {
    if (level == kLevels.size()) return Sign();
    SparkExpression left = Value(level + 1);
    for (;;) {
      RefuseShift();
      std::string op = AcceptLevel(level);
      if (op.empty()) return left;
      if (op == "==") op = "=";
      if (op == "!=") op = "<>";
      left = Binary(std::move(op), std::move(left), Value(level + 1));
    }
  }

  void RefuseShift() const {
    for (const char* op : {"<<", ">>", ">>>", "->"}) {
      if (Peek().IsOperator(op)) throw SparkUnsupported(fmt::format("the operator {}", op));
    }
  }

  SparkExpression Sign() {
    const Depth depth(*this);
    for (const char* op : {"-", "+", "~"}) {
      if (!AcceptOperator(op)) continue;
      std::vector<SparkExpression> parts;
      parts.push_back(Sign());
      return Node(SparkNode::kUnary, op, std::move(parts));
    }
    return Postfix(Primary());
  }

  SparkExpression Postfix(SparkExpression subject) {
    for (;;) {
      std::vector<SparkExpression> parts;
      if (AcceptOperator(".")) {
        parts.push_back(std::move(subject));
        subject = Node(SparkNode::kField, Name(), std::move(parts));
      } else if (AcceptOperator("[")) {
        parts.push_back(std::move(subject));
        parts.push_back(Value(0));
        TakeOperator("]");
        subject = Node(SparkNode::kItem, "", std::move(parts));
      } else if (AcceptOperator("::")) {
        parts.push_back(std::move(subject));
        subject = Node(SparkNode::kCast, "", std::move(parts));
        subject.type = Type();
      } else {
        return subject;
      }
    }
  }

  std::string Name() {
    const SparkToken& token = Peek();
    if (token.kind != SparkTokenKind::kWord && token.kind != SparkTokenKind::kName) {
      throw Expected("a name");
    }
    ++next_;
    return token.text;
  }

  SparkExpression Primary() {
    const SparkToken& token = Peek();
    switch (token.kind) {
      case SparkTokenKind::kNumber:
        ++next_;
        return Node(SparkNode::kNumber, token.text);
      case SparkTokenKind::kString:
        return Strings();
      case SparkTokenKind::kName:
        ++next_;
        return Node(SparkNode::kColumn, token.text);
      case SparkTokenKind::kWord:
        return Word();
      default:
        break;
    }
    if (!AcceptOperator("(")) throw Expected("a value");
    if (Peek().Is("SELECT") || Peek().Is("WITH")) throw SparkUnsupported("a sub-query");
    SparkExpression inner = Or();
    TakeOperator(")");
    return inner;
  }

  // Texts side by side are one.
  SparkExpression Strings() {
    std::string content;
    while (Peek().kind == SparkTokenKind::kString) {
      content += Peek().text;
      ++next_;
    }
    return Node(SparkNode::kString, std::move(content));
  }

  SparkExpression Word() {
    if (Accept("NULL")) return Node(SparkNode::kNull, "");
    if (Accept("TRUE")) return Node(SparkNode::kBoolean, "true");
    if (Accept("FALSE")) return Node(SparkNode::kBoolean, "false");
    if (Accept("CASE")) return Case();
    if (Peek(1).kind == SparkTokenKind::kString) return TypedLiteral();
    if (Peek().Is("INTERVAL")) throw SparkUnsupported("INTERVAL");
    if (Peek().Is("EXISTS")) throw SparkUnsupported("EXISTS");
    for (const char* name : {"CURRENT_DATE", "CURRENT_TIMESTAMP"}) {
      const bool bare = Peek().Is(name) && !Peek(1).IsOperator("(");
      if (bare && Accept(name)) return Node(SparkNode::kFunction, Lower(name));
    }
    if (Peek(1).IsOperator("(")) return Function();
    if (IsSparkKeyword(Peek().text)) throw Expected("a value");
    return Node(SparkNode::kColumn, Name());
  }

  SparkExpression TypedLiteral() {
    static constexpr std::array<std::pair<std::string_view, delta::Primitive>, 5> kPrefixes{{
        {"DATE", delta::Primitive::kDate},
        {"TIMESTAMP", delta::Primitive::kTimestamp},
        {"TIMESTAMP_LTZ", delta::Primitive::kTimestamp},
        {"TIMESTAMP_NTZ", delta::Primitive::kTimestampNtz},
        {"X", delta::Primitive::kBinary},
    }};
    for (const auto& [word, type] : kPrefixes) {
      if (!Accept(word)) continue;
      SparkExpression literal = Node(SparkNode::kTyped, Peek().text);
      literal.type = type;
      ++next_;
      return literal;
    }
    throw SparkUnsupported(fmt::format("{} before a text", Peek().text));
  }

  SparkExpression Case() {
    SparkExpression result = Node(SparkNode::kCase, "");
    if (!Peek().Is("WHEN")) {
      result.node = SparkNode::kSwitch;
      result.parts.push_back(Or());
    }
    do {
      Take("WHEN");
      result.parts.push_back(Or());
      Take("THEN");
      result.parts.push_back(Or());
    } while (Peek().Is("WHEN"));
    if (Accept("ELSE")) {
      result.has_else = true;
      result.parts.push_back(Or());
    }
    Take("END");
    return result;
  }

  // Up to the closing bracket, which it takes.
  void Arguments(std::vector<SparkExpression>& arguments) {
    if (AcceptOperator(")")) return;
    do {
      if (Peek().Is("DISTINCT")) throw SparkUnsupported("DISTINCT");
      if (Peek().IsOperator("*")) throw SparkUnsupported("the star as an argument");
      arguments.push_back(Or());
    } while (AcceptOperator(","));
    TakeOperator(")");
  }

  SparkExpression Function() {
    const std::string name = Lower(Name());
    TakeOperator("(");
    if (name == "cast") return Cast();
    if (name == "extract") return Extract();
    if (name == "trim") return Trim();
    SparkExpression call = Node(SparkNode::kFunction, name);
    if (name == "position") {
      call.parts.push_back(Value(0));
      if (!Accept("IN")) TakeOperator(",");
    } else if (name == "substring" || name == "substr") {
      call.parts.push_back(Or());
      if (Accept("FROM")) {
        call.parts.push_back(Or());
        if (Accept("FOR")) call.parts.push_back(Or());
        TakeOperator(")");
        return call;
      }
      if (!AcceptOperator(",")) throw Expected("','");
    }
    Arguments(call.parts);
    return call;
  }

  SparkExpression Cast() {
    std::vector<SparkExpression> parts;
    parts.push_back(Or());
    Take("AS");
    SparkExpression cast = Node(SparkNode::kCast, "", std::move(parts));
    cast.type = Type();
    TakeOperator(")");
    return cast;
  }

  // EXTRACT(YEAR FROM x) is year(x).
  SparkExpression Extract() {
    std::string field = Lower(Name());
    Take("FROM");
    std::vector<SparkExpression> parts;
    parts.push_back(Or());
    TakeOperator(")");
    static constexpr std::array<std::string_view, 6> kFields{"year", "quarter", "month",
                                                             "day",  "hour",    "minute"};
    if (std::find(kFields.begin(), kFields.end(), field) == kFields.end()) {
      throw SparkUnsupported(fmt::format("EXTRACT({} FROM ...)", field));
    }
    return Node(SparkNode::kFunction, std::move(field), std::move(parts));
  }

  // TRIM(BOTH x FROM y) is btrim(y, x).
  SparkExpression Trim() {
    if (Peek().Is("LEADING") || Peek().Is("TRAILING")) {
      throw SparkUnsupported(fmt::format("TRIM({} ...)", Peek().text));
    }
    const bool both = Accept("BOTH");
    std::vector<SparkExpression> parts;
    if (!both || !Peek().Is("FROM")) parts.push_back(Or());
    if (Accept("FROM")) {
      parts.insert(parts.begin(), Or());
    } else if (both) {
      throw Expected("FROM");
    }
    TakeOperator(")");
    std::string name = parts.size() == 1 ? "trim" : "btrim";
    return Node(SparkNode::kFunction, std::move(name), std::move(parts));
  }

  delta::DataType Type() {
    const Depth depth(*this);
    if (Peek().kind != SparkTokenKind::kWord) throw Expected("a type");
    if (Accept("DECIMAL") || Accept("DEC") || Accept("NUMERIC")) return DecimalType();
    if (Accept("ARRAY")) {
      TakeOperator("<");
      delta::DataType element = Type();
      CloseType();
      return delta::DataType(delta::ArrayType{std::move(element), true});
    }
    if (Accept("MAP")) {
      TakeOperator("<");
      delta::DataType key = Type();
      TakeOperator(",");
      delta::DataType value = Type();
      CloseType();
      return delta::DataType(delta::MapType{std::move(key), std::move(value), true});
    }
    for (const auto& [name, primitive] : kTypeNames) {
      if (Accept(name)) return primitive;
    }
    throw SparkUnsupported(fmt::format("the type {}", Peek().text));
  }

  // ">>" closes two types at once.
  void CloseType() {
    for (const char* op : {">>", ">>>"}) {
      if (!Peek().IsOperator(op)) continue;
      tokens_[next_].text.pop_back();
      return;
    }
    TakeOperator(">");
  }

  delta::DataType DecimalType() {
    delta::Decimal decimal;
    if (!AcceptOperator("(")) return decimal;
    decimal.precision = Digits();
    if (AcceptOperator(",")) decimal.scale = Digits();
    TakeOperator(")");
    if (decimal.precision < 1 || decimal.precision > 38 || decimal.scale > decimal.precision) {
      throw Expected("a DECIMAL of 1 to 38 digits");
    }
    return decimal;
  }

  int Digits() {
    const std::string& text = Peek().text;
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) throw Expected("a number");
    ++next_;
    return number;
  }

  std::string_view text_;
  std::vector<SparkToken> tokens_;
  size_t next_ = 0;
  int depth_ = 0;
};

void CheckLength(std::string_view text) {
  if (text.size() <= kSparkTextBytesMax) return;
  throw Error(ErrorKind::kUnsupported, "constraint.unsupported",
              fmt::format("The expression has {} bytes; Laguna evaluates up to {}.", text.size(),
                          kSparkTextBytesMax));
}

}  // namespace

Error SparkUnsupported(const std::string& what) {
  return Error(ErrorKind::kUnsupported, "constraint.unsupported",
               fmt::format("Laguna does not evaluate {} as Spark does.", what));
}

SparkExpression ParseSparkExpression(std::string_view text) {
  CheckLength(text);
  return Parser(text).Expression();
}

delta::DataType ParseSparkType(std::string_view text) {
  CheckLength(text);
  return Parser(text).WholeType();
}

}  // namespace laguna::catalog
