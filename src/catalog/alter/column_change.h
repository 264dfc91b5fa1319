// SPDX-License-Identifier: Apache-2.0
// What ALTER TABLE does to columns, as values, whichever spelling it came in. Pure functions.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/random.h"
#include "catalog/alter/property_change.h"
#include "delta/action.h"
#include "delta/schema_edit.h"

namespace laguna::catalog {

struct AddColumn {
  // The last part is the new name.
  delta::FieldPath path;
  delta::DataType type;
  // Those of the type's texts.
  delta::TextLimits limits = {};
  bool nullable = true;
  std::optional<std::string> comment;
  delta::FieldPosition position;
  bool if_not_exists = false;
};

struct DropColumn {
  delta::FieldPath path;
  bool if_exists = false;
};

struct RenameColumn {
  delta::FieldPath path;
  std::string name;
};

// What is not said stays.
struct ChangeColumn {
  delta::FieldPath path;
  std::optional<delta::DataType> type;
  delta::TextLimits limits = {};
  // Empty takes the comment away.
  std::optional<std::string> comment;
  std::optional<delta::FieldPosition> position;
  bool drop_not_null = false;
};

// Anything about the field itself but its name and type: its default.
struct RewriteColumn {
  delta::FieldPath path;
  std::function<void(delta::StructField&)> rewrite;
};

using ColumnChange = std::variant<AddColumn, DropColumn, RenameColumn, ChangeColumn, RewriteColumn>;

struct ColumnChanges {
  // The name and the parameters are Spark's.
  DefinitionChange change;
  // For the user: what the change asks of readers.
  std::vector<std::string> notices;
};

// One after the other. Errors of delta/schema_edit and alter/column_use; `table` ("bronze.t") is
// for messages, `random` draws physical names.
ColumnChanges ChangeColumns(const delta::Metadata& before, std::span<const ColumnChange> changes,
                            const std::string& table, base::Random& random);

// InvalidInput "alter.set_not_null": it is never added to a column that is there.
[[noreturn]] void RefuseNotNull(const std::string& column, const std::string& table);

}  // namespace laguna::catalog
