// SPDX-License-Identifier: Apache-2.0
// The types of expressions as Spark gives them, and the engine's SQL that computes the same.
//
// Spark decides by its rules (ANSI mode, its default since version 4) which operand is cast to
// what; the engine's own rules differ, so every such cast is written out. A cast that the engine
// does not do as Spark does is refused. Pure functions over text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/constraint/spark_expression.h"
#include "delta/schema.h"

namespace laguna::catalog {

// A part of an expression in the engine's SQL, closed in itself (brackets where needed).
struct TypedSql {
  std::string sql;
  delta::DataType type;
  // What it was made of.
  const SparkExpression* source = nullptr;
};

bool IsIntegral(const delta::DataType& type);
bool IsFloating(const delta::DataType& type);
bool IsNumeric(const delta::DataType& type);
// DATE, TIMESTAMP, TIMESTAMP_NTZ.
bool IsTemporal(const delta::DataType& type);

// The engine's name of a type that is not nested.
std::string DuckdbTypeName(const delta::DataType& type);

// A whole number written as such, with its sign.
std::optional<int64_t> IntegerLiteral(const SparkExpression& expression);

// A literal of Spark SQL (kNull, kBoolean, kNumber, kString, kTyped).
TypedSql LiteralSql(const SparkExpression& literal);

// What CAST(value AS type) gives in Spark. Unsupported where the engine's cast differs.
TypedSql CastTo(const TypedSql& value, const delta::DataType& type);

// All values cast to the one type that Spark compares them in, or gives as CASE's. Unsupported
// (naming `what`: "the comparison") where there is none.
delta::DataType Harmonize(std::vector<TypedSql>& values, const std::string& what);

// +, -, *, /, %, DIV, &, |, ^ of two values.
TypedSql ArithmeticSql(const std::string& op, const TypedSql& left, const TypedSql& right);

}  // namespace laguna::catalog
