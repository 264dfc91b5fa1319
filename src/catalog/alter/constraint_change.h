// SPDX-License-Identifier: Apache-2.0
// CHECK constraints that come and go, as values. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/alter/property_change.h"
#include "catalog/constraint/row_check.h"
#include "catalog/constraint/spark_expression.h"
#include "delta/action.h"

namespace laguna::catalog {

// The constraint as the log will have it: its name in lower case, as Spark writes it. Exists
// "constraint.exists" when the table has one of that name; InvalidInput for an empty name; errors
// of spark_translation, with constraint and table named.
RowCheck NewConstraint(const delta::Metadata& metadata, const std::string& name,
                       const SparkExpression& condition, const std::string& table);

// `constraint` is one that NewConstraint gave.
DefinitionChange AddConstraint(const delta::Metadata& before, const RowCheck& constraint);

// Names match without regard to case. Nothing when there is none and `if_exists`; else NotFound
// "constraint.unknown", with the nearest name.
std::optional<DefinitionChange> DropConstraint(const delta::Metadata& before,
                                               const std::string& name, bool if_exists,
                                               const std::string& table);

// A name that the table does not use, for a CHECK without one: "price_check" where it is about one
// column, else "orders_check"; then "price_check_2".
std::string ConstraintNameFor(const SparkExpression& condition, const delta::Metadata& metadata,
                              const std::string& table);

}  // namespace laguna::catalog
