// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/spark_tokens.h"

#include <fmt/format.h>

#include <algorithm>

#include "catalog/constraint/spark_parser.h"

namespace laguna::catalog {

using base::Error;
using base::ErrorKind;

SparkTokens::SparkTokens(std::string_view text) : text_(text), tokens_(LexSpark(text)) {
  if (tokens_.size() <= kSparkTokensMax) return;
  throw Error(ErrorKind::kUnsupported, "constraint.unsupported",
              fmt::format("The expression has {} words and signs; Laguna evaluates up to {}.",
                          tokens_.size(), kSparkTokensMax));
}

SparkTokens::Level::Level(SparkTokens& tokens) : tokens_(tokens) {
  if (++tokens_.depth_ <= kSparkDepthMax) return;
  throw Error(ErrorKind::kUnsupported, "constraint.unsupported",
              fmt::format("The expression is nested more than {} levels deep.", kSparkDepthMax));
}

const SparkToken& SparkTokens::Peek(size_t ahead) const {
  return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

bool SparkTokens::Accept(std::string_view keyword) {
  if (!Peek().Is(keyword)) return false;
  ++next_;
  return true;
}

bool SparkTokens::AcceptOperator(std::string_view op) {
  if (!Peek().IsOperator(op)) return false;
  ++next_;
  return true;
}

void SparkTokens::Take(std::string_view keyword) {
  if (!Accept(keyword)) throw Expected(std::string(keyword));
}

void SparkTokens::TakeOperator(std::string_view op) {
  if (!AcceptOperator(op)) throw Expected(fmt::format("'{}'", op));
}

void SparkTokens::TakeClosingAngle() {
  for (const char* op : {">>", ">>>"}) {
    if (!Peek().IsOperator(op)) continue;
    tokens_[next_].text.pop_back();
    return;
  }
  TakeOperator(">");
}

void SparkTokens::TakeEnd() const {
  if (Peek().kind != SparkTokenKind::kEnd) throw Expected("the end of the expression");
}

Error SparkTokens::Expected(const std::string& what) const {
  return SparkSyntaxError(text_, Peek().offset, fmt::format("Expected {}.", what));
}

}  // namespace laguna::catalog
