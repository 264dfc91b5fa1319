// SPDX-License-Identifier: Apache-2.0
#include "delta/column_value.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "delta/codec/json_text.h"
#include "delta/identity_column.h"

namespace laguna::delta {
namespace {

constexpr std::string_view kGenerationExpression = "delta.generationExpression";
constexpr std::string_view kCurrentDefault = "CURRENT_DEFAULT";
// Spark's, for rows that were there before the column; means nothing in a Delta table.
constexpr std::string_view kExistsDefault = "EXISTS_DEFAULT";

std::optional<std::string> TextOf(const StructField& field, std::string_view key) {
  const std::string* json = field.FindMetadata(key);
  if (json == nullptr) return std::nullopt;
  if (std::optional<std::string> text = DecodeJsonString(*json)) return text;
  throw base::Error(
      base::ErrorKind::kCorrupt, "delta.column_value",
      fmt::format("The entry {} of column \"{}\" is no text: {}", key, field.name, *json))
      .With("column", field.name);
}

void SetText(StructField& field, std::string_view key, std::string_view text) {
  SetMetadata(field, key, JsonString(text));
}

}  // namespace

std::optional<std::string> GenerationExpressionOf(const StructField& field) {
  return TextOf(field, kGenerationExpression);
}

void SetGenerationExpression(StructField& field, std::string_view spark_sql) {
  SetText(field, kGenerationExpression, spark_sql);
}

std::optional<std::string> DefaultOf(const StructField& field) {
  return TextOf(field, kCurrentDefault);
}

bool HasDefault(const StructField& field) {
  return field.FindMetadata(kCurrentDefault) != nullptr;
}

void SetDefault(StructField& field, std::string_view spark_sql) {
  SetText(field, kCurrentDefault, spark_sql);
}

bool DropDefault(StructField& field) {
  const bool had = field.FindMetadata(kCurrentDefault) != nullptr;
  std::erase_if(field.metadata, [](const MetadataEntry& entry) {
    return entry.key == kCurrentDefault || entry.key == kExistsDefault;
  });
  return had;
}

bool HasOwnValue(const StructField& field) {
  return HasDefault(field) || field.FindMetadata(kGenerationExpression) != nullptr ||
         IsIdentity(field);
}

}  // namespace laguna::delta
