// SPDX-License-Identifier: Apache-2.0
// The table that CREATE TABLE ... SHALLOW CLONE or LIKE is about to make: its place, its
// properties, and what the statement says when it is there already. Used on the query's thread.
#pragma once

#include <optional>
#include <string>

#include "catalog/lake_catalog.h"
#include "delta/action.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct NewTableCall {
  // As SQL names it.
  std::string target;
  bool if_not_exists = false;
  bool replace = false;
  // LOCATION of the statement.
  std::optional<std::string> location;
  // TBLPROPERTIES and COMMENT of the statement.
  delta::Properties properties;
  std::optional<std::string> comment;
};

// The parameters such a function takes, and what it was called with. InvalidInput for properties
// that users cannot set, or that cannot have the value.
void AddNewTableParameters(duckdb::TableFunction& function);
[[nodiscard]] NewTableCall NewTableCallOf(const duckdb::named_parameter_map_t& parameters);

struct NewTablePlace {
  LakeCatalog& catalog;
  // "bronze/c", or where a link is going to lead (link/table_link.h).
  std::string root;
  // "bronze.c".
  std::string name;
  // It is there: to be replaced, or, with if_not_exists, left alone.
  bool exists = false;
};

// Errors are those of CREATE TABLE: names that cannot be, Exists.
[[nodiscard]] NewTablePlace PlaceOf(duckdb::ClientContext& context, const NewTableCall& call);

// Puts the statement's own properties and comment into the definition taken over from another
// table, with what column mapping needs for them. `has_files`: the files come along.
void ApplyTo(delta::Metadata& metadata, const NewTableCall& call, bool has_files,
             base::Random& random);

}  // namespace laguna::catalog
