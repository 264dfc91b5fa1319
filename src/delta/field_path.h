// SPDX-License-Identifier: Apache-2.0
// The way to a column or to a field inside of it, and changes at its end.
//
// A path leads from a column through structs to a field; "element" leads into an array, "key" and
// "value" into a map. Names match without regard to case. Pure; thread-safe.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "delta/schema.h"

namespace laguna::delta {

using FieldPath = std::vector<std::string>;

// "s.b"; names that hold points or quotes are back-quoted.
std::string PathText(const FieldPath& path);
// Without the last name.
FieldPath ParentOf(const FieldPath& path);
// Without regard to case.
bool IsSameName(std::string_view a, std::string_view b);

// How far a path leads.
struct FieldPlace {
  // The innermost field the path goes through; null at the root.
  const StructField* field = nullptr;
  // Its type, or the one inside its arrays and maps; null at the root.
  const DataType* type = nullptr;
  // How many of the path's last names lead from the field to the type; 0: it is the field's own.
  size_t inner = 0;
  // As far as it leads, in the schema's spelling.
  FieldPath path;

  // What has the names that may come next; null: no names may.
  [[nodiscard]] const StructType* Fields(const StructType& root) const;
};

// Stops before the first name that is not there: `path` is shorter then.
FieldPlace Follow(const StructType& root, std::span<const std::string> path);

// Changes the type at the end of a path, all of which is there, in the schema's spelling.
using TypeChange = std::function<DataType(const DataType&)>;
DataType WithChanged(const DataType& type, std::span<const std::string> path,
                     const TypeChange& change);

// Changes the fields of the struct at the end of such a path; the root's where it is empty.
using FieldsChange = std::function<void(StructType&)>;
void ChangeFields(StructType& root, std::span<const std::string> path, const FieldsChange& change);

// Changes the field at its end.
using FieldChange = std::function<void(StructField&)>;
void ChangeField(StructType& root, const FieldPath& path, const FieldChange& change);

}  // namespace laguna::delta
