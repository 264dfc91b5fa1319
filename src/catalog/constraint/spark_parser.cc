// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/spark_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/constraint/spark_tokens.h"
#include "catalog/constraint/spark_type.h"

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

class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(text) {}

  SparkExpression Expression() {
    SparkExpression expression = Or();
    tokens_.TakeEnd();
    return expression;
  }

 private:
  SparkExpression Or() {
    SparkExpression left = And();
    while (tokens_.Accept("OR")) left = Binary("OR", std::move(left), And());
    return left;
  }

  SparkExpression And() {
    SparkExpression left = Not();
    while (tokens_.Accept("AND")) left = Binary("AND", std::move(left), Not());
    return left;
  }

  SparkExpression Not() {
    const SparkTokens::Level level(tokens_);
    if (!tokens_.Accept("NOT") && !tokens_.AcceptOperator("!")) return Predicate();
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
    if (tokens_.Peek().Is("IS")) return true;
    const SparkToken& token = tokens_.Peek().Is("NOT") ? tokens_.Peek(1) : tokens_.Peek();
    static constexpr std::array<std::string_view, 6> kWords{"IN",    "BETWEEN", "LIKE",
                                                            "ILIKE", "REGEXP",  "RLIKE"};
    return std::any_of(kWords.begin(), kWords.end(),
                       [&](std::string_view word) { return token.Is(word); });
  }

  SparkExpression PredicateOf(SparkExpression subject) {
    if (tokens_.Accept("IS")) return Is(std::move(subject));
    const bool negated = tokens_.Accept("NOT");
    SparkExpression predicate;
    predicate.parts.push_back(std::move(subject));
    predicate.negated = negated;
    if (tokens_.Accept("IN")) {
      predicate.node = SparkNode::kIn;
      if (tokens_.Peek(1).Is("SELECT") || tokens_.Peek(1).Is("WITH"))
        throw SparkUnsupported("a sub-query");
      tokens_.TakeOperator("(");
      Arguments(predicate.parts);
    } else if (tokens_.Accept("BETWEEN")) {
      predicate.node = SparkNode::kBetween;
      predicate.parts.push_back(Value(0));
      tokens_.Take("AND");
      predicate.parts.push_back(Value(0));
    } else if (tokens_.Accept("LIKE")) {
      Like(predicate);
    } else if (tokens_.Accept("ILIKE")) {
      throw SparkUnsupported("ILIKE");
    } else {
      tokens_.Skip();
      predicate.node = SparkNode::kRlike;
      predicate.parts.push_back(Value(0));
    }
    return predicate;
  }

  void Like(SparkExpression& predicate) {
    const bool quantified =
        tokens_.Peek().Is("ANY") || tokens_.Peek().Is("ALL") || tokens_.Peek().Is("SOME");
    if (quantified) throw SparkUnsupported("LIKE " + tokens_.Peek().text);
    predicate.node = SparkNode::kLike;
    predicate.escape = "\\";
    predicate.parts.push_back(Value(0));
    if (!tokens_.Accept("ESCAPE")) return;
    if (tokens_.Peek().kind != SparkTokenKind::kString || tokens_.Peek().text.size() != 1) {
      throw tokens_.Expected("one character as text after ESCAPE");
    }
    predicate.escape = tokens_.Peek().text;
    tokens_.Skip();
  }

  SparkExpression Is(SparkExpression subject) {
    const bool negated = tokens_.Accept("NOT");
    if (tokens_.Accept("DISTINCT")) {
      tokens_.Take("FROM");
      SparkExpression same = Binary("<=>", std::move(subject), Value(0));
      if (negated) return same;
      std::vector<SparkExpression> parts;
      parts.push_back(std::move(same));
      return Node(SparkNode::kUnary, "NOT", std::move(parts));
    }
    for (const char* word : {"NULL", "TRUE", "FALSE", "UNKNOWN"}) {
      if (!tokens_.Accept(word)) continue;
      std::vector<SparkExpression> parts;
      parts.push_back(std::move(subject));
      SparkExpression is = Node(SparkNode::kIs, word, std::move(parts));
      is.negated = negated;
      return is;
    }
    throw tokens_.Expected("NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM");
  }

  // The operator of that level that comes next; empty: none.
  std::string AcceptLevel(size_t level) {
    for (const std::string_view op : kLevels[level]) {
      if (op.empty()) break;
      if (op == "DIV" ? tokens_.Accept("DIV") : tokens_.AcceptOperator(op)) return std::string(op);
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
      if (tokens_.Peek().IsOperator(op)) throw SparkUnsupported(fmt::format("the operator {}", op));
    }
  }

  SparkExpression Sign() {
    const SparkTokens::Level level(tokens_);
    for (const char* op : {"-", "+", "~"}) {
      if (!tokens_.AcceptOperator(op)) continue;
      std::vector<SparkExpression> parts;
      parts.push_back(Sign());
      return Node(SparkNode::kUnary, op, std::move(parts));
    }
    return Postfix(Primary());
  }

  SparkExpression Postfix(SparkExpression subject) {
    for (;;) {
      std::vector<SparkExpression> parts;
      if (tokens_.AcceptOperator(".")) {
        parts.push_back(std::move(subject));
        subject = Node(SparkNode::kField, Name(), std::move(parts));
      } else if (tokens_.AcceptOperator("[")) {
        parts.push_back(std::move(subject));
        parts.push_back(Value(0));
        tokens_.TakeOperator("]");
        subject = Node(SparkNode::kItem, "", std::move(parts));
      } else if (tokens_.AcceptOperator("::")) {
        parts.push_back(std::move(subject));
        subject = Node(SparkNode::kCast, "", std::move(parts));
        subject.type = TakeSparkType(tokens_);
      } else {
        return subject;
      }
    }
  }

  std::string Name() {
    const SparkToken& token = tokens_.Peek();
    if (token.kind != SparkTokenKind::kWord && token.kind != SparkTokenKind::kName) {
      throw tokens_.Expected("a name");
    }
    tokens_.Skip();
    return token.text;
  }

  SparkExpression Primary() {
    const SparkToken& token = tokens_.Peek();
    switch (token.kind) {
      case SparkTokenKind::kNumber:
        tokens_.Skip();
        return Node(SparkNode::kNumber, token.text);
      case SparkTokenKind::kString:
        return Strings();
      case SparkTokenKind::kName:
        tokens_.Skip();
        return Node(SparkNode::kColumn, token.text);
      case SparkTokenKind::kWord:
        return Word();
      default:
        break;
    }
    if (!tokens_.AcceptOperator("(")) throw tokens_.Expected("a value");
    if (tokens_.Peek().Is("SELECT") || tokens_.Peek().Is("WITH"))
      throw SparkUnsupported("a sub-query");
    SparkExpression inner = Or();
    tokens_.TakeOperator(")");
    return inner;
  }

  // Texts side by side are one.
  SparkExpression Strings() {
    std::string content;
    while (tokens_.Peek().kind == SparkTokenKind::kString) {
      content += tokens_.Peek().text;
      tokens_.Skip();
    }
    return Node(SparkNode::kString, std::move(content));
  }

  SparkExpression Word() {
    if (tokens_.Accept("NULL")) return Node(SparkNode::kNull, "");
    if (tokens_.Accept("TRUE")) return Node(SparkNode::kBoolean, "true");
    if (tokens_.Accept("FALSE")) return Node(SparkNode::kBoolean, "false");
    if (tokens_.Accept("CASE")) return Case();
    if (tokens_.Peek(1).kind == SparkTokenKind::kString) return TypedLiteral();
    if (tokens_.Peek().Is("INTERVAL")) throw SparkUnsupported("INTERVAL");
    if (tokens_.Peek().Is("EXISTS")) throw SparkUnsupported("EXISTS");
    for (const char* name : {"CURRENT_DATE", "CURRENT_TIMESTAMP"}) {
      const bool bare = tokens_.Peek().Is(name) && !tokens_.Peek(1).IsOperator("(");
      if (bare && tokens_.Accept(name)) return Node(SparkNode::kFunction, Lower(name));
    }
    if (tokens_.Peek(1).IsOperator("(")) return Function();
    if (IsSparkKeyword(tokens_.Peek().text)) throw tokens_.Expected("a value");
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
      if (!tokens_.Accept(word)) continue;
      SparkExpression literal = Node(SparkNode::kTyped, tokens_.Peek().text);
      literal.type = type;
      tokens_.Skip();
      return literal;
    }
    throw SparkUnsupported(fmt::format("{} before a text", tokens_.Peek().text));
  }

  SparkExpression Case() {
    SparkExpression result = Node(SparkNode::kCase, "");
    if (!tokens_.Peek().Is("WHEN")) {
      result.node = SparkNode::kSwitch;
      result.parts.push_back(Or());
    }
    do {
      tokens_.Take("WHEN");
      result.parts.push_back(Or());
      tokens_.Take("THEN");
      result.parts.push_back(Or());
    } while (tokens_.Peek().Is("WHEN"));
    if (tokens_.Accept("ELSE")) {
      result.has_else = true;
      result.parts.push_back(Or());
    }
    tokens_.Take("END");
    return result;
  }

  // Up to the closing bracket, which it takes.
  void Arguments(std::vector<SparkExpression>& arguments) {
    if (tokens_.AcceptOperator(")")) return;
    do {
      if (tokens_.Peek().Is("DISTINCT")) throw SparkUnsupported("DISTINCT");
      if (tokens_.Peek().IsOperator("*")) throw SparkUnsupported("the star as an argument");
      arguments.push_back(Or());
    } while (tokens_.AcceptOperator(","));
    tokens_.TakeOperator(")");
  }

  SparkExpression Function() {
    const std::string name = Lower(Name());
    tokens_.TakeOperator("(");
    if (name == "cast") return Cast();
    if (name == "extract") return Extract();
    if (name == "trim") return Trim();
    SparkExpression call = Node(SparkNode::kFunction, name);
    if (name == "position") {
      call.parts.push_back(Value(0));
      if (!tokens_.Accept("IN")) tokens_.TakeOperator(",");
    } else if (name == "substring" || name == "substr") {
      call.parts.push_back(Or());
      if (tokens_.Accept("FROM")) {
        call.parts.push_back(Or());
        if (tokens_.Accept("FOR")) call.parts.push_back(Or());
        tokens_.TakeOperator(")");
        return call;
      }
      if (!tokens_.AcceptOperator(",")) throw tokens_.Expected("','");
    }
    Arguments(call.parts);
    return call;
  }

  SparkExpression Cast() {
    std::vector<SparkExpression> parts;
    parts.push_back(Or());
    tokens_.Take("AS");
    SparkExpression cast = Node(SparkNode::kCast, "", std::move(parts));
    cast.type = TakeSparkType(tokens_);
    tokens_.TakeOperator(")");
    return cast;
  }

  // EXTRACT(YEAR FROM x) is year(x).
  SparkExpression Extract() {
    std::string field = Lower(Name());
    tokens_.Take("FROM");
    std::vector<SparkExpression> parts;
    parts.push_back(Or());
    tokens_.TakeOperator(")");
    static constexpr std::array<std::string_view, 6> kFields{"year", "quarter", "month",
                                                             "day",  "hour",    "minute"};
    if (std::find(kFields.begin(), kFields.end(), field) == kFields.end()) {
      throw SparkUnsupported(fmt::format("EXTRACT({} FROM ...)", field));
    }
    return Node(SparkNode::kFunction, std::move(field), std::move(parts));
  }

  // TRIM(BOTH x FROM y) is btrim(y, x).
  SparkExpression Trim() {
    if (tokens_.Peek().Is("LEADING") || tokens_.Peek().Is("TRAILING")) {
      throw SparkUnsupported(fmt::format("TRIM({} ...)", tokens_.Peek().text));
    }
    const bool both = tokens_.Accept("BOTH");
    std::vector<SparkExpression> parts;
    if (!both || !tokens_.Peek().Is("FROM")) parts.push_back(Or());
    if (tokens_.Accept("FROM")) {
      parts.insert(parts.begin(), Or());
    } else if (both) {
      throw tokens_.Expected("FROM");
    }
    tokens_.TakeOperator(")");
    std::string name = parts.size() == 1 ? "trim" : "btrim";
    return Node(SparkNode::kFunction, std::move(name), std::move(parts));
  }

  SparkTokens tokens_;
};

void CheckLength(std::string_view text) {
  if (text.size() <= kSparkTextBytesMax) return;
  throw Error(ErrorKind::kUnsupported, "constraint.unsupported",
              fmt::format("The expression has {} bytes; Laguna evaluates up to {}.", text.size(),
                          kSparkTextBytesMax));
}

// Level by level.
void CheckHeight(const SparkExpression& expression) {
  std::vector<const SparkExpression*> level{&expression};
  for (size_t height = 1; !level.empty(); ++height) {
    if (height > kSparkHeightMax) {
      throw SparkUnsupported(
          fmt::format("an expression of more than {} operators in a row", kSparkHeightMax));
    }
    std::vector<const SparkExpression*> below;
    for (const SparkExpression* each : level) {
      for (const SparkExpression& part : each->parts) below.push_back(&part);
    }
    level = std::move(below);
  }
}

}  // namespace

Error SparkUnsupported(const std::string& what) {
  return Error(ErrorKind::kUnsupported, "constraint.unsupported",
               fmt::format("Laguna does not evaluate {} as Spark does.", what));
}

SparkExpression ParseSparkExpression(std::string_view text) {
  CheckLength(text);
  SparkExpression expression = Parser(text).Expression();
  CheckHeight(expression);
  return expression;
}

delta::DataType ParseSparkType(std::string_view text) {
  CheckLength(text);
  SparkTokens tokens(text);
  delta::DataType type = TakeSparkType(tokens);
  tokens.TakeEnd();
  return type;
}

}  // namespace laguna::catalog
