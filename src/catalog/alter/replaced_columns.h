// SPDX-License-Identifier: Apache-2.0
// ALTER TABLE ... REPLACE COLUMNS: a table's columns become those of a list. What has the name of a
// column is that column, so its values stay; the others go or come, as DROP and ADD COLUMN would do
// it, without a file being written. Pure.
#pragma once

#include <span>
#include <string>

#include "base/random.h"
#include "catalog/alter/column_change.h"

namespace laguna::catalog {

// `wanted` are AddColumns, all columns in order; what they do not say (a comment, NOT NULL) goes.
// Errors as ChangeColumns; InvalidInput "alter.replace_columns" for a column named twice and for a
// field of a struct, "alter.set_not_null" for a column that would become NOT NULL.
ColumnChanges ReplaceColumns(const delta::Metadata& before, std::span<const ColumnChange> wanted,
                             const std::string& table, base::Random& random);

}  // namespace laguna::catalog
