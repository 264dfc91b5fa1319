// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/declared_type.h"

#include <utility>

#include "delta/codec/json_text.h"
#include "delta/field_path.h"

namespace laguna::catalog {

namespace {

void ApplyPart(const engine::DeclaredPart& part, delta::StructField& field) {
  if (part.required) field.nullable = false;
  if (part.comment) field.metadata.push_back({"comment", delta::JsonString(*part.comment)});
}

}  // namespace

delta::TextLimits LimitsOf(const engine::DeclaredType& declared) {
  delta::TextLimits limits;
  for (const engine::DeclaredPart& part : declared.parts) {
    if (!part.length) continue;
    limits.push_back({part.path, {part.length->characters, part.length->pads}});
  }
  return limits;
}

void ApplyDeclared(const engine::DeclaredType& declared, delta::StructField& field) {
  for (const engine::DeclaredPart& part : declared.parts) {
    if (!part.required && !part.comment) continue;
    delta::FieldPath path{field.name};
    path.insert(path.end(), part.path.begin(), part.path.end());
    delta::StructType root{{std::move(field)}};
    delta::ChangeField(root, path, [&](delta::StructField& inner) { ApplyPart(part, inner); });
    field = std::move(root.fields.front());
  }
  delta::SetTextLimits(field, LimitsOf(declared));
}

}  // namespace laguna::catalog
