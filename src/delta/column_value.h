// SPDX-License-Identifier: Apache-2.0
// What the metadata of a column says about values that a statement does not give (protocol sections
// "Generated Columns" and "Default Columns"). The texts are Spark SQL. Pure; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "delta/schema.h"

namespace laguna::delta {

// The value of a generated column, over the other columns. Nothing for other columns; Corrupt for
// an entry that is no text.
[[nodiscard]] std::optional<std::string> GenerationExpressionOf(const StructField& field);
void SetGenerationExpression(StructField& field, std::string_view spark_sql);

// What DEFAULT means for the column. Nothing where it means NULL; Corrupt as above.
[[nodiscard]] std::optional<std::string> DefaultOf(const StructField& field);
[[nodiscard]] bool HasDefault(const StructField& field);
void SetDefault(StructField& field, std::string_view spark_sql);
// False when there was none.
bool DropDefault(StructField& field);

// Whether a row may come without a value for the column and has one all the same: it is generated,
// gives identities or has a default.
[[nodiscard]] bool HasOwnValue(const StructField& field);

}  // namespace laguna::delta
