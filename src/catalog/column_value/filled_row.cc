// SPDX-License-Identifier: Apache-2.0
#include "catalog/column_value/filled_row.h"

#include "catalog/column_value/generated_column.h"
#include "catalog/column_value/identity_value.h"
#include "delta/column_value.h"
#include "delta/identity_column.h"
#include "duckdb/planner/expression/bound_cast_expression.hpp"

namespace laguna::catalog {

void FillInsertedRow(duckdb::ClientContext& context, const WriteTarget& target,
                     const RowValues& defaults, RowValues& values) {
  for (size_t i = 0; i < values.size(); ++i) {
    const delta::StructField& field = target.metadata.schema.fields[i];
    if (values[i]) {
      CheckTakesValue(target, i);
    } else if (delta::IsIdentity(field)) {
      values[i] = NextIdentity(target, i);
    } else if (!delta::GenerationExpressionOf(field)) {
      values[i] = duckdb::BoundCastExpression::AddCastToType(context, defaults.at(i)->Copy(),
                                                             target.columns[i].type);
    }
  }
  FillGenerated(context, target, values);
}

}  // namespace laguna::catalog
