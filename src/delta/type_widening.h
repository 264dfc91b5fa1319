// SPDX-License-Identifier: Apache-2.0
// Which types a column may change to while its files stay (protocol section "Type Widening"), and
// how the schema notes it. Pure; thread-safe.
#pragma once

#include <string>

#include "delta/schema.h"

namespace laguna::delta {

// Every value of `from` is one of `to`, and the protocol lets readers take it for one. False for
// equal types and for nested ones.
[[nodiscard]] bool CanWiden(const DataType& from, const DataType& to);

// The fewer changes that writers make without being told: among whole numbers, from FLOAT to
// DOUBLE, among decimals.
[[nodiscard]] bool WidensByItself(const DataType& from, const DataType& to);

// Puts the change into the field's metadata (delta.typeChanges). `path` leads from the field to the
// type inside its arrays and maps ("element.key"); empty where it is the field's own.
void NoteTypeChange(StructField& field, const DataType& from, const DataType& to,
                    const std::string& path);

}  // namespace laguna::delta
