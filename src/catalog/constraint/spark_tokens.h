// SPDX-License-Identifier: Apache-2.0
// The words and signs of a text in Spark SQL, taken one after the other by a parser.
//
// The text outlives it. Errors are InvalidInput "constraint.syntax" with the place in the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/constraint/spark_lexer.h"

namespace laguna::catalog {

class SparkTokens {
 public:
  // Unsupported for a text of more than kSparkTokensMax.
  explicit SparkTokens(std::string_view text);

  // Bounds the recursion of one path through the grammar: one on the stack for each level.
  class Level {
   public:
    explicit Level(SparkTokens& tokens);
    ~Level() { --tokens_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    SparkTokens& tokens_;
  };

  // Behind the last one stands the end, again and again.
  [[nodiscard]] const SparkToken& Peek(size_t ahead = 0) const;
  void Skip() { ++next_; }
  bool Accept(std::string_view keyword);
  bool AcceptOperator(std::string_view op);
  void Take(std::string_view keyword);
  void TakeOperator(std::string_view op);
  // One ">", of ">>" too, which closes two types at once.
  void TakeClosingAngle();
  void TakeEnd() const;

  [[nodiscard]] base::Error Expected(const std::string& what) const;

 private:
  const std::string_view text_;
  std::vector<SparkToken> tokens_;
  size_t next_ = 0;
  int depth_ = 0;
};

}  // namespace laguna::catalog
