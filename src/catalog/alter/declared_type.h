// SPDX-License-Identifier: Apache-2.0
// Types as statements declare them, as Delta keeps them: with lengths of texts, and with NOT NULL
// and comments of the fields inside. Pure functions.
#pragma once

#include "delta/schema.h"
#include "delta/text_limit.h"
#include "engine/declared_type.h"

namespace laguna::catalog {

[[nodiscard]] delta::TextLimits LimitsOf(const engine::DeclaredType& declared);

// `field` has the type that the engine made of `declared.sql`; it gets the rest.
void ApplyDeclared(const engine::DeclaredType& declared, delta::StructField& field);

}  // namespace laguna::catalog
