// SPDX-License-Identifier: Apache-2.0
// SET and UNSET of table properties, as values. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "delta/action.h"
#include "delta/transaction.h"

namespace laguna::catalog {

// Spark's property for the comment of a table, which the log keeps as its description.
inline constexpr std::string_view kCommentProperty = "comment";
// Puts it there, where it stands among the properties.
void TakeComment(delta::Metadata& metadata);

struct DefinitionChange {
  delta::Metadata definition;
  // "SET TBLPROPERTIES", ..., with its parameters.
  delta::Operation operation;
};

// InvalidInput for delta.* names that do not exist (with the nearest), that only writers set, or
// that cannot have the value, and for constraints, which ADD CONSTRAINT makes. The definition gets
// Delta's spelling. `random` draws the physical names where columns become mapped.
DefinitionChange SetProperties(const delta::Metadata& before, const delta::Properties& properties,
                               const std::string& table, base::Random& random);

// Names as SetProperties takes them. NotFound for a property the table does not have, unless
// `if_exists`; InvalidInput for one that only writers unset, and for the protocol.
DefinitionChange UnsetProperties(const delta::Metadata& before,
                                 const std::vector<std::string>& names, bool if_exists,
                                 const std::string& table);

}  // namespace laguna::catalog
